import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer, type RunningServer } from '../e2e/running-server.js';

/** As little as a QEMU can say. */
const answers = (path: string, version: string, machine: string): string =>
  [
    `emulator ${path}`,
    `{"id":"query-version","return":{"qemu":{${version}},"package":""}}`,
    '{"id":"query-target","return":{"arch":"x86_64"}}',
    `{"id":"query-machines","return":[{"name":"${machine}"}]}`,
    '{"id":"qom-list-types","return":[{"name":"device","abstract":true}]}',
  ].join('\n');

describe('a probe in which a QEMU of the host gave no answer', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('keeps in its place one that is silent: no other becomes the default meanwhile', async () => {
    const at = (second: number): string => `2026-11-21T04:00:0${second}.000Z`;
    const first = answers('/q/first', '"major":10,"minor":0,"micro":2', 'pc-q35-10.0');
    const second = answers('/q/second', '"major":8,"minor":0,"micro":0', 'pc-q35-8.0');
    let kernel = 0;
    const post = (...parts: readonly string[]): Promise<{ status: number; text: string }> =>
      server.post(
        `/v1/libvirt/probe?host=hostq&at=${at(++kernel)}`,
        [`kernel 6.${kernel}`, ...parts, ''].join('\n'),
      );
    interface Known {
      readonly host: {
        readonly kernel: string;
        readonly machineTypes: readonly string[] | null;
        readonly builds: readonly { readonly emulator: string; readonly probe: unknown }[];
      };
    }
    const known = async (): Promise<Known['host']> =>
      (
        await server.graphql<Known>(
          '{ host(name: "hostq") { kernel machineTypes builds { version emulator probe { fingerprint } } } }',
        )
      ).host;

    // Never known, never answered: nothing can be said of it.
    expect((await post('silent /q/first')).text).toContain('no emulator that answered');
    expect((await post('silent /q/never', first, second)).status).toBe(200);
    const all = await known();
    expect(all.builds.map(({ emulator }) => emulator)).toEqual(['/q/first', '/q/second']);
    expect(all.builds.every(({ probe }) => probe !== null)).toBe(true);
    expect((await post('silent /q/first', second)).text).toContain('"news":true');
    expect(await known()).toEqual({ ...all, kernel: '6.3' });
    // One that is told of no more is gone; when it is there again, it is known again though it does not answer.
    expect((await post(second)).status).toBe(200);
    expect((await known()).builds.map(({ emulator }) => emulator)).toEqual(['/q/second']);
    expect((await post('silent /q/first', 'silent /q/second', second)).status).toBe(200);
    expect(await known()).toEqual({ ...all, kernel: '6.5' });
  });

  it('keeps one that was reported by hand as it was reported', async () => {
    const input = {
      idempotencyKey: 'by hand',
      host: 'hostr',
      builds: [{ version: '10.0.2', emulator: '/q/first' }],
      machineTypes: ['pc-q35-10.0'],
    };
    await server.graphql('mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }', {
      input,
    });
    const { text } = await server.post(
      `/v1/libvirt/probe?host=hostr&at=${new Date(Date.now() + 1_000).toISOString()}`,
      `silent /q/first\n${answers('/q/second', '"major":8,"minor":0,"micro":0', 'pc-q35-8.0')}`,
    );
    expect(JSON.parse(text)).toMatchObject({ builds: [{ version: '10.0.2' }, { version: '8.0.0' }] });
    const { host } = await server.graphql<{ host: unknown }>(
      '{ host(name: "hostr") { machineTypes builds { emulator } } }',
    );
    expect(host).toEqual({
      machineTypes: ['pc-q35-10.0'],
      builds: [{ emulator: '/q/first' }, { emulator: '/q/second' }],
    });
  });
});
