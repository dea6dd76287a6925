import { z } from 'zod';
import type { ReplaySelection } from '../../domain/endpoint/events.js';
import type { Position } from '../../ledger/port.js';
import { isPosition, ofOneForm } from '../../ledger/position-form.js';
import { uuid } from '../../recording/commands/schema-text.js';

const MAX_MESSAGES = 1000;

/**
 * Which deliveries are put again: messages by id, or a range of positions with at least one bound.
 * @param known a position of this ledger, whose form the bounds must have
 */
export const replaySchema = (known: Position): z.ZodType<ReplaySelection> => {
  const place = z
    .string()
    .refine(
      (text) => isPosition(text) && ofOneForm(text, known),
      'is not a position as this ledger writes it',
    );
  return z.union(
    [
      z.strictObject({
        messages: z
          .array(uuid)
          .min(1, 'is an empty list')
          .max(MAX_MESSAGES, `has over ${MAX_MESSAGES} entries`),
      }),
      z
        .strictObject({ from: place.nullable(), to: place.nullable() })
        .refine(({ from, to }) => from !== null || to !== null, 'has neither a beginning nor an end')
        .refine(({ from, to }) => from === null || to === null || from <= to, 'ends before it begins'),
    ],
    'give messages, or a range of positions',
  );
};
