import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../runtime/config.js';
import { CONFIG } from '../../runtime/provided.js';
import { Route } from '../../runtime/route.js';
import { messagesOf } from '../sources/messages.js';
import { MessageRecording, type MessagesOutcome } from '../sources/record-messages.js';
import { contentTypeOf, senderOf } from '../sources/source-request.js';
import { itemsOf } from './objects.js';
import { understandKubevirt } from './understand.js';

/** KubeVirt's VirtualMachineInstance and VirtualMachineInstanceMigration objects. */
@Controller('v1/kubevirt')
export class KubevirtController {
  constructor(
    private readonly recording: MessageRecording,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Objects, lists of them, or the lines of a watch; JSON or YAML. */
  @Post()
  @HttpCode(200)
  @Route({ access: 'recorder', body: 'events', raw: true, signed: true })
  objects(@Body() body: unknown, @Req() request: FastifyRequest): Promise<MessagesOutcome> {
    const { messages: most } = this.config.limits;
    const messages = messagesOf(body, contentTypeOf(request), most, itemsOf);
    return this.recording.recordAll(messages, understandKubevirt, senderOf(request, 'kubevirt'));
  }
}
