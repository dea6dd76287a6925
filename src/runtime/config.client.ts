/** What the command line client takes from the environment. Apart from `config.ts`, so that it loads no schema. */
export interface ClientConfig {
  /** Base URL of the server. `HOPLEDGER_URL`. @defaultValue `http://127.0.0.1:4173` */
  readonly url: string;
  /** Bearer token. `HOPLEDGER_TOKEN`. */
  readonly token: string | undefined;
}

export function loadClientConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ClientConfig {
  return {
    url: environment['HOPLEDGER_URL'] || 'http://127.0.0.1:4173',
    token: environment['HOPLEDGER_TOKEN'] || undefined,
  };
}
