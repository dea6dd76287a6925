import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { scriptedQemu, type Reply } from '../../../test/qmp/scripted-qemu.js';
import type { Told } from '../../intake/qmp/process-story.js';
import { followQmp, type QmpFollowing } from './follow-qmp.js';

const VM = '11111111-2222-4333-8444-00000000000c';
const ANSWERS: Readonly<Record<string, unknown>> = {
  'query-version': { qemu: { major: 10, minor: 0, micro: 2 }, package: '' },
  'query-uuid': { UUID: VM },
  'query-name': { name: 'web01' },
  'query-status': { status: 'running' },
  'qom-get': 'pc-q35-10.0-machine',
  'qom-list': [],
};

/** A QEMU of one's own words, behind a socket that it stops to listen on when it ends. */
class MadeUpQemu {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #silent = false;

  constructor(readonly path: string) {
    this.#server = createServer((socket) => this.#talk(socket)).listen(path);
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  fallSilent(): void {
    this.#silent = true;
  }

  say(event: string, data: object): void {
    const line = JSON.stringify({ event, data, timestamp: { seconds: 1_760_000_000, microseconds: 0 } });
    for (const socket of this.#sockets) socket.write(`${line}\r\n`);
  }

  stopListening(): void {
    this.#server.close();
  }

  end(): void {
    this.stopListening();
    this.dropConnections();
  }

  #talk(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
    if (this.#silent) return;
    const reply = (command: string): Reply =>
      this.#silent
        ? 'is silent'
        : command in ANSWERS
          ? { returns: ANSWERS[command] }
          : { refuses: 'not here' };
    const { input, output } = scriptedQemu(reply);
    input.pipe(socket).pipe(output);
  }
}

describe('the end of a process that is followed', () => {
  let directory: string;
  let qemu: MadeUpQemu;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hopledger-follow-qmp-'));
    qemu = new MadeUpQemu(join(directory, 'qmp'));
  });
  afterEach(async () => {
    qemu.end();
    await rm(directory, { recursive: true, force: true });
  });

  /** What is told of it, as words; `then` is called when it is followed, and `again` when its connection was lost. */
  const followed = async (then: () => void, again: () => void = () => undefined): Promise<string[]> => {
    const told: Told[] = [];
    const following: QmpFollowing = {
      socket: qemu.path,
      host: 'hosta',
      uuid: VM,
      name: 'web01',
      command: null,
      migrationEvents: false,
      once: true,
      intervalMs: 50,
      answerMs: 1_000,
      signal: new AbortController().signal,
      tell: (one) => told.push(one),
      note: (text) => {
        if (text.startsWith('following')) setImmediate(then);
        if (text.includes('trying again')) setImmediate(again);
      },
    };
    await followQmp(following);
    return told.map(({ event }) =>
      event.type === 'VmStopped' ? `${event.type} ${event.reason}` : event.type,
    );
  };

  it('is a crash when it was listened to and said nothing', async () => {
    expect(await followed(() => qemu.end())).toEqual(['VmAdopted', 'VmStopped crashed']);
  });

  it('is what it said', async () => {
    const said = await followed(() => {
      qemu.say('SHUTDOWN', { guest: true, reason: 'guest-shutdown' });
      setImmediate(() => qemu.end());
    });
    expect(said).toEqual(['VmAdopted', 'VmStopped shutdown']);
  });

  it('is not known when nobody was listened to: the connection was lost before', async () => {
    const said = await followed(
      () => {
        qemu.fallSilent();
        qemu.dropConnections();
      },
      () => qemu.end(),
    );
    expect(said).toEqual(['VmAdopted', 'VmStopped unknown']);
  });

  it('is not known when it did not answer any more', async () => {
    const said = await followed(() => {
      qemu.fallSilent();
      qemu.stopListening();
    });
    expect(said).toEqual(['VmAdopted', 'VmStopped unknown']);
  });
});
