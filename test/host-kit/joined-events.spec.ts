import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadRecording } from '../../src/demo/recording.js';
import { IGNORED_KINDS } from '../../src/intake/libvirt/events-meaning.js';
import { Answering, own } from './answering.js';
import { hasCurl, Kit, SHELLS } from './kit.js';

const FOLLOW = fileURLToPath(new URL('../../deploy/libvirt-host/lib/follow.sh', import.meta.url));
const STARTED = loadRecording().xml('003-hosta-vm1-started-begin.xml');
const NOBODY = 'http://127.0.0.1:9';

const event = (kind: string, more = ''): string =>
  `2026-11-21 03:10:21.127+0000: event '${kind}' for domain 'vm1'${more}\n`;

describe('the kinds of events that the follower leaves out', () => {
  const source = readFileSync(FOLLOW, 'utf8');
  const left = (/^IGNORED_KINDS="([^"]*)"/m.exec(source)?.[1] ?? '').replaceAll('\\\n', '').split(' ');

  it('are those of which hopledger keeps none, each of them and no other', () => {
    expect([...left].sort()).toEqual(Object.keys(IGNORED_KINDS).sort());
  });

  describe.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))('in %s', (_name, shell) => {
    const kept = async (text: string): Promise<string> => {
      const kit = new Kit({});
      try {
        kit.shell = shell;
        writeFileSync(
          kit.path('script'),
          '. "$HOPLEDGER_HOST_LIB/common.sh"; . "$HOPLEDGER_HOST_LIB/follow.sh"; leave_out_ignored',
        );
        return (await kit.run(kit.path('script'), [], text)).out;
      } finally {
        await kit.remove();
      }
    };

    it('go with all their lines, and take nothing along', async () => {
      const [boot, job] = [
        event('lifecycle', ': Started Booted'),
        `${event('job-completed', ':')}\toperation: 5\n`,
      ];
      const unknown = `${event('of-tomorrow', ':')}\tsize: 1\n`;
      const odd = "event 'rtc-change'\nerror: Disconnected from qemu:///system due to end of file\n";
      const ignored = [
        ...left.map((kind) => event(kind, ": '1'")),
        `${event('memory-failure', ':')}recipient: guest\naction: ignore\nflags: none\n`,
        `${event('tunable', ':')}\tcputune.vcpupin0: 1\n\tcputune.vcpupin1: 2\n`,
      ];
      const text = [boot, ...ignored, job, ...ignored, unknown, odd, ...ignored].join('');
      expect(await kept(text)).toBe([boot, job, unknown, odd].join(''));
    });

    it('are told by where the kind stands, not by what a VM is called', async () => {
      const text = "2026-11-21 03:10:21.127+0000: event 'reboot' for domain 'event 'rtc-change' for'\n";
      expect(await kept(text)).toBe(text);
    });
  });
});

