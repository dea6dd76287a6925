import { stat } from 'node:fs/promises';

/** The listener behind a socket's path: QEMU makes the file anew whenever it starts. */
export interface SocketOwner {
  readonly identity: string;
  /** When it began to listen, milliseconds since the epoch: just after QEMU started. */
  readonly since: number;
}

/** Null: there is no such file. */
export const socketOwner = async (path: string): Promise<SocketOwner | null> => {
  try {
    const { dev, ino, mtimeMs } = await stat(path);
    return { identity: `${dev}:${ino}:${mtimeMs}`, since: Math.floor(mtimeMs) };
  } catch {
    return null;
  }
};
