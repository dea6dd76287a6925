import { z } from 'zod';
import type { ReplaySelection } from '../../domain/endpoint/events.js';
import { uuid } from '../../recording/commands/schema-text.js';

const MAX_MESSAGES = 1000;

const place = z.string().regex(/^\d{1,40}$/, 'is not a position');

/** Which deliveries are put again: messages by id, or a range of positions with at least one bound. */
export const replaySchema: z.ZodType<ReplaySelection> = z.union(
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