(hasCurl ? describe : describe.skip)('event lines that wait', () => {
  let kit: Kit;
  let fake: Answering | undefined;
  beforeEach(() => {
    kit = new Kit({ server: NOBODY, host: 'hosta' });
    writeFileSync(
      kit.path('tell'),
      `. "$HOPLEDGER_HOST_LIB/common.sh"; . "$HOPLEDGER_HOST_LIB/spool.sh"; . "$HOPLEDGER_HOST_LIB/report.sh"
read_config; make_work; printf '%s\\n' "$1" >"$work/told"
send events "$(stamp)" '/v1/libvirt/events?' text/plain "$work/told"; drop_work`,
    );
  });
  afterEach(async () => {
    await kit.remove();
    await fake?.close();
    fake = undefined;
  });
  const tell = async (line: string): Promise<void> => {
    expect((await kit.run(kit.path('tell'), [line], '')).status).toBe(0);
  };
  const hook = (name = 'vm1') => kit.hook([name, 'started', 'begin', '-'], STARTED);
  const entry = (name: string): string => kit.path(`var/lib/hopledger-host/spool/${name}`);
  const spooled = (): readonly string[] =>
    kit.spooled().map((name) => {
      const [, , , ...body] = readFileSync(entry(name), 'utf8').split('\n');
      return name.endsWith('.started') ? 'started' : body.join(' ').trim();
    });
  const deliver = async (onAsked: (body: string) => void = () => undefined): Promise<readonly string[]> => {
    const told: string[] = [];
    fake = await Answering.start(({ url, body }) => {
      const text = url.pathname.endsWith('/events') ? body.toString() : (url.searchParams.get('name') ?? '');
      told.push(text.trim().replaceAll('\n', ' '));
      onAsked(text);
      return own('recorded');
    });
    kit.configure({ server: fake.url, host: 'hosta' });
    await kit.host('deliver');
    return told.filter((text) => text !== '');
  };

  it('are one entry as long as nothing else comes, and stay in their order with the calls of the hook', async () => {
    for (const line of ['a', 'b', 'c']) await tell(line);
    await hook();
    for (const line of ['d', 'e']) await tell(line);
    expect(spooled()).toEqual(['a b c', 'started', 'd e']);
    expect(await deliver()).toEqual(['a b c', 'vm1', 'd e']);
    expect(kit.spooled()).toEqual([]);
  });

  it('wait since the first of them', async () => {
    await tell('a');
    const [name = ''] = kit.spooled();
    utimesSync(entry(name), 1_700_000_000, 1_700_000_000);
    await tell('b');
    expect(spooled()).toEqual(['a b']);
    expect(statSync(entry(name)).mtimeMs).toBe(1_700_000_000_000);
  });

  it('are no longer than a proxy takes, nor than is well lost at once', async () => {
    for (const line of ['a', 'b', 'c']) await tell(line.repeat(40_000));
    expect(spooled().map(({ length }) => length)).toEqual([80_001, 40_000]);
  });

  it('join none of another boot of the host, nor of a clock that was set since', async () => {
    await tell('a');
    kit.reboot();
    await tell('b');
    const [, name = ''] = kit.spooled();
    const text = readFileSync(entry(name), 'utf8');
    // The clock said another time at the same uptime: it was set forward by a minute since.
    const [, at = ''] = /^hopledger-spool 1 (\S+)/.exec(text) ?? [];
    writeFileSync(entry(name), text.replace(at, new Date(Date.parse(at) - 60_000).toISOString()));
    await tell('c');
    await tell('d');
    expect(spooled()).toEqual(['a', 'b', 'c d']);
  });

  it('join what was told before them although later times wait, of a clock that was ahead', async () => {
    await tell('a');
    writeFileSync(entry('29990101T000000000-1-10000.started'), 'hopledger-spool 1\n');
    await tell('b');
    expect(spooled()).toEqual(['a b', 'started']);
  });

  it('join none that was offered in vain: it may be one that is never taken', async () => {
    await tell('a');
    expect((await kit.host('deliver')).status).toBe(1);
    await tell('b');
    await tell('c');
    expect(spooled()).toEqual(['a', 'b c']);
  });

  it('are told, every one, when lines come while they are delivered', async () => {
    await tell('a');
    // In the midst of the delivery of `a`, before it is taken away.
    kit.program(
      'curl',
      `if mkdir "${kit.path('once')}" 2>/dev/null; then
  for line in b c; do ${kit.shell.join(' ')} "${kit.path('tell')}" $line </dev/null; done
fi
exec /usr/bin/env PATH=/usr/bin:/bin curl "$@"`,
    );
    expect(await deliver()).toEqual(['a', 'b c']);
    expect(kit.spooled()).toEqual([]);
  });

  it('are told, every one, when their entry is offered while they are being added to it', async () => {
    await tell('a');
    const [name = ''] = kit.spooled();
    // The deliverer takes the entry between the reading of it and the renaming of what it becomes.
    kit.program(
      'touch',
      `mv "${entry(name)}" "${entry(name)}-offered"; exec /usr/bin/touch -d 2026-11-21 "$3"`,
    );
    await tell('b');
    kit.program('touch', 'exec /usr/bin/touch "$@"');
    expect(spooled()).toEqual(['a b', 'a']);
    const told = await deliver();
    expect(told.join(' ')).toContain('a b');
    expect(kit.spooled()).toEqual([]);
  });

  it('go before the reports of the hook when the spool is full, and the gap reaches to the last of them', async () => {
    kit.configure({ server: NOBODY, host: 'hosta', spool_max_files: 6 });
    for (const name of ['v', 'w']) await hook(name);
    await tell(event('reboot').trim());
    await tell("2026-11-21 04:10:21.127+0000: event 'reboot' for domain 'vm1'");
    for (const name of ['x', 'y', 'z']) await hook(name);
    expect(spooled()).toHaveLength(6);
    await hook('last');
    expect(spooled()).toEqual(Array<string>(6).fill('started'));
    const lost = readFileSync(kit.path('var/lib/hopledger-host/lost'), 'utf8');
    expect(lost).toMatch(/^\d{8}T\d+-\d+-10000\.events 20261121T041021127-\n$/);
  });
});
