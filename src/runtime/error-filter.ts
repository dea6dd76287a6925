import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ERRORS, HopledgerError, type ErrorCode } from '../errors.js';
import { answerOf, type ErrorAnswer } from './error-answer.js';
import type { Logger } from './logging.js';

/** What the framework refuses by itself, as our codes. By HTTP status, which is all its many errors have in common. */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'BAD_INPUT',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  422: 'BAD_INPUT',
  429: 'RATE_LIMITED',
};

/** The body of every HTTP error: `{ "error": { code, message, requestId, ...facts } }`. */
export function errorBody({ code, message, facts }: ErrorAnswer, requestId: string): object {
  return { error: { ...facts, code, message, requestId } };
}

/** @returns what the framework's refusal means in our codes, or the error itself */
export function translated(
  error: unknown,
  request: Pick<FastifyRequest, 'method' | 'url' | 'is404'>,
): unknown {
  if (!(error instanceof Error) || error instanceof HopledgerError) return error;
  if (request.is404 && statusOf(error) === 404) {
    const path = request.url.split('?', 1)[0] ?? '';
    return new HopledgerError('NOT_FOUND', `no route ${request.method} ${path}`);
  }
  const code = BY_STATUS[statusOf(error) ?? 500];
  return code === undefined ? error : new HopledgerError(code, error.message, {}, { cause: error });
}

/** Fastify's errors carry `statusCode` and an `FST_` code; Nest's are HttpExceptions. Others' numbers are not trusted. */
function statusOf(error: Error): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const isFastifys = 'code' in error && typeof error.code === 'string' && error.code.startsWith('FST_');
  return isFastifys && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}

/** Fastify's and Nest's one error handler: everything that goes wrong on an HTTP route ends here. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    // GraphQL shapes its own errors; Nest runs global filters for resolvers too.
    if (host.getType() !== 'http') throw error;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    this.answer(error, request, reply);
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const answer = answerOf(translated(error, request));
    if (answer.code === 'INTERNAL')
      this.logger.error({ err: error, requestId: request.id }, 'unexpected error');
    if (reply.sent) return;
    if (answer.http === ERRORS.UNAUTHENTICATED.http) void reply.header('www-authenticate', 'Bearer');
    if (answer.http === 503) void reply.header('retry-after', '1');
    void reply
      .status(answer.http)
      .header('content-type', 'application/json; charset=utf-8')
      .send(errorBody(answer, request.id));
  }
}
