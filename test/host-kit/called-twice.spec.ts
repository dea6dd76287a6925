import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Answering, own } from './answering.js';
import { hasCurl, HOOK, Kit, SHELLS, type Outcome } from './kit.js';

const XML = "<domain type='kvm'><name>vm1</name></domain>\n";
const REWRITTEN = "<domain type='kvm'><name>vm1</name><uuid/></domain>\n";
const MIGRATE = ['vm1', 'migrate', 'begin', '-'];
const LINK = 'etc/libvirt/hooks/qemu';

(hasCurl ? describe : describe.skip).each(SHELLS.map((shell) => [shell.join(' '), shell] as const))(
  'the hook in %s, where hooks/qemu calls it as well as libvirt in qemu.d',
  (_name, shell) => {
    let kit: Kit;
    let fake: Answering;
    let answer: 'rewritten' | 'refused';
    beforeEach(async () => {
      answer = 'rewritten';
      fake = await Answering.start(() =>
        answer === 'rewritten' ? own('rewritten', REWRITTEN) : own('refused', 'no'),
      );
      kit = new Kit({ server: fake.url, host: 'hv1' });
      kit.shell = shell;
      mkdirSync(kit.path('etc/libvirt/hooks'), { recursive: true });
      symlinkSync(HOOK, kit.path(LINK));
    });
    afterEach(async () => {
      await kit.remove();
      await fake.close();
    });
    /** A script of the administrator's in place of the link. */
    const script = (text: string): void => {
      rmSync(kit.path(LINK));
      writeFileSync(kit.path(LINK), `${text}\n`);
    };
    const other = (argv: readonly string[] = MIGRATE): Promise<Outcome> => kit.run(kit.path(LINK), argv, XML);
    const inDirectory = (argv: readonly string[] = MIGRATE): Promise<Outcome> => kit.hook(argv, REWRITTEN);
    const told = (): number => fake.asked.length;

    it('tells of a call once, and leaves the XML as the first call printed it', async () => {
      for (const round of [1, 2]) {
        expect(await other()).toMatchObject({ status: 0, out: REWRITTEN });
        expect(await inDirectory()).toEqual({ status: 0, out: '', err: '' });
        expect(told()).toBe(round);
      }
      expect(existsSync(kit.path('run/hopledger-host/called-twice'))).toBe(true);
    });

    it('reads to the end what it says nothing to', async () => {
      await other();
      expect(await kit.hook(MIGRATE, Buffer.alloc(1_000_000, 'x'))).toMatchObject({ status: 0, out: '' });
      expect(told()).toBe(1);
    });

    it('refuses once, and by that the hop', async () => {
      answer = 'refused';
      expect((await other()).status).toBe(1);
      expect((await inDirectory()).status).toBe(0);
      expect(told()).toBe(1);
    });

    it('knows the call of a script of others', async () => {
      script(`#!/bin/sh\n"${shell.join('" "')}" "${HOOK}" "$@"`);
      expect((await other()).out).toBe(REWRITTEN);
      expect((await inDirectory()).out).toBe('');
      expect(told()).toBe(1);
    });

    it('keeps one report of the two while the server is away', async () => {
      kit.configure({ server: 'http://127.0.0.1:9', host: 'hv1' });
      await other();
      await inDirectory();
      expect(kit.spooled()).toHaveLength(1);
    });

    it.each<[string, () => Promise<unknown>]>([
      ['another operation', () => other(['vm1', 'restore', 'begin', '-'])],
      ['another VM', () => other(['vm2', 'migrate', 'begin', '-'])],
      ['the same one in qemu.d, which hooks/qemu knows nothing of', () => inDirectory()],
      [
        'the same one by another daemon, which had the same process id',
        async () => {
          await other();
          const [mark = ''] = readdirSync(kit.path('run/hopledger-host/told'));
          writeFileSync(kit.path(`run/hopledger-host/told/${mark}`), `${process.pid} 1\n`);
        },
      ],
    ])('is not silenced by a call of %s', async (_what, before) => {
      await before();
      expect(await inDirectory()).toMatchObject({ status: 0, out: REWRITTEN });
      expect(told()).toBe(2);
    });

    it('is silent once for each call of hooks/qemu', async () => {
      await other();
      await inDirectory();
      expect((await inDirectory()).out).toBe(REWRITTEN);
      expect(told()).toBe(2);
    });

    it('tells of every call where libvirt makes that of hooks/qemu alone', async () => {
      for (const round of [1, 2, 3]) {
        expect((await other()).out).toBe(REWRITTEN);
        expect(told()).toBe(round);
      }
    });

    it('tells of the second call when the first could leave no word', async () => {
      mkdirSync(kit.path('run'), { recursive: true });
      writeFileSync(kit.path('run/hopledger-host'), '');
      await other();
      expect((await inDirectory()).out).toBe(REWRITTEN);
    });
  },
);
