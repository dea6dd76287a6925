import type { Readable, Writable } from 'node:stream';

/** QEMU said no to a command. */
export class QmpRefused extends Error {
  override readonly name = 'QmpRefused';
  constructor(
    readonly command: string,
    /** `CommandNotFound`, `DeviceNotFound`, `GenericError`. */
    readonly errorClass: string,
    readonly description: string,
  ) {
    super(`${command}: ${description}`);
  }
}

/** Nobody answers any more: QEMU ended, was too slow, or is not QEMU. */
export class QmpEnded extends Error {
  override readonly name = 'QmpEnded';
}

/** Where QMP is spoken. */
export interface QmpChannel {
  readonly input: Readable;
  readonly output: Writable;
  /** Lets go of it, for good. Told what QEMU said last, when it said anything. */
  readonly close: () => Promise<string | null>;
}

/** A whole answer: query-machines of 11.1 has 200 KB, that of 10.0 with its old machine types 700 KB. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;

export type Message = Readonly<Record<string, unknown>>;

/**
 * Numbers up to 2^64 are what some properties have as their default, and JSON.parse would round them: made text.
 */
export const withWholeNumbers = (line: string): string =>
  line.replace(/("default-value": ?)(-?\d{16,})(?=[,}\s])/g, '$1"$2"');

/** Told of what comes unasked. */
export interface QmpListener {
  readonly onEvent: (event: Message) => void;
  /**
   * @param unread - what QEMU said last may not have been read: it was not QEMU that ended the conversation, or a command met
   * a closed socket, which drops the rest
   */
  readonly onEnd: (unread: boolean) => void;
}

/** One QMP conversation: a command at a time; events go to whoever listens. */
export class QmpConnection {
  private waiting: {
    readonly resolve: (message: Message) => void;
    readonly reject: (error: Error) => void;
  } | null = null;
  /** Answers that came before anyone waited for them. */
  private readonly early: Message[] = [];
  private received: Buffer[] = [];
  private bytes = 0;
  private ended: QmpEnded | null = null;

  private constructor(
    private readonly channel: QmpChannel,
    private readonly timeoutMs: number,
    private readonly listener: QmpListener | null,
  ) {
    channel.input.on('data', (chunk: Buffer) => this.take(chunk));
    for (const event of ['end', 'close'] as const)
      channel.input.on(event, () => this.end('QEMU ended the conversation', false));
    channel.input.on('error', (error: NodeJS.ErrnoException) =>
      this.end('QEMU ended the conversation', error.syscall !== 'read'),
    );
    channel.output.on('error', () => this.end('QEMU takes no commands any more'));
  }

  /**
   * Greets.
   * @throws QmpEnded when nothing that speaks QMP is there
   */
  static async open(
    channel: QmpChannel,
    timeoutMs: number,
    listener: QmpListener | null = null,
  ): Promise<QmpConnection> {
    const connection = new QmpConnection(channel, timeoutMs, listener);
    const greeting = await connection.next('the greeting');
    if (!('QMP' in greeting)) throw connection.end('what answers does not speak QMP');
    await connection.execute('qmp_capabilities');
    return connection;
  }

  /**
   * @returns what the command returned
   * @throws QmpRefused when QEMU says no; QmpEnded when it says nothing
   */
  async execute(command: string, given?: Readonly<Record<string, unknown>>): Promise<unknown> {
    if (this.ended !== null) throw this.ended;
    const line = JSON.stringify(
      given === undefined ? { execute: command } : { execute: command, arguments: given },
    );
    this.channel.output.write(`${line}\n`);
    for (;;) {
      const message = await this.next(command);
      if ('return' in message) return message['return'];
      const error = message['error'];
      if (typeof error === 'object' && error !== null) throw refusal(command, error);
    }
  }

  /** @returns QEMU's last words, or null */
  async close(): Promise<string | null> {
    this.end('closed');
    return this.channel.close();
  }

  private next(what: string): Promise<Message> {
    return new Promise((resolve, reject) => {
      const early = this.early.shift();
      if (early !== undefined) {
        resolve(early);
        return;
      }
      if (this.ended !== null) {
        reject(this.ended);
        return;
      }
      const timer = setTimeout(
        () => this.end(`no answer to ${what} within ${this.timeoutMs} ms`),
        this.timeoutMs,
      );
      const settled = (): void => {
        clearTimeout(timer);
        this.waiting = null;
      };
      this.waiting = {
        resolve: (message) => {
          settled();
          resolve(message);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
    });
  }

  private take(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.received.push(chunk);
    if (this.bytes > MAX_LINE_BYTES) {
      this.end(`an answer is over ${MAX_LINE_BYTES} bytes`);
      return;
    }
    if (!chunk.includes(0x0a)) return;
    const lines = Buffer.concat(this.received).toString('utf8').split('\n');
    const rest = lines.pop() ?? '';
    this.received = [Buffer.from(rest)];
    this.bytes = Buffer.byteLength(rest);
    for (const line of lines) if (line.trim() !== '') this.understand(line);
  }

  private understand(line: string): void {
    try {
      const message: unknown = JSON.parse(withWholeNumbers(line));
      if (typeof message !== 'object' || message === null) throw new TypeError('not an object');
      if ('event' in message) {
        this.listener?.onEvent(message);
        return;
      }
      if (this.waiting === null) this.early.push(message as Message);
      else this.waiting.resolve(message as Message);
    } catch {
      this.end('what answers does not speak QMP');
    }
  }

  private end(why: string, unread = true): QmpEnded {
    if (this.ended === null) {
      this.ended = new QmpEnded(why);
      this.listener?.onEnd(unread);
    }
    this.waiting?.reject(this.ended);
    return this.ended;
  }
}

const refusal = (command: string, error: object): QmpRefused => {
  const { class: errorClass, desc } = error as { readonly class?: unknown; readonly desc?: unknown };
  return new QmpRefused(command, String(errorClass), String(desc));
};
