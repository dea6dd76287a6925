import { createHash } from 'node:crypto';
import { HopledgerError } from '../../errors.js';
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
  const raw = { source, id, type, subject, time, dataschema, data: event.data };
  if (known.event === null) {
    const host = parseInput(known.data, event.data, ['data']);
    return { id, reading: { kind: 'host', key: keyOf(event), host, at: time, raw } };
  }
  const { uuid, ...fields } = parseInput(known.data, event.data, ['data']);
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
  // Type and fields belong together: the schema is looked up by the one, and lets through the others.
  return { id, reading } as Understood;
};
