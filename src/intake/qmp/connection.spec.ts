import { describe, expect, it } from '@jest/globals';
import { scriptedQemu, type Script } from '../../../test/qmp/scripted-qemu.js';
import { QmpConnection, QmpEnded, QmpRefused } from './connection.js';

const open = (script: Script, timeoutMs = 5_000): Promise<QmpConnection> =>
  QmpConnection.open(scriptedQemu(script), timeoutMs);

describe('a QMP conversation', () => {
  it('gives what a command returned, events passed over', async () => {
    const connection = await open((command, given) => ({ returns: [command, given] }));
    expect(await connection.execute('query-version')).toEqual(['query-version', {}]);
    expect(await connection.execute('qom-get', { path: '/' })).toEqual(['qom-get', { path: '/' }]);
    expect(await connection.close()).toBe('its last words');
  });

  it('says what was refused, and goes on', async () => {
    const connection = await open((command) => (command === 'no' ? { refuses: 'not here' } : { returns: 1 }));
    await expect(connection.execute('no')).rejects.toEqual(new QmpRefused('no', 'GenericError', 'not here'));
    expect(await connection.execute('yes')).toBe(1);
    await connection.close();
  });

  it('keeps defaults that are too large for a number', async () => {
    const channel = scriptedQemu(() => 'is silent');
    const connection = await QmpConnection.open(channel, 5_000);
    const answer = connection.execute('device-list-properties');
    channel.input.push(
      '{"return": [{"default-value": 18446744073709551615, "name": "a"}, {"default-value": 42}]}\n',
    );
    expect(await answer).toEqual([
      { 'default-value': '18446744073709551615', name: 'a' },
      { 'default-value': 42 },
    ]);
    await connection.close();
  });

  it('ends when QEMU does, and every later command with it', async () => {
    const connection = await open(() => 'ends');
    await expect(connection.execute('quit')).rejects.toThrow(QmpEnded);
    await expect(connection.execute('query-version')).rejects.toThrow(QmpEnded);
    await connection.close();
  });

  it('waits no longer than it was told to', async () => {
    const connection = await open(() => 'is silent', 20);
    await expect(connection.execute('query-version')).rejects.toThrow(
      'no answer to query-version within 20 ms',
    );
    await connection.close();
  });

  it.each([['hello'], ['[]'], ['{"version": 1}'], ['null']])(
    'refuses what does not speak QMP: %s',
    async (line) => {
      const channel = scriptedQemu(() => 'is silent', [line]);
      await expect(QmpConnection.open(channel, 5_000)).rejects.toThrow('does not speak QMP');
      await channel.close();
    },
  );
});
