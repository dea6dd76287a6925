import { z } from 'zod';
import { innerDevice, type QmpReturns } from './ask.js';
import { withWholeNumbers } from './connection.js';
import { ProbeFailed } from './probe-failed.js';

export type { QmpReturns } from './ask.js';

const answer = z.object({ id: z.string().min(1).max(300), return: z.unknown().optional() });

/** Questions about one type, by the first word of their ids. */
const OF_A_TYPE = /^(device-list-properties|qom-list-properties) (\S+)$/;

/**
 * What `askEverything` would return, out of the lines that QEMU wrote to somebody else. Each answer has for its `id` the
 * command, after a blank the type where it is about one, or `compat-props`. Errors, events and what has no id are passed
 * over; of two answers to one question (the binary was started anew) the first counts.
 * @throws ProbeFailed when a line is no QMP
 */
export const returnsOf = (lines: readonly string[]): QmpReturns => {
  const returned = new Map<string, unknown>();
  const properties: Record<string, unknown> = {};
  const inner: Record<string, string> = {};
  for (const line of lines) {
    const message = answer.safeParse(parsed(line));
    if (!message.success || message.data.return === undefined || returned.has(message.data.id)) continue;
    const { id, return: value } = message.data;
    returned.set(id, value);
    const [, command, type = ''] = OF_A_TYPE.exec(id) ?? [];
    if (command === 'device-list-properties') properties[type] = value;
    const device = command === 'qom-list-properties' ? innerDevice(value) : null;
    if (device !== null) inner[type] = device;
  }
  return {
    version: returned.get('query-version'),
    target: returned.get('query-target'),
    machines: returned.get('query-machines compat-props') ?? returned.get('query-machines'),
    types: returned.get('qom-list-types'),
    properties,
    inner,
    kvm: returned.get('query-kvm') ?? null,
    cpuModels: returned.get('query-cpu-definitions') ?? null,
    hostCpu: returned.get('query-cpu-model-expansion') ?? null,
  };
};

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(withWholeNumbers(line));
  } catch {
    throw new ProbeFailed('a line of the answers is no QMP');
  }
};
