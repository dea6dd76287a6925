import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { HopledgerError, isErrorCode } from '../../errors.js';
import type { Config } from '../../runtime/config.js';
import { CONFIG } from '../../runtime/provided.js';
import { Route } from '../../runtime/route.js';
import { messagesOf, messagesOfArray, type Message } from '../sources/messages.js';
import type { Understood } from '../sources/reading.js';
import { MessageRecording, type MessagesOutcome } from '../sources/record-messages.js';
import { contentTypeOf, senderOf } from '../sources/source-request.js';
import { readHeaderEvent, readJsonEvent } from './envelope.js';
import { understand } from './read-event.js';

/** CloudEvents 1.0 over HTTP. */
@Controller('v1/events')
export class CloudEventsController {
  constructor(
    private readonly recording: MessageRecording,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * One event (structured or binary): its outcome, or the error for which it was rejected. A batch: the outcome of
   * each, with status 200 also where some were rejected.
   */
  @Post()
  @HttpCode(200)
  @Route({ access: 'recorder', body: 'events', raw: true, signed: true })
  async events(@Body() body: unknown, @Req() request: FastifyRequest): Promise<MessagesOutcome> {
    const contentType = contentTypeOf(request);
    const sender = senderOf(request, 'cloudevents');
    const isBatch = /^application\/cloudevents-batch\+json\b/i.test(contentType);
    const { messages, read } = this.received(body, contentType, isBatch, request);
    const outcome = await this.recording.recordAll(messages, read, sender);
    const [only] = outcome.items;
    if (isBatch || only?.code == null) return outcome;
    const code = isErrorCode(only.code) ? only.code : 'BAD_INPUT';
    throw new HopledgerError(code, only.message ?? 'rejected', { id: only.id });
  }

  private received(
    body: unknown,
    contentType: string,
    isBatch: boolean,
    { headers }: FastifyRequest,
  ): { readonly messages: readonly Message[]; readonly read: (value: unknown) => Understood } {
    if (isBatch || /^application\/cloudevents\+json\b/i.test(contentType)) {
      const { messages: most } = this.config.limits;
      const messages = isBatch ? messagesOfArray(body, most) : messagesOf(body, contentType, 1);
      return { messages, read: (value) => understand(readJsonEvent(value)) };
    }
    if (headers['ce-specversion'] === undefined)
      throw new HopledgerError(
        'UNSUPPORTED_MEDIA_TYPE',
        'no CloudEvent: neither application/cloudevents+json nor application/cloudevents-batch+json, and no header ce-specversion',
      );
    if (!/^application\/([\w.-]+\+)?json\b/i.test(contentType))
      throw new HopledgerError('UNSUPPORTED_MEDIA_TYPE', 'the data of the events taken here is JSON');
    const text = typeof body === 'string' ? body : '';
    const message: Message = { index: 0, value: { headers }, fault: null, text };
    return { messages: [message], read: () => understand(readHeaderEvent(headers, text)) };
  }
}
