import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parseInput } from '../../recording/commands/parse-input.js';
import { reportContext } from '../../recording/report-context.js';
import { principalOf } from '../../runtime/auth.js';
import type { Sender } from './source-recorder.js';

/** ISO 8601 with an offset; a clock may be wrong, a time must be one. */
export const timeWithOffset = z.iso
  .datetime({ offset: true, error: 'is no ISO 8601 time with an offset' })
  .transform((text) => new Date(text).toISOString());

const query = z.object({ sentAt: timeWithOffset.optional() });

/** Who sends, by the request. With `?sentAt=` (the sender's clock when it sent) the skew of that clock is known. */
export const senderOf = (request: FastifyRequest, tool: string): Sender => {
  const { sentAt } = parseInput(query, request.query);
  const principal = principalOf(request);
  const context = reportContext({
    actor: principal.name,
    tool,
    correlationId: request.id,
    sentAt: sentAt === undefined ? null : Date.parse(sentAt),
  });
  return { principal, context };
};

export const contentTypeOf = ({ headers }: FastifyRequest): string => headers['content-type'] ?? '';
