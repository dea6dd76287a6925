import { Body, Controller, Get, Header, HttpCode, Post, Query, Req } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { HopledgerError } from '../../errors.js';
import { isUuid } from '../../recording/streams.js';
import { principalOf } from '../../runtime/auth.js';
import { requireHost } from '../../runtime/principal.js';
import { Route } from '../../runtime/route.js';
import { parseInput } from '../libvirt/libvirt-input.js';
import { contextOf } from '../libvirt/request-context.js';
import { ListTainted } from './ask-advice.js';
import {
  adviceQuery,
  gapQuery,
  goneQuery,
  observedQuery,
  probeQuery,
  questionsQuery,
  runningQuery,
} from './host-kit-input.js';
import { AskQuestions, questionLine } from './questions.js';
import { ReportGap, type GapOutcome } from './report-gap.js';
import { ReportGone, type GoneOutcome } from './report-gone.js';
import { ReportObserved, type ObservedOutcome } from './report-observed.js';
import { ReportProbe, type ProbeOutcome } from './report-probe.js';
import { ReportRunning, type RunningOutcome } from './report-running.js';

/**
 * For `deploy/libvirt-host`: bodies and answers are text that a shell can make and read. Every route names the host it
 * speaks for, and a token that is bound to another is refused.
 */
@Controller('v1/libvirt')
export class HostKitController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** `hopledger-advice 1 COUNT`, then a line `UUID tainted` for each VM that is; `more` behind COUNT: not for each. */
  @Get('advice')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Route({ access: 'recorder' })
  async advice(@Query() query: unknown, @Req() request: FastifyRequest): Promise<string> {
    const { host } = parseInput(adviceQuery, query);
    requireHost(principalOf(request), host);
    const { uuids, more } = await this.queries.execute(new ListTainted());
    const head = `hopledger-advice 1 ${uuids.length}${more ? ' more' : ''}`;
    return lines([head, ...uuids.map((uuid) => `${uuid} tainted`)]);
  }

  @Post('running')
  @HttpCode(200)
  @Route({ access: 'recorder', body: 'hook' })
  running(
    @Body() body: unknown,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): Promise<RunningOutcome> {
    const { sentAt, ...domain } = parseInput(runningQuery, query);
    requireHost(principalOf(request), domain.host);
    const context = contextOf(request, 'libvirt-running', sentAt);
    return this.commands.execute(new ReportRunning({ ...domain, xml: textOf(body) }, context));
  }

  @Post('gone')
  @HttpCode(200)
  @Route({ access: 'recorder', body: 'events' })
  gone(@Body() body: unknown, @Query() query: unknown, @Req() request: FastifyRequest): Promise<GoneOutcome> {
    const { host, at, sentAt } = parseInput(goneQuery, query);
    requireHost(principalOf(request), host);
    const context = contextOf(request, 'libvirt-running', sentAt);
    return this.commands.execute(new ReportGone(host, uuidsOf(textOf(body)), at, context));
  }

  @Post('gap')
  @HttpCode(200)
  @Route({ access: 'recorder' })
  gap(@Query() query: unknown, @Req() request: FastifyRequest): Promise<GapOutcome> {
    const { sentAt, count, ...gap } = parseInput(gapQuery, query);
    requireHost(principalOf(request), gap.host);
    const context = contextOf(request, 'host-kit', sentAt);
    return this.commands.execute(new ReportGap({ ...gap, count: count ?? null }, context));
  }

  @Post('probe')
  @HttpCode(200)
  @Route({ access: 'recorder', body: 'events' })
  probe(
    @Body() body: unknown,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): Promise<ProbeOutcome> {
    const { host, at, sentAt } = parseInput(probeQuery, query);
    requireHost(principalOf(request), host);
    const context = contextOf(request, 'host-kit', sentAt);
    return this.commands.execute(new ReportProbe(host, at, textOf(body), context));
  }

  /** What to read out of a running guest, a line each (`questionLine`). */
  @Get('questions')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Route({ access: 'recorder' })
  async questions(@Query() query: unknown, @Req() request: FastifyRequest): Promise<string> {
    const { host, uuid } = parseInput(questionsQuery, query);
    requireHost(principalOf(request), host);
    const questions = await this.queries.execute(new AskQuestions(host, uuid));
    return lines(questions.map(questionLine));
  }

  @Post('observed')
  @HttpCode(200)
  @Route({ access: 'recorder' })
  observed(
    @Body() body: unknown,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
  ): Promise<ObservedOutcome> {
    const { sentAt, ...on } = parseInput(observedQuery, query);
    requireHost(principalOf(request), on.host);
    const context = contextOf(request, 'host-kit', sentAt);
    return this.commands.execute(new ReportObserved(on, textOf(body), context));
  }
}

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

const textOf = (body: unknown): string => {
  if (typeof body === 'string') return body;
  throw new HopledgerError('BAD_INPUT', 'this is sent as text', { field: 'content-type' });
};

const uuidsOf = (text: string): ReadonlySet<string> => {
  const uuids = text
    .split('\n')
    .map((line) => line.trim().toLowerCase())
    .filter((line) => line !== '');
  const bad = uuids.findIndex((uuid) => !isUuid(uuid));
  if (bad >= 0) throw new HopledgerError('BAD_INPUT', `line ${bad + 1}: not a UUID`, { field: 'body' });
  return new Set(uuids);
};
