import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** A file's bytes as they come, unpacked when they are gzip's, whatever the file's name. */
export interface OpenLog {
  readonly chunks: AsyncIterable<Buffer>;
  /** Of the file as it lies on disk. */
  readonly sizeBytes: number;
  /** How much of {@link sizeBytes} was read by now. */
  readBytes(): number;
}

export const openLog = async (file: string): Promise<OpenLog> => {
  const { sizeBytes, isGzip } = await look(file);
  const source = createReadStream(file, { highWaterMark: 256 * 1024 });
  const readBytes = (): number => source.bytesRead;
  if (!isGzip) return { chunks: source as AsyncIterable<Buffer>, sizeBytes, readBytes };
  const [{ createGunzip }, { pipeline }] = await Promise.all([import('node:zlib'), import('node:stream')]);
  // The callback only keeps the error from being unhandled: the reader of the chunks meets it.
  const unpacked: Readable = pipeline(source, createGunzip(), () => undefined);
  return { chunks: unpacked as AsyncIterable<Buffer>, sizeBytes, readBytes };
};

const look = async (file: string): Promise<{ readonly sizeBytes: number; readonly isGzip: boolean }> => {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return { sizeBytes: size, isGzip: bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b };
  } finally {
    await handle.close();
  }
};
