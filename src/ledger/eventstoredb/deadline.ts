/** A call that did not end in our time. What became of it is not known. */
export class PastDeadline extends Error {
  override readonly name = 'PastDeadline';
  constructor(
    readonly what: string,
    readonly ms: number,
  ) {
    super(`${what}: no answer within ${ms} ms`);
  }
}

/**
 * Ends the wait for `work` after `ms`, whatever `work` does: the client's own deadlines do not cover the discovery of
 * a node, nor reads.
 * @throws PastDeadline
 */
export async function within<T>(what: string, ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new PastDeadline(what, ms)), ms);
  });
  work.catch(() => undefined); // it may fail after we have gone
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
