import { describe, expect, it } from '@jest/globals';
import { AER, catalogueOf, MEASURED } from '../../../test/domain/known-catalogue.js';
import { TAINTED } from '../../../test/domain/asking.js';
import {
  AER_MASK,
  DAY,
  machine,
  Q1113,
  Q722,
  Q800,
  Q801,
  Q820,
  Story,
  UUID,
} from '../../../test/domain/story.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { HostDirectory } from '../host/directory.js';
import type { HostReport } from '../host/report.js';
import type { Build } from '../qemu/build.js';
import { knowing } from '../vm/derive.js';
import type { Notice, NoticeType } from './notice.js';
import { noticesOf } from './notices.js';

const report = (host: string, build: Build): HostReport => ({
  host,
  builds: [build],
  libvirt: null,
  kernel: null,
  vendor: null,
  machineTypes: null,
  cpu: null,
});
const hosts = (builds: Readonly<Record<string, Build>>): HostDirectory =>
  new Map(Object.entries(builds).map(([host, build]) => [host, [{ at: DAY, report: report(host, build) }]]));
const FLEET = hosts({ a: Q800, b: Q801, c: Q820 });

/** Everything said along a story, by the number of the event that gave rise to it. */
const told = (
  story: Story,
  fleet: HostDirectory = FLEET,
  catalogue: Catalogue = MEASURED,
): readonly (readonly Notice[])[] => {
  const known = knowing(catalogue, fleet);
  return story.events.map(
    (event, index) =>
      noticesOf({ uuid: UUID, earlier: story.events.slice(0, index), event, knownBefore: known, known })
        .notices,
  );
};
const types = (story: Story, fleet?: HostDirectory): readonly NoticeType[] =>
  told(story, fleet)
    .flat()
    .map(({ type }) => type);
const the = <T extends NoticeType>(
  type: T,
  story: Story,
  fleet?: HostDirectory,
  catalogue?: Catalogue,
): Extract<Notice, { type: T }> => {
  const found = told(story, fleet, catalogue)
    .flat()
    .filter((notice): notice is Extract<Notice, { type: T }> => notice.type === type);
  const last = found.at(-1);
  if (last === undefined) throw new Error(`no ${type}`);
  return last;
};
const bornOn = (build: Build, host = 'a'): Story => {
  const story = new Story();
  story.launched(100, host, build);
  return story;
};

const OVERRIDES = [
  { alias: 'pci.1', qomType: 'pcie-root-port', property: AER_MASK, value: 'on', libvirtType: 'bool' },
] as const;
const advised = (host: string) =>
  ({
    type: 'AdviceGiven',
    host,
    name: 'vm1',
    verdict: 'NEEDS_OVERRIDES',
    answer: 'warned',
    overrides: OVERRIDES,
    removals: [],
    message: 'add it',
    catalogueRevision: 'r',
    basedOnRevision: '0',
  }) as const;

