import { describe, expect, it } from '@jest/globals';
import type { EventMetadata } from './envelope.js';
import { hostInstants } from './host-clock.js';
import { instantOf } from './instant.js';

const metadata = (occurredAt: string, clockSkewMs: number | null): EventMetadata => ({
  schemaVersion: 1,
  occurredAt,
  clockSkewMs,
  actor: 'test',
  tool: 'test',
  correlationId: '',
  causationId: null,
  report: null,
});
const at = (text: string): number => Date.parse(text);
const hours = 3_600_000;

describe('the instant of an event', () => {
  it('is what the host says, while its skew is not measured or small', () => {
    const noon = '2026-03-01T12:00:00.000Z';
    expect(instantOf(metadata(noon, null))).toBe(at(noon));
    expect(instantOf(metadata(noon, 1_999))).toBe(at(noon));
  });

  it('is corrected by a skew worth it: positive is ahead', () => {
    expect(instantOf(metadata('2026-03-01T15:00:00.000Z', 3 * hours))).toBe(at('2026-03-01T12:00:00.000Z'));
    expect(instantOf(metadata('2026-03-01T09:00:00.000Z', -3 * hours))).toBe(at('2026-03-01T12:00:00.000Z'));
  });
});

describe('the instants of one host', () => {
  it('keep its order although each report measured another delay', () => {
    const events = [
      { id: 'prepare', metadata: metadata('2026-03-01T15:00:00.000Z', 3 * hours - 5) },
      { id: 'start', metadata: metadata('2026-03-01T15:00:00.020Z', 3 * hours + 60) },
    ];
    expect(instantOf(events[1]?.metadata ?? metadata('', 0))).toBeLessThan(
      instantOf(events[0]?.metadata ?? metadata('', 0)),
    );
    const instants = hostInstants(events);
    expect((instants.get('start') ?? 0) - (instants.get('prepare') ?? 0)).toBe(20);
  });

  it('keep it too where the skew lies about what is worth correcting', () => {
    const instants = hostInstants([
      { id: 'first', metadata: metadata('2026-03-01T12:00:00.000Z', 1_950) },
      { id: 'second', metadata: metadata('2026-03-01T12:00:00.010Z', 2_050) },
    ]);
    expect((instants.get('second') ?? 0) - (instants.get('first') ?? 0)).toBe(10);
  });

  it('follow a clock that was set right in between', () => {
    const instants = hostInstants([
      { id: 'ahead', metadata: metadata('2026-03-01T15:00:00.000Z', 3 * hours) },
      { id: 'right', metadata: metadata('2026-03-01T12:00:05.000Z', 3) },
    ]);
    expect((instants.get('right') ?? 0) - (instants.get('ahead') ?? 0)).toBe(5_000);
  });
});
