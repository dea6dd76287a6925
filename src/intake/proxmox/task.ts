/** A task of Proxmox VE by its UPID: `UPID:node:pid:pstart:starttime:type:id:user:`, numbers in hex. */
export interface Upid {
  readonly text: string;
  readonly node: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** `qmigrate`, `qmstart`. */
  readonly type: string;
  readonly vmid: string;
}

const UPID =
  /^UPID:([A-Za-z0-9][A-Za-z0-9-]{0,62}):[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8,9}:([0-9A-Fa-f]{8}):([a-zA-Z0-9]{1,50}):(\d{1,9}):[^:\s]{1,200}:?$/;

/** Null when the text is no UPID of a guest. */
export const readUpid = (text: string): Upid | null => {
  const [, node, start, type, vmid] = UPID.exec(text.trim()) ?? [];
  if (node === undefined || start === undefined || type === undefined || vmid === undefined) return null;
  return { text: text.trim(), node, startedAt: Number.parseInt(start, 16) * 1000, type, vmid };
};

/** What a task's log says of its end. */
export interface TaskLog {
  /** Null: it has not ended. */
  readonly outcome: 'ok' | 'error' | null;
  /** What went wrong, in the task's words. */
  readonly error: string | null;
  readonly lines: readonly TaskLine[];
}
export interface TaskLine {
  readonly text: string;
  /** Milliseconds after the first stamp in the log; null without one. Stamps are of the node's time zone. */
  readonly afterMs: number | null;
}

const MAX_LINES = 100_000;
const MAX_LINE = 4_000;
const MAX_ERROR = 8_000;

/** Reads a log, as `pvesh get /nodes/NODE/tasks/UPID/log` or the file below /var/log/pve/tasks has it. Never throws. */
export const readTaskLog = (text: string): TaskLog => {
  const lines: TaskLine[] = [];
  let first: number | null = null;
  let outcome: TaskLog['outcome'] = null;
  const errors: string[] = [];
  for (const raw of text.split('\n', MAX_LINES)) {
    const line = raw.slice(0, MAX_LINE).trim();
    if (line === '') continue;
    const [, day, clock, rest] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (.*)$/.exec(line) ?? [];
    const stamp = day === undefined || clock === undefined ? Number.NaN : Date.parse(`${day}T${clock}Z`);
    if (!Number.isNaN(stamp)) first ??= stamp;
    const said = rest ?? line;
    lines.push({ text: said, afterMs: Number.isNaN(stamp) || first === null ? null : stamp - first });
    const [, failed] = /^(?:TASK )?ERROR: (.+)$/.exec(said) ?? [];
    if (failed !== undefined) errors.push(failed);
    if (/^TASK OK$/.test(said) || /^TASK WARNINGS: \d+$/.test(said)) outcome = 'ok';
    else if (said.startsWith('TASK ERROR')) outcome = 'error';
  }
  const error = errors.join('\n').slice(0, MAX_ERROR);
  return { outcome, error: error === '' ? null : error, lines };
};
