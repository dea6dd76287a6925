import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { QmpConnection, QmpEnded, QmpRefused, type Message } from '../../src/intake/qmp/connection.js';
import { readLaunchCommand } from '../../src/intake/qmp/launch-command.js';
import { ProcessStory } from '../../src/intake/qmp/process-story.js';
import { parseDomainLog } from '../../src/intake/libvirt/logs.js';
import { parseVirshEvents } from '../../src/intake/libvirt/events.js';

const GREETING = '{"QMP": {"version": {}, "capabilities": []}}\n';
const OK = '{"return": {}}\n';
const VALID =
  '{"timestamp": {"seconds": 1795168957, "microseconds": 1}, "event": "RESET", "data": {"guest": true, "reason": "guest-reset"}}';
const RUNS = { numRuns: 300 };
const noise = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' '));

/** A monitor that says what it is given, in pieces. */
const saying = async (text: string, cuts: readonly number[]) => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const heard: Message[] = [];
  const channel = { input, output, close: () => Promise.resolve(null) };
  const opening = QmpConnection.open(channel, 5_000, {
    onEvent: (event) => heard.push(event),
    onEnd: () => undefined,
  });
  input.write(GREETING + OK);
  const monitor = await opening;
  const answer = monitor.execute('query-status').then(
    () => 'answered',
    (error: unknown) => error,
  );
  const bytes = Buffer.from(text);
  let from = 0;
  for (const cut of [
    ...cuts.map((one) => one % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ]) {
    input.write(bytes.subarray(from, cut));
    from = cut;
  }
  input.end();
  return { heard, outcome: await answer, close: () => monitor.close() };
};

describe('whatever a QMP socket says', () => {
  it('valid events are heard, however they are cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 8 }), fc.nat(5), async (cuts, extra) => {
        const lines = Array.from({ length: extra + 1 }, () => `${VALID}\r\n`).join('');
        const { heard, outcome, close } = await saying(lines + OK, cuts);
        await close();
        expect(heard).toHaveLength(extra + 1);
        expect(outcome).toBe('answered');
      }),
      RUNS,
    );
  });

  it('noise ends the conversation with what it is, and loses no event before it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(noise, fc.json()),
        fc.array(fc.nat(), { maxLength: 4 }),
        async (junk, cuts) => {
          const { heard, outcome, close } = await saying(`${VALID}\n${junk}\n`, cuts);
          await close();
          expect(heard[0]).toMatchObject({ event: 'RESET' });
          const isForeseen =
            outcome === 'answered' || outcome instanceof QmpEnded || outcome instanceof QmpRefused;
          expect(isForeseen).toBe(true);
        },
      ),
      RUNS,
    );
  });

  it('a process’s story takes any event with any data, and tells of valid ones beside', () => {
    const name = fc.oneof(
      fc.constantFrom(
        'MIGRATION',
        'RESUME',
        'SHUTDOWN',
        'DEVICE_DELETED',
        'STOP',
        '__proto__',
        'constructor',
      ),
      fc.string(),
    );
    const data = fc.dictionary(fc.constantFrom('status', 'reason', 'device', 'x'), fc.jsonValue());
    const status = fc.constantFrom('inmigrate', 'running', 'paused', 'postmigrate', 'prelaunch', 'toString');
    fc.assert(
      fc.property(
        status,
        fc.array(fc.tuple(name, data, fc.boolean()), { maxLength: 10 }),
        (attach, events) => {
          const story = new ProcessStory({
            host: 'h',
            name: null,
            build: null,
            configuration: null,
            kernel: null,
            startedAt: 0,
            launch: null,
          });
          const told = [...story.attach(attach, new Map(), 1)];
          for (const [event, fields, look] of events) {
            told.push(...story.hear(event, fields, 2, null));
            if (look) told.push(...story.look(attach, new Map([['net1', 'e1000e']]), 3));
          }
          story.hear('RESUME', {}, 4, null);
          const reset = story.hear('RESET', { reason: 'guest-reset' }, 5, null);
          told.push(...reset, ...story.end(6));
          // One end at most, and no arrival without a process that waited.
          const types = told.map(({ event }) => event.type);
          expect(types.filter((type) => type === 'VmStopped').length).toBeLessThanOrEqual(1);
          expect(types.includes('HopCompleted')).toBe(
            types.includes('HopCompleted') && attach === 'inmigrate',
          );
          if (attach === 'running') expect(reset).toHaveLength(1);
        },
      ),
      RUNS,
    );
  });

  it('any command line is read', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc
            .array(
              fc.oneof(
                fc.string(),
                fc.constantFrom('-device', '-nodefaults', '-machine', 'q35', '-incoming'),
              ),
            )
            .map((words) => words.join('\0')),
        ),
        (text) => {
          const { configuration, doubt } = readLaunchCommand(text);
          expect(configuration === null).toBe(doubt !== null);
        },
      ),
      RUNS,
    );
  });
});

describe('whatever stands beside them in libvirt’s output', () => {
  const START = `2026-11-20 08:00:00.000+0000: starting up libvirt version: 11.3.0, qemu version: 10.0.13, kernel: 6.12, hostname: hosta`;
  const COMMAND =
    '/usr/bin/qemu-system-x86_64 -name guest=web01 -uuid 11111111-2222-4333-8444-000000000001 -machine pc-q35-7.2';
  /** What could pass for a start of a process, an open quote or a continued line is no noise. */
  const chatter = noise.filter((text) => !/starting up|shutting down|\\$/.test(text));

  it('a start in a log is read', () => {
    fc.assert(
      fc.property(fc.array(chatter, { maxLength: 5 }), fc.array(noise, { maxLength: 5 }), (before, after) => {
        const { entries } = parseDomainLog([...before, START, COMMAND, ...after].join('\n'), 'hosta');
        expect(entries[0]).toMatchObject({
          uuid: '11111111-2222-4333-8444-000000000001',
          event: { type: 'VmLaunched' },
        });
      }),
      RUNS,
    );
  });

  it('an event line is read', () => {
    const line = "2026-11-20 08:00:00.000+0000: event 'reboot' for domain 'web01'";
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 5 }), fc.array(noise, { maxLength: 5 }), (before, after) => {
        const { events } = parseVirshEvents([...before, line, ...after].join('\n'), 'hosta');
        expect(events.map(({ event }) => event?.type)).toContain('GuestReset');
      }),
      RUNS,
    );
  });
});
