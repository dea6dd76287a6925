import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../runtime/config.js';
import { CONFIG } from '../../runtime/provided.js';
import { Route } from '../../runtime/route.js';
import { messagesOf } from '../sources/messages.js';
import { MessageRecording, type MessagesOutcome } from '../sources/record-messages.js';
import { contentTypeOf, senderOf } from '../sources/source-request.js';
import { understandNova } from './understand.js';

/** OpenStack Nova's versioned notifications. */
@Controller('v1/nova')
export class NovaController {
  constructor(
    private readonly recording: MessageRecording,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** One notification, an array of them, or one on each line; with oslo.messaging's envelope or without. */
  @Post()
  @HttpCode(200)
  @Route({ access: 'recorder', body: 'events', raw: true, signed: true })
  notifications(@Body() body: unknown, @Req() request: FastifyRequest): Promise<MessagesOutcome> {
    const messages = messagesOf(body, contentTypeOf(request), this.config.limits.messages);
    return this.recording.recordAll(messages, understandNova, senderOf(request, 'nova'));
  }
}
