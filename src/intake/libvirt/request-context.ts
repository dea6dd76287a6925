import type { FastifyRequest } from 'fastify';
import { reportContext, type ReportContext } from '../../recording/report-context.js';
import { principalOf } from '../../runtime/auth.js';

/** Who sent a request, with what. @param sentAt ISO 8601, the sender's clock; null: not said */
export const contextOf = (request: FastifyRequest, tool: string, sentAt: string | null): ReportContext =>
  reportContext({
    actor: principalOf(request).name,
    tool,
    correlationId: request.id,
    sentAt: sentAt === null ? null : Date.parse(sentAt),
  });
