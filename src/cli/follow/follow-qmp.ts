import { release } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectSocket } from '../../intake/qmp/channels.js';
import { QmpConnection, QmpEnded, type Message } from '../../intake/qmp/connection.js';
import type { LaunchCommand } from '../../intake/qmp/launch-command.js';
import {
  askDevices,
  askIdentity,
  askMigrationError,
  askStatus,
  tellOfMigrations,
} from '../../intake/qmp/monitor.js';
import { ProcessStory, type ProcessSeen, type Told } from '../../intake/qmp/process-story.js';
import { CliFailure } from '../failure.js';
import { isListening, socketOwner, type SocketOwner } from './socket-owner.js';

export interface QmpFollowing {
  readonly socket: string;
  readonly host: string;
  readonly uuid: string;
  readonly name: string | null;
  /** Of the process that is there when following begins; of later ones nothing is known. */
  readonly command: LaunchCommand | null;
  /** Have QEMU tell of migrations (the capability `events`); else it is asked. */
  readonly migrationEvents: boolean;
  /** End with the process, instead of waiting for the next one. */
  readonly once: boolean;
  /** How often to ask for what no event tells. */
  readonly intervalMs: number;
  /** How long QEMU may take to answer. @defaultValue 10 s */
  readonly answerMs?: number;
  readonly signal: AbortSignal;
  readonly tell: (told: Told) => void;
  readonly note: (text: string) => void;
}

const ANSWER_MS = 10_000;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [100, 5_000];

/**
 * Follows the QEMU behind a QMP socket, and those that come after it there.
 * @throws CliFailure when the process is another VM's
 */
export const followQmp = async (following: QmpFollowing): Promise<void> => {
  const { signal, once, note } = following;
  let pauseMs = FIRST_PAUSE_MS;
  let command = following.command;
  let waits = false;
  while (!signal.aborted) {
    const process = await FollowedProcess.find(following, command);
    if (process === null) {
      if (!waits) note(`no QEMU listens on ${following.socket}; waiting for one`);
      waits = true;
      // It rejects when the signal ends the wait, which the loop sees for itself.
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      continue;
    }
    [pauseMs, command, waits] = [FIRST_PAUSE_MS, null, false];
    await process.follow();
    if (once) return;
  }
};

/** One process, over as many connections as it takes. */
class FollowedProcess {
  private readonly heard: Message[] = [];
  private wake: () => void = () => undefined;
  private lost = false;
  /** Something may have been said that was not heard. */
  private unread = false;

  private constructor(
    private readonly following: QmpFollowing,
    private readonly owner: SocketOwner,
    private monitor: QmpConnection,
    private story: ProcessStory | null,
    private readonly command: LaunchCommand | null,
  ) {}

  static async find(following: QmpFollowing, command: LaunchCommand | null): Promise<FollowedProcess | null> {
    const owner = await socketOwner(following.socket);
    if (owner === null) return null;
    // Events may come before the process is there to hear them.
    const early: Message[] = [];
    let process: FollowedProcess | null = null;
    const monitor = await open(following, {
      onEvent: (event) => (process === null ? early.push(event) : process.hear(event)),
      onEnd: (unread) => process?.lose(unread),
    });
    if (monitor === null) return null;
    process = new FollowedProcess(following, owner, monitor, null, command);
    process.heard.push(...early);
    return process;
  }

  async follow(): Promise<void> {
    const { signal } = this.following;
    const stop = (): void => this.wake();
    signal.addEventListener('abort', stop);
    try {
      for (;;) {
        const alive = await this.converse();
        if (signal.aborted) return;
        if (!alive && !(await this.reconnect())) break;
      }
      for (const told of this.story?.end(Date.now(), this.unread) ?? []) this.following.tell(told);
    } finally {
      signal.removeEventListener('abort', stop);
      await this.monitor.close();
    }
  }

  private hear(event: Message): void {
    this.heard.push(event);
    this.wake();
  }

  /** Events change it between any two lines that wait. */
  private isLost(): boolean {
    return this.lost;
  }

  private lose(unread: boolean): void {
    this.unread ||= unread;
    this.lost = true;
    this.wake();
  }

  /** @returns false when the connection ended */
  private async converse(): Promise<boolean> {
    const { signal, intervalMs } = this.following;
    try {
      this.story ??= await this.attach();
      while (!signal.aborted) {
        for (let event = this.heard.shift(); event !== undefined; event = this.heard.shift())
          await this.take(event);
        if (this.isLost()) return false;
        await this.look();
        if (this.heard.length === 0 && !this.isLost()) await this.rest(intervalMs);
      }
      return true;
    } catch (error) {
      if (!(error instanceof QmpEnded)) throw error;
      // What was told before the end counts.
      for (const event of this.heard.splice(0)) this.tellAll(this.understood(event, null));
      return false;
    }
  }

