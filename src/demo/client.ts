/** The server as any tool sees it: HTTP. */
export class Client {
  constructor(readonly url: string) {}

  /** @throws Error with the server's words when it does not answer 2xx */
  async post<T>(path: string, body: unknown): Promise<T> {
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  /** @throws Error with the first message when there are any errors */
  async graphql<T>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> {
    const answer = await this.post<{ data?: T; errors?: readonly { message: string }[] }>('/graphql', {
      query,
      variables,
    });
    const [error] = answer.errors ?? [];
    if (error !== undefined || answer.data === undefined)
      throw new Error(`GraphQL: ${error?.message ?? 'no data'}`);
    return answer.data;
  }
}
