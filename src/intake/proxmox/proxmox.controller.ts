import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../runtime/config.js';
import { CONFIG } from '../../runtime/provided.js';
import { Route } from '../../runtime/route.js';
import { messagesOf, type Message } from '../sources/messages.js';
import { MessageRecording, type MessagesOutcome } from '../sources/record-messages.js';
import { contentTypeOf, senderOf } from '../sources/source-request.js';
import { understandProxmox } from './understand.js';

/** Calls of Proxmox VE's hookscripts, and its tasks. */
@Controller('v1/proxmox')
export class ProxmoxController {
  constructor(
    private readonly recording: MessageRecording,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * JSON: one message, an array, or one on each line. Or, for a hookscript with no more than a shell, plain text: the
   * guest's configuration (or, with `upid` in the query, the task's log) as the body, the rest in the query.
   */
  @Post()
  @HttpCode(200)
  @Route({ access: 'recorder', body: 'events', raw: true, signed: true })
  messages(@Body() body: unknown, @Req() request: FastifyRequest): Promise<MessagesOutcome> {
    const messages = /^text\/plain\b/i.test(contentTypeOf(request))
      ? [plain(body, request.query)]
      : messagesOf(body, contentTypeOf(request), this.config.limits.messages);
    return this.recording.recordAll(messages, understandProxmox, senderOf(request, 'proxmox'));
  }
}

const plain = (body: unknown, query: unknown): Message => {
  const text = typeof body === 'string' ? body : '';
  const { sentAt: _sentAt, ...said } = query as Readonly<Record<string, unknown>>;
  const value = 'upid' in said ? { ...said, log: text } : { ...said, config: text };
  return { index: 0, value, fault: null, text };
};
