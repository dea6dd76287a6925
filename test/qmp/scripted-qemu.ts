import { PassThrough } from 'node:stream';
import type { QmpChannel } from '../../src/intake/qmp/connection.js';

/** What a made-up QEMU does with a command: return a value, refuse, end, or say nothing. */
export type Reply = { readonly returns: unknown } | { readonly refuses: string } | 'ends' | 'is silent';

export type Script = (command: string, given: Readonly<Record<string, unknown>>) => Reply;

const GREETING = {
  QMP: { version: { qemu: { major: 9, minor: 2, micro: 0 }, package: '' }, capabilities: [] },
};

/** A QEMU of one's own words. `lines` are sent first, in place of the greeting. */
export const scriptedQemu = (
  script: Script,
  lines: readonly string[] = [JSON.stringify(GREETING)],
): QmpChannel => {
  const input = new PassThrough();
  const output = new PassThrough();
  for (const line of lines) input.write(`${line}\r\n`);
  let unread = '';
  output.on('data', (chunk: Buffer) => {
    const words = (unread + chunk.toString('utf8')).split('\n');
    unread = words.pop() ?? '';
    for (const word of words) {
      const { execute, arguments: given } = JSON.parse(word) as {
        execute: string;
        arguments?: Record<string, unknown>;
      };
      const reply = execute === 'qmp_capabilities' ? { returns: {} } : script(execute, given ?? {});
      if (reply === 'ends') input.end();
      else if (reply !== 'is silent') {
        const answer =
          'returns' in reply
            ? { return: reply.returns }
            : { error: { class: 'GenericError', desc: reply.refuses } };
        // An event may come at any time, and an answer in pieces.
        input.write('{"timestamp": {}, "event": "RTC_CHANGE"}\r\n');
        const text = `${JSON.stringify(answer)}\r\n`;
        input.write(text.slice(0, 7));
        input.write(text.slice(7));
      }
    }
  });
  return {
    input,
    output,
    close: () => {
      input.destroy();
      output.destroy();
      return Promise.resolve('its last words');
    },
  };
};
