import { Transform, type Readable } from 'node:stream';
import { HopledgerError } from '../errors.js';

/**
 * Whose a signed body is shows once all of it was read: until then the sender is a stranger, who gets the room of one
 * (`limits.bodyBytes`), not that of a route's known callers.
 */
const tooLong = (most: number): HopledgerError =>
  new HopledgerError(
    'PAYLOAD_TOO_LARGE',
    `a signed body has at most ${most} bytes (limits.bodyBytes); send it in parts, or with a token`,
    { most, setting: 'limits.bodyBytes' },
  );

/**
 * Before anything of the body is read, where its length is told.
 * @throws HopledgerError PAYLOAD_TOO_LARGE
 */
export const refuseLongSigned = (contentLength: string | undefined, most: number): void => {
  if (Number(contentLength ?? 0) > most) throw tooLong(most);
};

/** The body, which ends with PAYLOAD_TOO_LARGE beyond `most` bytes. `from` stays open, for the answer. */
export const boundedSigned = (from: Readable, most: number): Readable => {
  let seen = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > most) done(tooLong(most));
      else done(null, chunk);
    },
  });
  from.once('error', (error) => bounded.destroy(error));
  return from.pipe(bounded);
};
