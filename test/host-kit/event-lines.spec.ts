import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loadRecording } from '../../src/demo/recording.js';
import { startServer, type RunningServer } from '../e2e/running-server.js';

/** Every event that one host of the recording printed, whole. */
const EVENTS = loadRecording()
  .operations.flatMap(({ deliveries }) => deliveries)
  .flatMap((one) => (one.kind === 'event' && one.host === 'hosta' ? [one.lines.join('\n')] : []));

const junk = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.constantFrom(
      '',
      "2026-13-45 99:99:99.999+0000: event 'reboot' for domain 'vm1'",
      "event 'lifecycle' for domain 'vm1': Started Booted",
      'error: Disconnected from qemu:///system due to end of file',
      "2026-11-21 03:10:21.127+0000: event '",
      '2026-11-21 03:10:21.127+0000: ',
      '\0\0\0',
      'x'.repeat(20_000),
    ),
  )
  .map((text) => text.replace(/^\t/gm, ' '));

interface Told {
  readonly recorded: number;
  readonly repeated: number;
  readonly unclaimed: number;
  readonly ignored: number;
}

describe('event lines as text, with anything between them', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('never cost a valid event, and never end the server', async () => {
    const send = async (host: string, lines: readonly string[]): Promise<Told> => {
      const { status, json } = await server.post(`/v1/libvirt/events?host=${host}`, `${lines.join('\n')}\n`);
      expect(status).toBe(200);
      return json as Told;
    };
    const understood = ({ recorded, repeated, unclaimed, ignored }: Told): number =>
      recorded + repeated + unclaimed + ignored;
    const all = understood(await send('plain', EVENTS));
    expect(all).toBe(EVENTS.length);
    let host = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(junk, { minLength: EVENTS.length, maxLength: EVENTS.length }),
        async (between) => {
          host += 1;
          const mixed = EVENTS.flatMap((event, index) => [between[index] ?? '', event]);
          expect(understood(await send(`fuzzed${host}`, mixed))).toBeGreaterThanOrEqual(all);
        },
      ),
      { numRuns: 25 },
    );
  }, 300_000);
});
