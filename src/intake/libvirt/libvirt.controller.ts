import { Body, Controller, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HopledgerError } from '../../errors.js';
import { principalOf } from '../../runtime/auth.js';
import { requireHost } from '../../runtime/principal.js';
import { Route } from '../../runtime/route.js';
import { AnswerHook } from './answer-hook.js';
import { AskAdvice } from '../host-kit/ask-advice.js';
import type { HookAnswer, HookCall } from './hook-call.js';
import { answersXml } from './hook-arguments.js';
import { hookWarning } from './hook-warning.js';
import { ImportDomainLog, type ImportOutcome } from './import-log.js';
import { eventsBody, eventsQuery, hookBody, hookQuery, logQuery, parseInput } from './libvirt-input.js';
import { contextOf } from './request-context.js';
import { RecordEventLines, type EventLinesOutcome } from './record-event-lines.js';

/** libvirt's way in: hook calls, event lines, per-VM logs. */
@Controller('v1/libvirt')
export class LibvirtController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /**
   * JSON in, JSON out; or, for hosts with no more than a shell: the domain XML as the body, the rest in the
   * query, and the XML to use as the answer (204: unchanged or nothing to give, 409: refused, the reason as text).
   * The header `hopledger-answer` has the answer in a word, which no proxy and no other error has; `hopledger-warning`
   * what somebody should hear of a hop that goes on; `hopledger-carries` the VM's UUID and `tainted`, `clean` or
   * `unknown`, for a host to go by when it gets no answer.
   */
  @Post('hook')
  @HttpCode(200)
  @Route({ access: 'recorder', body: 'hook' })
  async hook(
    @Body() body: unknown,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (typeof body !== 'string') {
      const { sentAt, ...call } = parseInput(hookBody, body);
      await reply.send(await this.answer(call, sentAt, request));
      return;
    }
    const { sentAt, name, operation, sub, extra, ...rest } = parseInput(hookQuery, query);
    const call: HookCall = { ...rest, argv: [name, operation, sub, extra], xml: body };
    const answer = await this.answer(call, sentAt, request);
    const warning = hookWarning(answer);
    if (warning !== null) void reply.header('hopledger-warning', warning);
    if (answersXml(call.argv)) void reply.header('hopledger-carries', await this.carries(answer.uuid));
    const changed = answer.answer === 'rewritten' ? answer.xml : null;
    void reply.header('hopledger-answer', answer.answer).header('hopledger-position', answer.position);
    if (answer.answer === 'refused') await reply.status(409).type('text/plain').send(answer.message);
    else if (changed === null) await reply.status(204).send();
    else await reply.type('application/xml').send(changed);
  }

  /** JSON with the lines and, where the host knows them, the UUIDs of names; or the lines alone as text. */
  @Post('events')
  @HttpCode(200)
  @Route({ access: 'recorder', body: 'events' })
  events(
    @Body() body: unknown,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): Promise<EventLinesOutcome> {
    const { host, lines, domains, sentAt } =
      typeof body === 'string'
        ? { ...parseInput(eventsQuery, query), lines: body, domains: {} }
        : parseInput(eventsBody, body);
    requireHost(principalOf(request), host);
    const text = typeof lines === 'string' ? lines : lines.join('\n');
    return this.commands.execute(
      new RecordEventLines(host, text, domains, contextOf(request, 'virsh-event', sentAt)),
    );
  }

  @Post('logs')
  @HttpCode(200)
  @Route({ access: 'recorder', body: 'events' })
  logs(
    @Body() body: unknown,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): Promise<ImportOutcome> {
    const { host, file, sentAt } = parseInput(logQuery, query);
    requireHost(principalOf(request), host);
    if (typeof body !== 'string')
      throw new HopledgerError('BAD_INPUT', 'a log is sent as text/plain', { field: 'content-type' });
    return this.commands.execute(
      new ImportDomainLog(host, file, body, contextOf(request, 'libvirt-log', sentAt)),
    );
  }

  private async carries(uuid: string): Promise<string> {
    return `${uuid} ${await this.queries.execute(new AskAdvice(uuid))}`;
  }

  private answer(call: HookCall, sentAt: string | null, request: FastifyRequest): Promise<HookAnswer> {
    requireHost(principalOf(request), call.host);
    return this.commands.execute(new AnswerHook(call, contextOf(request, 'libvirt-hook', sentAt)));
  }
}
