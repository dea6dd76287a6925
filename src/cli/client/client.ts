import { NotHopledger, ServerRefused, ServerUnreachable } from './server-failure.js';

export interface ClientSettings {
  /** Base URL; may have a path, when a proxy serves hopledger below one. */
  readonly url: string;
  readonly token: string | undefined;
  /** How long to wait for an answer. @defaultValue 60000 */
  readonly timeoutMs?: number;
}

export interface Upload {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly search?: Readonly<Record<string, string>>;
}

/** One hopledger server, over HTTP. What it answers is typed by the caller, who wrote the query. */
export class Client {
  readonly #base: string;
  readonly #token: string | undefined;
  readonly #timeoutMs: number;

  constructor({ url, token, timeoutMs = 60_000 }: ClientSettings) {
    this.#base = url.endsWith('/') ? url : `${url}/`;
    this.#token = token;
    this.#timeoutMs = timeoutMs;
  }

  get url(): string {
    return this.#base.slice(0, -1);
  }

  get token(): string | undefined {
    return this.#token;
  }

  /** @throws ServerUnreachable, ServerRefused, NotHopledger */
  async query<T>(document: string, variables: object = {}): Promise<T> {
    const answer = await this.post('graphql', {
      body: JSON.stringify({ query: document, variables }),
      contentType: 'application/json',
    });
    const data = fieldOf(answer, 'data');
    refuseErrors(fieldOf(answer, 'errors'));
    if (typeof data !== 'object' || data === null)
      throw new ServerRefused('INTERNAL', 'the answer holds no data');
    return data as T;
  }

  /** @throws ServerUnreachable, ServerRefused, NotHopledger */
  async post(path: string, { body, contentType, search = {} }: Upload): Promise<unknown> {
    const url = new URL(path, this.#base);
    for (const [name, value] of Object.entries(search)) url.searchParams.set(name, value);
    const headers = {
      'content-type': contentType,
      accept: 'application/json',
      ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
    };
    let response: Response;
    let text: string;
    try {
      const signal = AbortSignal.timeout(this.#timeoutMs);
      response = await fetch(url, { method: 'POST', headers, body, signal });
      text = await response.text();
    } catch (error) {
      throw new ServerUnreachable(this.url, error);
    }
    const answer = parsed(text);
    if (response.ok && answer !== undefined) return answer;
    if (answer !== undefined) {
      refuseErrors(fieldOf(answer, 'errors'));
      refuseError(fieldOf(answer, 'error'), response.headers.get('retry-after'));
    }
    throw new NotHopledger(this.url, response.status, response.headers.get('content-type'));
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a page of a proxy; the status and content type are told
  }
};

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (Reflect.get(value, name) as unknown) : undefined;

const textOf = (value: unknown, name: string): string | undefined => {
  const field = fieldOf(value, name);
  return typeof field === 'string' ? field : undefined;
};

/** GraphQL's errors; the first one is told. */
const refuseErrors = (errors: unknown): void => {
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const message = textOf(first, 'message');
  if (message === undefined) return;
  const extensions = fieldOf(first, 'extensions');
  const requestId = textOf(extensions, 'requestId');
  throw new ServerRefused(
    textOf(extensions, 'code') ?? 'INTERNAL',
    message,
    requestId === undefined ? {} : { requestId },
  );
};

/** The error of an HTTP route: `{ "error": { "code", "message", "requestId", … } }`. */
const refuseError = (error: unknown, retryAfter: string | null): void => {
  const [code, message, requestId] = [
    textOf(error, 'code'),
    textOf(error, 'message'),
    textOf(error, 'requestId'),
  ];
  if (code === undefined || message === undefined) return;
  const seconds = Number(retryAfter ?? Number.NaN);
  throw new ServerRefused(code, message, {
    ...(requestId !== undefined && { requestId }),
    ...(seconds >= 0 && { retryAfterMs: seconds * 1000 }),
  });
};