describe('what is told of a VM', () => {
  it('born on 8.0.0: it is tainted, and its next hop needs overrides', () => {
    const story = bornOn(Q800);
    expect(types(story)).toEqual(expect.arrayContaining(['vm.tainted', 'vm.overrides_changed']));
    const { behaviours, data } = the('vm.tainted', story);
    expect(behaviours).toEqual(['pcie-err-unc-mask']);
    expect(data.taints[0]).toMatchObject({ alias: 'pci.1', value: 'on', reference: 'off', heldBy: 'plug' });
    const on801 = data.needs.find(({ hosts: named }) => named.includes('b'));
    expect(on801).toMatchObject({ verdict: 'NEEDS_OVERRIDES' });
    expect(on801?.rendered.qemuGlobal).toEqual(['-global', `pci-device.${AER_MASK}=on`]);
    expect(on801?.rendered.libvirtOverride).toContain(`name='${AER_MASK}' type='bool' value='true'`);
  });

  it('born on a good build: nothing of a taint', () => {
    expect(types(bornOn(Q820, 'c'))).not.toContain('vm.tainted');
  });

  it('a hop with what it needs is completed, and neither unsafe nor a new taint', () => {
    const story = bornOn(Q800);
    story.hop(200, 'a', 'b', Q801, TAINTED);
    const said = told(story).slice(1).flat();
    expect(said.map(({ type }) => type)).toEqual(['hop.completed']);
    expect(said[0]?.hosts).toEqual(['a', 'b']);
  });

  it('a hop that went without is unsafe, with what was missing in every rendering', () => {
    const story = bornOn(Q800);
    story.hop(200, 'a', 'b', Q801);
    const { data, behaviours } = the('hop.unsafe', story);
    expect(data.verdict).toBe('NEEDS_OVERRIDES');
    expect(behaviours).toEqual(['pcie-err-unc-mask']);
    expect(data.overrides.map(({ alias, property }) => `${alias ?? ''}.${property}`)).toEqual([
      `pci.1.${AER_MASK}`,
      `net0.${AER_MASK}`,
    ]);
  });

  it('a refused hop is failed, with the words of the destination', () => {
    const story = bornOn(Q800);
    story.incoming(200, 'b', Q801);
    story.refused(201, 'b', 'load of migration failed');
    expect(the('hop.failed', story).data.hop).toMatchObject({
      outcome: 'failed',
      error: 'load of migration failed',
    });
  });

  it('a power-off clears it, and a cold boot on 8.0.0 taints it anew', () => {
    const story = bornOn(Q800);
    story.stopped(300, 'a');
    expect(the('vm.cleared', story).data).toMatchObject({ cleared: ['pcie-err-unc-mask'], by: 'power-off' });
    story.launched(400, 'a', Q800);
    expect(types(story).filter((type) => type === 'vm.tainted')).toHaveLength(2);
  });

  it('a fleet whose other builds all refuse it leaves nothing but a cold boot', () => {
    const { data } = the('vm.cold_boot_needed', bornOn(Q800), hosts({ a: Q800, d: Q722 }));
    expect(data.behaviours).toEqual(['pcie-err-unc-mask']);
    expect(data.needs.map(({ verdict }) => verdict)).toEqual(['BLOCKED']);
    expect(types(bornOn(Q800))).not.toContain('vm.cold_boot_needed');
  });

  it('in a fleet of one build, releases that came later are asked', () => {
    const alone = hosts({ a: Q800 });
    expect(types(bornOn(Q800), alone)).not.toContain('vm.cold_boot_needed');
    const without = catalogueOf({ ...AER, knobs: [] });
    const { data } = the('vm.cold_boot_needed', bornOn(Q800), alone, without);
    expect(data.behaviours).toEqual(['pcie-err-unc-mask']);
    const asked = data.needs.map(({ build }) => build.version);
    expect(asked).toEqual(expect.arrayContaining(['8.1.5', '8.2.7']));
    expect(asked.filter((version) => version.startsWith('7.') || version.startsWith('8.0.'))).toEqual([]);
  });

  it('a register that contradicts what was derived is drift', () => {
    const story = bornOn(Q800);
    story.register(200, 'a', 'pci.1', '0x00000000');
    const { data } = the('vm.drift', story);
    expect(data.drifts).toMatchObject([{ alias: 'pci.1', derived: 'on', observed: 'off' }]);
  });

  it('advice is told with its overrides; a hop made without them is unsafe', () => {
    const story = bornOn(Q800);
    const asked = story.asked(200, 'b');
    story.tell(200.01, advised('b'), { causationId: asked });
    const { data } = the('hop.advised', story);
    expect(data).toMatchObject({ host: 'b', build: Q801, verdict: 'NEEDS_OVERRIDES', answer: 'warned' });
    expect(data.rendered.qemuDevice).toEqual([{ alias: 'pci.1', addition: `${AER_MASK}=on` }]);
    story.startHooks(200.02, 'b', Q801);
    story.arrived(204, 'b');
    expect(the('hop.unsafe', story).data.ignored).toEqual(OVERRIDES);
  });

  it('two hops to one host of which one event tells are two messages', () => {
    const story = bornOn(Q800);
    story.incoming(200, 'b', Q801);
    story.left(400, 'a');
    story.incoming(300, 'b', Q801);
    const unsafe = (told(story).at(-1) ?? []).filter(({ type }) => type === 'hop.unsafe');
    expect(unsafe).toHaveLength(2);
    expect(new Set(unsafe.map(({ key }) => key)).size).toBe(2);
  });

  it('hops are found by what the guest is tainted with, and by what it was advised', () => {
    const story = bornOn(Q800);
    story.hop(200, 'a', 'b', Q801, TAINTED);
    expect(the('hop.completed', story).behaviours).toEqual(['pcie-err-unc-mask']);
    const clean = bornOn(Q820, 'c');
    clean.hop(200, 'c', 'b', Q801);
    expect(the('hop.completed', clean).behaviours).toEqual([]);
    clean.tell(300, advised('a'));
    expect(the('hop.advised', clean).behaviours).toEqual(['pcie-err-unc-mask']);
  });

  it('a machine type that ends is told once for each process', () => {
    const old = new Story();
    old.launched(100, 'c', Q1113, machine([], 'pc-q35-5.1'));
    old.reset(150, 'c');
    const endings = types(old).filter((type) => type === 'machine_type.ending');
    expect(endings).toHaveLength(1);
  });
});

describe('replay', () => {
  it('says nothing of an event that is repeated', () => {
    const story = bornOn(Q800);
    story.hop(200, 'a', 'b', Q801);
    const [event] = story.events;
    if (event === undefined) throw new Error('no event');
    const known = knowing(MEASURED, FLEET);
    const again = noticesOf({ uuid: UUID, earlier: story.events, event, knownBefore: known, known });
    expect(again.notices).toEqual([]);
  });

  it('reports of one hop between its two ends raise and clear nothing', () => {
    const story = bornOn(Q800);
    story.incomingHooks(200, 'b', Q801, TAINTED);
    story.tell(204, { type: 'VmStopped', host: 'a', name: 'vm1', reason: 'unknown' });
    story.arrived(204.1, 'b');
    const said = told(story).slice(1).flat();
    expect(said.map(({ type }) => type)).toEqual(['hop.completed']);
  });

  it('a source that ends without a word of why, long before its destination is heard of, clears nothing', () => {
    const story = bornOn(Q800);
    story.stopped(204, 'a', 'unknown');
    story.incomingHooks(200, 'b', Q801, TAINTED);
    story.arrived(204.1, 'b');
    const said = told(story).slice(1).flat();
    expect(said.map(({ type }) => type)).toEqual(['hop.completed']);
  });
});
