import type { Recorded } from '../../domain/vm/envelope.js';
import type { EventCorrected } from '../../domain/vm/events.js';
import { HopledgerError } from '../../errors.js';
import { parseInput } from './parse-input.js';
import { instant } from './schema-text.js';
import { vmEventSchema } from './vm-event-schema.js';

/**
 * Whether the event would still be one of its kind with the fields replaced: the fold takes corrections as they are.
 * A target that is not there, or is a correction itself, is refused by `decide`.
 * @throws HopledgerError BAD_INPUT
 */
export const checkCorrection = (
  { eventId, replacement }: EventCorrected,
  history: readonly Recorded[],
): void => {
  const target = history.find(({ id }) => id === eventId)?.data;
  if (target === undefined || target.type === 'EventCorrected' || target.type === 'EventRetracted') return;
  const { occurredAt, ...fields } = replacement;
  if (occurredAt !== undefined) parseInput(instant, occurredAt, ['replacement', 'occurredAt']);
  if ('type' in fields) {
    const field = 'replacement.type';
    throw new HopledgerError(
      'BAD_INPUT',
      `${field}: an event stays what it is; retract it and record another`,
      { field },
    );
  }
  parseInput(vmEventSchema, { ...target, ...fields }, ['replacement']);
};
