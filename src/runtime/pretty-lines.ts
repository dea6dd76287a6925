import type { DestinationStream } from 'pino';
import { z } from 'zod';

const line = z.looseObject({ time: z.string(), level: z.string(), msg: z.string().optional() });
const fault = z.object({ stack: z.string() });

/** Turns pino's JSON into `12:30:00.123 INFO  message  key=value`; stack traces keep their lines. */
export function prettyLines(output: { write(text: string): unknown }): DestinationStream {
  return {
    write(json) {
      const { time, level, msg = '', err, ...fields } = line.parse(JSON.parse(json));
      const pairs = Object.entries(fields).map(([name, value]) => {
        return `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
      });
      const { stack } = fault.safeParse(err).data ?? {};
      const head = [time.slice(11, 23), level.toUpperCase().padEnd(5), msg, ...pairs].join(' ');
      output.write(`${head}\n${stack === undefined ? '' : `${stack}\n`}`);
    },
  };
}
