import { describe, expect, test } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { PulledStream } from './pulled-stream.js';

const never = new AbortController().signal;

describe(PulledStream.name, () => {
  const newPulled = () => {
    const stream = new PassThrough({ objectMode: true });
    const pulled = new PulledStream<number, string>(stream);
    const next = () => pulled.next('the test', 200, never);
    return { stream, pulled, next };
  };

  test('keeps a signal behind the events that came before it, however slowly they are taken', async () => {
    const { stream, pulled, next } = newPulled();
    stream.write(1);
    stream.write(2);
    await new Promise(setImmediate);
    pulled.signal('caughtUp'); // the client says it now, with both events still in its buffer
    stream.write(3);
    const taken: unknown[] = [];
    for (let count = 0; count < 4; count += 1) {
      const one = await next();
      taken.push(one.kind === 'event' ? one.event : one.kind === 'signal' ? one.signal : one.kind);
    }
    expect(taken).toEqual([1, 2, 'caughtUp', 3]);
  });

  test('ends with what the stream failed with, with its end, or with the abort of its reader', async () => {
    const failing = newPulled();
    failing.stream.destroy(new Error('gone'));
    await expect(failing.next()).rejects.toThrow('gone');

    const ending = newPulled();
    ending.stream.end();
    expect(await ending.next()).toEqual({ kind: 'end' });

    const left = newPulled();
    const leaving = new AbortController();
    const waiting = left.pulled.next('the test', 5_000, leaving.signal);
    leaving.abort();
    expect(await waiting).toEqual({ kind: 'end' });
  });

  test('does not wait longer than it was told to', async () => {
    const { next } = newPulled();
    await expect(next()).rejects.toThrow('the test: no answer within 200 ms');
  });
});
