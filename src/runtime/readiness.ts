import { faultCode } from './fault-code.js';

/** Undefined when all is well, else why not, in a few words, for anybody to read: no text of an error. */
export type ReadinessCheck = () => Promise<string | undefined> | string | undefined;

const CHECK_TIMEOUT_MS = 1000;

/** What must hold before this server should be sent requests. Others register what they know of. */
export class Readiness {
  readonly #checks = new Map<string, ReadinessCheck>();
  readonly #remarks = new Map<string, ReadinessCheck>();
  #stopping = false;

  /** @param failed - told of a check that throws; the answer has but a code */
  constructor(private readonly failed: (name: string, error: unknown) => void = () => undefined) {}

  register(name: string, check: ReadinessCheck): void {
    add(this.#checks, name, check);
  }

  /** For what is wrong and yet no reason to send requests elsewhere. */
  remark(name: string, check: ReadinessCheck): void {
    add(this.#remarks, name, check);
  }

  /** From now on the answer is no. */
  stop(): void {
    this.#stopping = true;
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** @returns why not, by check; empty when ready. A check that throws or takes over a second counts as failed. */
  async reasons(): Promise<Readonly<Record<string, string>>> {
    return this.#stopping ? { server: 'shutting down' } : outcomes(this.#checks, this.failed);
  }

  /** @returns what is wrong all the same, by check; empty: nothing */
  remarks(): Promise<Readonly<Record<string, string>>> {
    return outcomes(this.#remarks, this.failed);
  }
}

const add = (checks: Map<string, ReadinessCheck>, name: string, check: ReadinessCheck): void => {
  if (checks.has(name)) throw new Error(`a readiness check named ${name} is registered already`);
  checks.set(name, check);
};

const outcomes = async (
  checks: ReadonlyMap<string, ReadinessCheck>,
  failed: (name: string, error: unknown) => void,
): Promise<Readonly<Record<string, string>>> => {
  const results = await Promise.all(
    [...checks].map(
      async ([name, check]) => [name, await outcome(check, (error) => failed(name, error))] as const,
    ),
  );
  return Object.fromEntries(results.filter((result): result is [string, string] => result[1] !== undefined));
};

async function outcome(check: ReadinessCheck, failed: (error: unknown) => void): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${CHECK_TIMEOUT_MS} ms`), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([Promise.resolve().then(check), late]);
  } catch (error) {
    failed(error);
    return `failed: ${faultCode(error)}`;
  } finally {
    clearTimeout(timer);
  }
}
