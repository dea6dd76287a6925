import { createSourceEventStream, execute, type ExecutionArgs, type ExecutionResult } from 'graphql';

type Source = AsyncIterator<unknown, unknown>;

/**
 * A subscription as graphql-js has it, but with a context for each answer: what one answer loaded must not serve the
 * next, which is later. Pulled by the socket: the next event is asked for when the last answer has left.
 */
export class Answers implements AsyncGenerator<ExecutionResult, void, undefined> {
  constructor(
    private readonly source: Source,
    private readonly answer: (event: unknown) => ExecutionResult | Promise<ExecutionResult>,
  ) {}

  async next(): Promise<IteratorResult<ExecutionResult, void>> {
    const { done, value } = await this.source.next();
    return done === true ? { done, value: undefined } : { done: false, value: await this.answer(value) };
  }

  async return(): Promise<IteratorResult<ExecutionResult, void>> {
    await this.source.return?.();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult, void>> {
    await this.source.return?.();
    throw error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** @returns the answers, or why there are none */
export const subscribeFresh = async (
  args: ExecutionArgs,
  freshContext: () => unknown,
): Promise<Answers | ExecutionResult> => {
  const source = await createSourceEventStream({ ...args, contextValue: freshContext() });
  if (!(Symbol.asyncIterator in source)) return source;
  const events: AsyncIterable<unknown, unknown> = source;
  return new Answers(events[Symbol.asyncIterator](), (event) =>
    execute({ ...args, rootValue: event, contextValue: freshContext() }),
  );
};
