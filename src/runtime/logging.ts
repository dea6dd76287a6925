import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from './config.js';
import { prettyLines } from './pretty-lines.js';

export type { Logger } from 'pino';

/** What must never reach a log, wherever it stands in what is logged. Bodies are not logged at all. */
const SECRETS = ['authorization', 'token', 'sha256', 'cookie', 'password', 'secret'];

/** One JSON object a line on stdout (`log.pretty`: a line for people), ISO times. */
export function createLogger(config: Pick<Config, 'log'>, destination?: DestinationStream): Logger {
  const output = config.log.pretty ? prettyLines(destination ?? process.stdout) : destination;
  return pino(
    {
      level: config.log.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '(redacted)' },
    },
    output ?? pino.destination({ dest: 1, sync: true }),
  );
}

/** Nest's own messages, in the same log. Its chatter about modules and routes goes to debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.#write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write('fatal', message, rest);
  }

  /** Nest passes (message, ...more, stack?, context?) with the context last, when there is one. */
  #write(level: 'trace' | 'debug' | 'warn' | 'error' | 'fatal', message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    const fields = typeof context === 'string' ? { context } : {};
    if (message instanceof Error) this.logger[level]({ ...fields, err: message }, message.message);
    else this.logger[level](fields, typeof message === 'string' ? message : JSON.stringify(message));
  }
}