  private async attach(): Promise<ProcessStory> {
    const { host, uuid, migrationEvents, note } = this.following;
    const said = await askIdentity(this.monitor);
    if (said.uuid !== null && said.uuid !== uuid)
      throw new CliFailure(`the QEMU behind ${this.following.socket} is VM ${said.uuid}, not ${uuid}`);
    if (migrationEvents && !(await tellOfMigrations(this.monitor)))
      note('QEMU does not let its migration events be switched on now; it is asked instead');
    const { command } = this;
    const configuration = command?.configuration ?? null;
    const seen: ProcessSeen = {
      host,
      name: this.following.name ?? said.name,
      build: said.build,
      // What the command line calls `q35` the monitor knows by its version.
      configuration:
        configuration === null
          ? null
          : { ...configuration, machineType: said.machineType ?? configuration.machineType },
      kernel: release(),
      startedAt: this.owner.since,
      launch: command === null ? null : command.restores ? 'restore' : command.incoming ? 'incoming' : 'cold',
    };
    const story = new ProcessStory(seen);
    const status = await askStatus(this.monitor);
    const told = story.attach(status, await askDevices(this.monitor), Date.now());
    note(
      `following ${said.name ?? uuid}: QEMU ${said.build.version}, ${said.machineType ?? 'machine type not told'}, ${status}`,
    );
    this.tellAll(told);
    return story;
  }

  private async take(event: Message): Promise<void> {
    const failed =
      event['event'] === 'MIGRATION' &&
      (event['data'] as { status?: unknown } | undefined)?.status === 'failed';
    let words: string | null = null;
    try {
      if (failed && !this.isLost()) words = await askMigrationError(this.monitor);
    } catch (error) {
      if (!(error instanceof QmpEnded)) throw error;
    }
    this.tellAll(this.understood(event, words));
  }

  private understood(event: Message, words: string | null): readonly Told[] {
    const { event: name, data } = event;
    if (typeof name !== 'string' || this.story === null) return [];
    const fields = typeof data === 'object' && data !== null ? (data as Message) : {};
    return this.story.hear(name, fields, timeOf(event), words);
  }

  private async look(): Promise<void> {
    const status = await askStatus(this.monitor);
    const devices = await askDevices(this.monitor);
    // Events that came meanwhile tell what the answers show, and when.
    if (this.heard.length > 0 || this.isLost()) return;
    this.tellAll(this.story?.look(status, devices, Date.now()) ?? []);
  }

  /**
   * The same process again, for as long as it is there: one that is busy, or talks to somebody else, does not answer for a
   * while and has not ended.
   */
  private async reconnect(): Promise<boolean> {
    const { socket, signal, note } = this.following;
    await this.monitor.close();
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const now = await socketOwner(socket);
      if (now?.identity !== this.owner.identity || !(await isListening(socket))) return false;
      this.unread = true;
      const monitor = await open(this.following, {
        onEvent: (event) => this.hear(event),
        onEnd: (unread) => this.lose(unread),
      });
      if (monitor !== null) {
        this.monitor = monitor;
        break;
      }
      if (pauseMs === FIRST_PAUSE_MS) note('QEMU listens and does not answer; trying again');
      // It rejects when the signal ends the wait, which the loop sees for itself.
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return true;
    }
    [this.lost, this.unread] = [false, false];
    this.following.note('connected again to the same QEMU; what it told meanwhile is missed');
    return true;
  }

  private rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private tellAll(all: readonly Told[]): void {
    for (const told of all) this.following.tell(told);
  }
}

const open = async (
  { socket, answerMs = ANSWER_MS }: QmpFollowing,
  listener: { readonly onEvent: (event: Message) => void; readonly onEnd: (unread: boolean) => void },
): Promise<QmpConnection | null> => {
  const channel = connectSocket(socket);
  try {
    return await QmpConnection.open(channel, answerMs, listener);
  } catch (error) {
    await channel.close();
    if (error instanceof QmpEnded) return null;
    throw error;
  }
};

/** QEMU's clock, which is the host's; the arrival where it could not read it. */
const timeOf = ({ timestamp }: Message): number => {
  const { seconds, microseconds } = (timestamp ?? {}) as { seconds?: unknown; microseconds?: unknown };
  if (typeof seconds !== 'number' || typeof microseconds !== 'number' || seconds < 0) return Date.now();
  return seconds * 1000 + Math.floor(microseconds / 1000);
};
