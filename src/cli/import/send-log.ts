import type { Client } from '../client/client.js';
import { withRetries, type RetryPolicy } from '../client/retry.js';
import { ServerRefused } from '../client/server-failure.js';
import { addAnswer, type FileReport, type PieceAnswer } from './import-report.js';
import { linesOf } from './lines.js';
import { cutSmaller, LogCutter, type LogPiece } from './log-pieces.js';
import { openLog } from './open-log.js';

export interface LogSending {
  readonly client: Client;
  readonly host: string;
  readonly retries: RetryPolicy;
  readonly pieceBytes: number;
  /** The start that the rotation before this one ended with. */
  readonly startBefore: Buffer | undefined;
  /** Told after each piece. */
  readonly onSent: () => void;
}

/** The server cuts lines at 262144 characters and says so; of longer ones so much is sent that it sees that. */
const LONGEST_LINE = 4 * 262_144 + 8;
/** A body limit below this is no limit that a log fits through. */
const SMALLEST_PIECE = 4 * 1024;

/**
 * Sends one log piece by piece, and enters into `report` what became of it.
 * @returns the start of the process that the log ends with
 * @throws CliFailure when a piece cannot be sent; Error of Node when the file cannot be read
 */
export const sendLog = async (report: FileReport, sending: LogSending): Promise<Buffer | undefined> => {
  const log = await openLog(report.file);
  const cutter = new LogCutter({ mostBytes: sending.pieceBytes, startBefore: sending.startBefore });
  const send = async (piece: LogPiece | null): Promise<void> => {
    if (piece !== null) await sendPiece(piece, sending.pieceBytes, report, sending);
    report.bytes = log.readBytes();
    if (piece !== null) sending.onSent();
  };
  for await (const lines of linesOf(log.chunks, LONGEST_LINE)) {
    for (const line of lines) {
      const piece = cutter.push(line);
      if (piece !== null) await send(piece);
    }
  }
  await send(cutter.end());
  return cutter.lastStart;
};

const sendPiece = async (
  piece: LogPiece,
  mostBytes: number,
  report: FileReport,
  sending: LogSending,
): Promise<void> => {
  const { client, host, retries } = sending;
  try {
    const answer = (await withRetries(retries, () =>
      client.post('v1/libvirt/logs', {
        body: piece.body,
        contentType: 'text/plain; charset=utf-8',
        search: { host, file: report.file.slice(-500) },
      }),
    )) as PieceAnswer;
    addAnswer(report, answer, piece.lineOf);
  } catch (error) {
    const tooLarge = error instanceof ServerRefused && error.code === 'PAYLOAD_TOO_LARGE';
    const half = Math.floor(Math.min(mostBytes, piece.body.length) / 2);
    if (!tooLarge || half < SMALLEST_PIECE) throw error;
    const smaller = cutSmaller(piece, half);
    if (smaller.length < 2) throw error;
    for (const part of smaller) await sendPiece(part, half, report, sending);
  }
};
