import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loadRecording } from '../../src/demo/recording.js';
import { startServer, type RunningServer } from '../e2e/running-server.js';
import { hasCurl, Kit } from './kit.js';

const recording = loadRecording();
const XML = recording.xml('003-hosta-vm1-started-begin.xml');

/** What a shell, a URL or a file name would stumble over. No NUL: no argument can hold one. */
const NASTY = [
  '$(touch PWNED)',
  '`touch PWNED`',
  "'; touch PWNED; '",
  '"; touch PWNED; "',
  '\n\ntouch PWNED\n',
  '-o/etc/passwd',
  '--help',
  '-',
  '',
  '../../../../etc/passwd',
  '%s%n%d',
  '&host=hostb',
  '#?&=+ %00',
  '*',
  '~',
  '\\',
  '\t\r\u0007\u001b[31m',
  'Ünïcødé 虚拟机 🐄',
  '\u202e',
  'x'.repeat(5_000),
];
const word = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.replaceAll('\0', '')),
);
const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'prepare',
      'start',
      'started',
      'stopped',
      'release',
      'migrate',
      'restore',
      'reconnect',
      'attach',
    ),
  },
  { weight: 1, arbitrary: word },
);
const call = fc
  .tuple(word, operation, fc.oneof(fc.constantFrom('begin', 'end'), word), word)
  .chain((argv) => fc.integer({ min: 0, max: 4 }).map((count) => (count === 0 ? [] : argv.slice(0, count))));
const xml = fc.oneof(
  fc.constant(Buffer.from(XML)),
  fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom(...NASTY)
    .map((text) => Buffer.from(XML.replace(/<name>.*<\/name>/, `<name>${text}</name>`))),
  fc
    .constantFrom(...NASTY)
    .map((text) => Buffer.from(XML.replace(/<uuid>.*<\/uuid>/, `<uuid>${text}</uuid>`))),
  fc.integer({ min: 0, max: XML.length }).map((length) => Buffer.from(XML.slice(0, length))),
  fc
    .constantFrom(
      '',
      '<domain',
      '<!DOCTYPE x [<!ENTITY a "b">]><domain>&a;</domain>',
      '\0\0\0',
      '@/etc/passwd',
    )
    .map((text) => Buffer.from(text)),
  fc.constant(Buffer.alloc(3 * 1024 * 1024, 'x')),
);

const MAY_REFUSE = ['migrate', 'restore', 'prepare', 'start'];

(hasCurl ? describe : describe.skip)('the hook, called with anything', () => {
  let server: RunningServer;
  let kit: Kit;
  beforeAll(async () => {
    server = await startServer();
    kit = new Kit({ server: server.url, host: 'hosta' });
  });
  afterAll(async () => {
    await kit.remove();
    await server.stop();
  });

  const harmless = async (argv: readonly string[], input: Buffer): Promise<void> => {
    const { status, out } = await kit.hook(argv, input);
    const refuses = MAY_REFUSE.includes(argv[1] ?? '');
    expect({ argv, ends: status === 0 || (refuses && status === 1) }).toEqual({ argv, ends: true });
    // Its standard output is libvirt's domain: nothing of its own, nothing of the caller's.
    expect(out === '' || (['migrate', 'restore'].includes(argv[1] ?? '') && out.includes('<domain'))).toBe(
      true,
    );
    expect(existsSync('PWNED') || existsSync(kit.path('PWNED'))).toBe(false);
    expect(kit.log()).not.toContain('the hook broke');
    expect(kit.leftovers()).toEqual([]);
  };

  it('ends as libvirt can bear it, runs nothing, prints nothing but a domain', async () => {
    await fc.assert(fc.asyncProperty(call, xml, harmless), { numRuns: 150 });
  }, 300_000);

  it('does the same, and keeps a valid report whole, when nobody answers', async () => {
    kit.configure({ server: 'http://127.0.0.1:9', host: 'hosta', unreachable_clean: 'fail-closed' });
    await fc.assert(fc.asyncProperty(call, xml, harmless), { numRuns: 60 });
    await kit.hook(["it's $HOME & `more`", 'started', 'begin', '-'], XML);
    const last = kit.spooled().at(-1) ?? '';
    const kept = readFileSync(kit.path(`var/lib/hopledger-host/spool/${last}`), 'utf8');
    const [, target = ''] = kept.split('\n');
    expect(new URL(target, 'http://h').searchParams.get('name')).toBe("it's $HOME & `more`");
    expect(kept.endsWith(XML)).toBe(true);
    // Whatever of it is of no use is set aside, and the valid one arrives.
    kit.configure({ server: server.url, host: 'hosta' });
    expect(await kit.host('deliver')).toMatchObject({ status: 0 });
    expect(kit.log()).not.toMatch(/HTTP status 5/);
    expect(kit.spooled()).toEqual([]);
    const { vms } = await server.graphql<{ vms: { edges: readonly { node: { name: string } }[] } }>(
      '{ vms(first: 50) { edges { node { name } } } }',
    );
    expect(vms.edges.length).toBeGreaterThan(0);
  }, 300_000);
});
