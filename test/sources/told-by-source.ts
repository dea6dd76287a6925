import { readFileSync } from 'node:fs';
import type { Build } from '../../src/domain/qemu/build.js';
import type { HostDirectory } from '../../src/domain/host/directory.js';
import type { VmEvent } from '../../src/domain/vm/events.js';
import { knowing } from '../../src/domain/vm/derive.js';
import type { Notice } from '../../src/domain/notice/notice.js';
import { noticesOf } from '../../src/domain/notice/notices.js';
import { vmEventSchema } from '../../src/recording/commands/vm-event-schema.js';
import type { Understood } from '../../src/intake/sources/reading.js';
import { BUNDLED } from '../domain/known-catalogue.js';
import { DAY, Story, UUID } from '../domain/story.js';

/** A sample of what another system says (`test/fixtures/sources`). */
export const sample = (path: string): string =>
  readFileSync(new URL(`../fixtures/sources/${path}`, import.meta.url), 'utf8');

/** The events that a message was understood to tell of, as a recorder takes them. */
export const eventsOf = ({ reading }: Understood): readonly VmEvent[] =>
  'reports' in reading ? reading.reports.map(({ event }) => vmEventSchema.parse(event)) : [];

/** What is recorded of messages, in their order. */
export const storyOf = (...messages: readonly Understood[]): Story => {
  const story = new Story();
  for (const { reading } of messages) {
    if (!('reports' in reading)) throw new Error(`nothing is recorded: ${reading.kind}`);
    for (const { event, at } of reading.reports)
      story.tell((Date.parse(at ?? '') - DAY) / 1000, vmEventSchema.parse(event));
  }
  return story;
};

/** Every notice along a story whose hosts have all reported one build. */
export const noticesAlong = (story: Story, build: Build, ...hosts: readonly string[]): readonly Notice[] => {
  const report = (host: string) => ({
    host,
    builds: [build],
    libvirt: null,
    kernel: null,
    vendor: null,
    machineTypes: null,
    cpu: null,
  });
  const fleet: HostDirectory = new Map(hosts.map((host) => [host, [{ at: DAY, report: report(host) }]]));
  const known = knowing(BUNDLED, fleet);
  return story.events.flatMap(
    (event, index) =>
      noticesOf({ uuid: UUID, earlier: story.events.slice(0, index), event, knownBefore: known, known })
        .notices,
  );
};
