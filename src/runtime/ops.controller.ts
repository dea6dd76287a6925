import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Metrics } from './metrics.js';
import { METRICS, READINESS } from './provided.js';
import type { Readiness } from './readiness.js';
import { Route } from './route.js';

/** For probes and scrapers. */
@Controller()
export class OpsController {
  constructor(
    @Inject(METRICS) private readonly measured: Metrics,
    @Inject(READINESS) private readonly readiness: Readiness,
  ) {}

  /** 200 while the event loop turns. */
  @Get('health/live')
  @Route({ access: 'public', unlimited: true })
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** 200, with remarks on what is wrong all the same; or 503 with the reasons. */
  @Get('health/ready')
  @Route({ access: 'public', unlimited: true })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const reasons = await this.readiness.reasons();
    if (Object.keys(reasons).length === 0) {
      const remarks = await this.readiness.remarks();
      return { status: 'ready', ...(Object.keys(remarks).length > 0 && { remarks }) };
    }
    void reply.status(503);
    return { status: 'not ready', reasons };
  }

  /** Access is `auth.publicMetrics`, applied where routes are registered. */
  @Get('metrics')
  @Route({ access: 'metrics', unlimited: true })
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { contentType, body } = await this.measured.text();
    void reply.header('content-type', contentType);
    return body;
  }
}
