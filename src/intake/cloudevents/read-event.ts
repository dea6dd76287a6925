import { createHash } from 'node:crypto';
import { HopledgerError } from '../../errors.js';
import type { ReportedHost } from '../../recording/commands/host-report-schema.js';
import { parseInput } from '../../recording/commands/parse-input.js';
import type { Understood } from '../sources/reading.js';
import type { CloudEvent } from './envelope.js';
import { intakeType } from './event-types.js';

/** Keys of reports have at most 200 characters, without blanks at risk of being mistaken. */
const MAX_KEY = 200;

/** `source` and `id` as one key. A source holds no blank, so no two pairs make the same. */
const keyOf = ({ source, id }: CloudEvent): string => {
  const plain = `${source} ${id}`;
  return plain.length <= MAX_KEY ? plain : `sha256:${createHash('sha256').update(plain).digest('hex')}`;
};

/**
 * What an event says.
 * @throws HopledgerError BAD_INPUT when its type is not taken here or its data is not of its type
 */
export const understand = (event: CloudEvent): Understood => {
  const { id, source, type, subject, time, dataschema } = event;
  const known = intakeType(type);
  if (known === undefined)
    throw new HopledgerError('BAD_INPUT', `type: ${JSON.stringify(type)} is not taken here`, {
      field: 'type',
    });
  const checked = parseInput(known.data, event.data, ['data']);
  const raw = { source, id, type, subject, time, dataschema, data: event.data };
  if (known.event === null) {
    // The schema is that of a host's report.
    const host = checked as unknown as ReportedHost;
    return { id, reading: { kind: 'host', key: keyOf(event), host, at: time, raw } };
  }
  const { uuid, ...fields } = checked;
  if (typeof uuid !== 'string') throw new Error(`events of type ${type} name a VM`);
  if (subject !== null && subject.toLowerCase() !== uuid)
    throw new HopledgerError('BAD_INPUT', 'subject: it names another VM than the data', { field: 'subject' });
  const reading = {
    kind: 'keyed',
    uuid,
    key: keyOf(event),
    event: { type: known.event, ...fields },
    at: time,
    raw,
  };
  return { id, reading } as Understood;
};
