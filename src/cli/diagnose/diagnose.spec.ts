import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { run } from '../run.js';
import { Screen } from '../screen.js';

const LOG = fileURLToPath(new URL('../../demo/recording/logs/hostb-vm1.log', import.meta.url));

const diagnose = async (stdin: string, ...words: readonly string[]) => {
  const written = { out: '', err: '' };
  const screen = (name: 'out' | 'err'): Screen =>
    new Screen(
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          written[name] += chunk.toString();
          done();
        },
      }),
    );
  const cli = {
    environment: {},
    stdin: Readable.from([stdin]),
    out: screen('out'),
    err: screen('err'),
    exitCode: 0,
  };
  return { exitCode: await run(cli, ['diagnose', ...words]), ...written };
};

test('a log of libvirt is read without a server: two attempts, two devices', async () => {
  const { exitCode, out, err } = await diagnose('', LOG);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  expect(out.split('\n').filter((line) => line.startsWith('REFUSED'))).toEqual([
    expect.stringContaining('0000:00:01.0/pcie-root-port: PCI_ERR_UNCOR_MASK'),
    expect.stringContaining('0000:00:01.0:00.0/e1000e: PCI_ERR_UNCOR_MASK'),
  ]);
  expect(out).toContain('-global pci-device.x-pcie-err-unc-mask=on');
  expect(out).not.toContain('Not understood');
});

test('standard input is read when no file is given, and JSON has the form of the API', async () => {
  const { out } = await diagnose(
    "error: operation failed: job 'migration in' failed: load of migration failed: Invalid argument\n",
    '--json',
  );
  expect(JSON.parse(out)).toMatchObject({
    summary: expect.stringContaining('Invalid argument'),
    findings: [{ kind: 'LOAD_FAILED', severity: 'REFUSED', lines: [{ number: 1 }] }],
    notUnderstood: [],
  });
});

test('what is not understood is listed, and drives no terminal', async () => {
  const { out } = await diagnose('Not a migration stream\n\u001b]0;owned\u0007\n', '-');
  expect(out).toContain('Not understood\n  2: ?]0;owned?');
});

test('properties that the destination has not are not advised', async () => {
  expect((await diagnose('', LOG, '--build', '7.2.22')).out).not.toContain('-global');
});

test('no failure is no error; no file is', async () => {
  expect(await diagnose('')).toMatchObject({ exitCode: 0, out: 'nothing in it tells of a failure\n' });
  expect(await diagnose('', '/no/such/file')).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining('ENOENT'),
  });
});
