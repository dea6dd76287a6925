import type { Readable } from 'node:stream';
import type { Client } from '../client/client.js';
import { withRetries, type RetryPolicy } from '../client/retry.js';
import { EventBatcher, type EventBatch } from './event-batches.js';
import { addAnswer, type FileReport, type PieceAnswer } from './import-report.js';
import { linesOf } from './lines.js';

export interface EventSending {
  readonly client: Client;
  readonly host: string;
  readonly domains: Readonly<Record<string, string>>;
  readonly retries: RetryPolicy;
  readonly onSent: () => void;
  /** Lines that come one by one (a pipe from `virsh event`) are sent when none came for so long. */
  readonly idleMs: number;
}

const LIMITS = { mostBytes: 1024 * 1024, mostLines: 20_000 };
const LONGEST_LINE = 65_536;

/**
 * Sends the output of `virsh event --all --timestamp` in batches, as it comes.
 * @throws CliFailure when a batch cannot be sent
 */
export const sendEvents = async (
  input: Readable,
  report: FileReport,
  sending: EventSending,
): Promise<void> => {
  const batcher = new EventBatcher(LIMITS);
  // One after the other: a later event must not overtake an earlier one.
  let sent: Promise<void> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;
  const queue = (batch: EventBatch | null): Promise<void> => {
    if (batch === null) return sent;
    sent = sent.then(() => sendBatch(batch, report, sending));
    return sent;
  };
  try {
    for await (const lines of linesOf(counted(input, report), LONGEST_LINE)) {
      clearTimeout(idle);
      for (const line of lines) {
        const batch = batcher.push(line);
        if (batch !== null) await queue(batch);
      }
      idle = setTimeout(() => {
        // Nobody waits for this one: what fails ends the input, and with it the loop.
        queue(batcher.take()).catch((error: unknown) =>
          input.destroy(error instanceof Error ? error : undefined),
        );
      }, sending.idleMs);
    }
    clearTimeout(idle);
    await queue(batcher.take());
  } finally {
    clearTimeout(idle);
  }
};

const sendBatch = async (
  { text, firstLine }: EventBatch,
  report: FileReport,
  sending: EventSending,
): Promise<void> => {
  const { client, host, domains, retries } = sending;
  const body = JSON.stringify({ host, lines: text, domains });
  const answer = (await withRetries(retries, () =>
    client.post('v1/libvirt/events', { body, contentType: 'application/json' }),
  )) as PieceAnswer;
  addAnswer(report, answer, (line) => line + firstLine - 1);
  sending.onSent();
};

async function* counted(chunks: AsyncIterable<Buffer>, report: FileReport): AsyncGenerator<Buffer, void> {
  for await (const chunk of chunks) {
    report.bytes += chunk.length;
    yield chunk;
  }
}
