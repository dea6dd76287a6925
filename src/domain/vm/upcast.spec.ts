import { describe, expect, it } from '@jest/globals';
import { currentVersion, EventFromTheFuture, upcast, UPCASTS } from './upcast.js';

/** Version 2 renamed `node` to `host`, version 3 added `name`. */
const chains = {
  Moved: [
    ({ node, ...rest }: Readonly<Record<string, unknown>>) => ({ ...rest, host: node }),
    (data: Readonly<Record<string, unknown>>) => ({ ...data, name: null }),
  ],
};

describe('reading what an older release wrote', () => {
  it('takes every step from its version on', () => {
    expect(upcast('Moved', 1, { node: 'a', at: 1 }, chains)).toEqual({ host: 'a', at: 1, name: null });
    expect(upcast('Moved', 2, { host: 'a', at: 1 }, chains)).toEqual({ host: 'a', at: 1, name: null });
  });

  it('leaves the current version as it is', () => {
    const data = { host: 'a', name: 'vm1' };
    expect(upcast('Moved', 3, data, chains)).toBe(data);
    expect(currentVersion('Moved', chains)).toBe(3);
  });

  it('refuses what a newer release wrote', () => {
    expect(() => upcast('Moved', 4, {}, chains)).toThrow(EventFromTheFuture);
    expect(() => upcast('Moved', 4, {}, chains)).toThrow(
      'Moved: schema version 4, this hopledger knows up to 3',
    );
  });

  it('takes a host of an older release for one whose binaries were not probed', () => {
    const host = { host: 'a', builds: [{ version: '8.0.0', package: null }] };
    expect(upcast('HostReported', 1, host)).toEqual({
      host: 'a',
      builds: [{ version: '8.0.0', package: null, emulator: null, facts: null, cpu: null }],
    });
    expect(upcast('HostReported', 2, host)).toBe(host);
  });

  it('has nothing to do for types that never changed, whatever they are called', () => {
    expect(currentVersion('GuestReset', UPCASTS)).toBe(1);
    expect(currentVersion('constructor', chains)).toBe(1);
    expect(upcast('GuestReset', 1, { host: 'a' })).toEqual({ host: 'a' });
  });
});
