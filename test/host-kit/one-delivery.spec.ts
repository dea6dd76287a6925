import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadRecording } from '../../src/demo/recording.js';
import { Answering, own } from './answering.js';
import { eventually, hasCurl, Kit } from './kit.js';

const STARTED = loadRecording().xml('003-hosta-vm1-started-begin.xml');
const NOBODY = 'http://127.0.0.1:9';
const hasFlock = spawnSync('flock', ['--version']).status === 0;
const WORK = 'run/hopledger-host';

// skipped where there is no curl or no flock
(hasCurl && hasFlock ? describe : describe.skip)('a delivery while another one runs', () => {
  let kit: Kit;
  let fake: Answering;
  beforeEach(async () => {
    kit = new Kit({ server: NOBODY, host: 'hosta' });
    await kit.hook(['vm1', 'started', 'begin', '-'], STARTED);
    fake = await Answering.start(({ method }) => (method === 'POST' ? own('recorded') : { status: 503 }));
    kit.configure({ server: fake.url, host: 'hosta' });
  });
  afterEach(async () => {
    await kit.remove();
    await fake.close();
  });
  /** Holds the lock, as a delivery does that waits for an answer. */
  const another = async (): Promise<() => void> => {
    mkdirSync(kit.path(WORK), { recursive: true });
    writeFileSync(
      kit.path('holds'),
      `exec 9>"$HOPLEDGER_HOST_ROOT/${WORK}/deliver.lock"; flock 9; : >"$HOPLEDGER_HOST_ROOT/held"
       until [ -e "$HOPLEDGER_HOST_ROOT/end" ]; do /bin/sleep 0.05; done`,
    );
    const ended = kit.run(kit.path('holds'), [], '');
    await eventually(() => existsSync(kit.path('held')));
    return () => {
      writeFileSync(kit.path('end'), '');
      return void ended;
    };
  };

  it('is not begun with a word that it does not know', async () => {
    const { status, err } = await kit.host('deliver', '--when-idle');
    expect(status).toBe(2);
    expect(err).toContain('deliver --unless-running');
    expect(kit.spooled()).toHaveLength(1);
  });

  it('waits for it when it was called by hand, and is done only when nothing waits any more', async () => {
    const end = await another();
    kit.program('sleep', ': >>"$HOPLEDGER_HOST_ROOT/waits"; exec /bin/sleep "$@"');
    const delivery = kit.host('deliver');
    await eventually(() => existsSync(kit.path('waits')));
    expect(kit.spooled()).toHaveLength(1);
    end();
    expect((await delivery).status).toBe(0);
    expect(kit.spooled()).toEqual([]);
  }, 300_000);

  it('fails when that one does not end, and says what waits', async () => {
    const end = await another();
    kit.program('sleep', 'echo "$1" >>"$HOPLEDGER_HOST_ROOT/waits"');
    const { status, err } = await kit.host('deliver');
    end();
    expect(status).toBe(1);
    expect(err).toContain('another delivery still runs after 120 s; 1 reports wait');
    expect(readFileSync(kit.path('waits'), 'utf8').split('\n')).toHaveLength(121);
    expect(kit.spooled()).toHaveLength(1);
  }, 300_000);

  it('leaves it to that one when it is the timer’s, and does not fail for it', async () => {
    const end = await another();
    kit.program('sleep', ': >"$HOPLEDGER_HOST_ROOT/waits"');
    expect((await kit.host('deliver', '--unless-running')).status).toBe(0);
    end();
    expect(existsSync(kit.path('waits'))).toBe(false);
    const unit = new URL('../../deploy/libvirt-host/systemd/hopledger-deliver.service', import.meta.url);
    expect(readFileSync(unit, 'utf8')).toMatch(/^ExecStart=\S+ deliver --unless-running$/m);
  }, 300_000);

  it('fails while a report waits that came when the others were gone', async () => {
    const entry = readdirSync(kit.path('var/lib/hopledger-host/spool')).find((name) => /^\d/.test(name));
    const spool = kit.path('var/lib/hopledger-host/spool');
    const text = readFileSync(`${spool}/${entry ?? ''}`, 'utf8');
    await fake.close();
    fake = await Answering.start(({ method }) => {
      // The list of tainted VMs is asked for last.
      if (method === 'GET') writeFileSync(`${spool}/20991121T031021127-1-10000.started`, text);
      return own('recorded');
    });
    kit.configure({ server: fake.url, host: 'hosta' });
    expect((await kit.host('deliver')).status).toBe(1);
    expect(kit.spooled()).toHaveLength(1);
  }, 300_000);
});

(hasCurl ? describe : describe.skip)('what a killed process left in /run', () => {
  let kit: Kit;
  beforeEach(() => {
    kit = new Kit({ server: NOBODY, host: 'hosta' });
  });
  afterEach(() => kit.remove());
  const age = (name: string, minutes: number): void => {
    const at = Date.now() / 1000 - minutes * 60;
    utimesSync(kit.path(`${WORK}/${name}`), at, at);
  };
  const left = (name: string, minutes: number): string => {
    mkdirSync(kit.path(`${WORK}/${name}`), { recursive: true });
    writeFileSync(kit.path(`${WORK}/${name}/xml`), '<domain>');
    age(name, minutes);
    return name;
  };

  it('goes with a delivery an hour later', async () => {
    kit.program('virsh', 'sleep 600');
    const follower = kit.start('follow');
    await eventually(() => kit.leftovers().length === 1);
    const [name = ''] = kit.leftovers();
    const closed = new Promise((resolve) => follower.once('close', resolve));
    process.kill(-(follower.pid ?? 0), 'SIGKILL');
    await closed;
    await kit.host('deliver');
    expect(kit.leftovers()).toEqual([name]);
    age(name, 61);
    await kit.host('deliver');
    expect(kit.leftovers()).toEqual([]);
  }, 300_000);

  it('stays while its process lives, however old it is, and where it is not known whose it is', async () => {
    const gone = spawnSync('true').pid;
    const kept = [left(`work.${process.pid}.aaaaaa`, 9_000), left('work.aaaaaa', 9_000)];
    left(`work.${gone}.aaaaaa`, 9_000);
    await kit.host('deliver');
    expect(kit.leftovers()).toEqual([...kept].sort());
  }, 300_000);
});
