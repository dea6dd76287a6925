import { stat } from 'node:fs/promises';
import { connect } from 'node:net';

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
    // No socket there, or none that may be looked at: nobody's.
    return null;
  }
};

/** Whether a process still listens there, however long it takes to answer. */
export const isListening = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    const end = (listens: boolean): void => {
      socket.destroy();
      resolve(listens);
    };
    socket.once('connect', () => end(true));
    // Nobody behind it (ECONNREFUSED) or no such file; a full queue (EAGAIN) has somebody who does not empty it.
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'EAGAIN'));
  });
