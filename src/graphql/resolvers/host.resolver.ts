import { Args, Context, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ReportHost, RetireHost, type HostOutcome } from '../../recording/commands/record-host-event.js';
import { requireHost, requireRole } from '../../runtime/principal.js';
import { GetFeatureBaseline } from '../../views/queries/feature-baseline.js';
import { GetHost, ListHosts } from '../../views/queries/get-hosts.js';
import { ListVms } from '../../views/queries/list-vms.js';
import type { GraphqlContext } from '../context.js';
import { toKeyedReport } from '../inputs/keyed-report.js';
import { connection, type Connection } from '../present/connection.js';
import { presentHost } from '../present/host.js';
import { orProblem } from '../present/problem.js';
import { presentVmPage, type VmSummaryNode } from '../present/summary.js';
import type * as G from '../schema.generated.js';

const PROBLEMS = ['IdempotencyConflict', 'UnknownHost', 'BadInput'] as const;

/** Hosts: what they say of themselves, and what runs on them. */
@Resolver('Host')
export class HostResolver {
  constructor(
    private readonly queries: QueryBus,
    private readonly commands: CommandBus,
  ) {}

  @Query('hosts')
  async hosts(
    @Args() { first, after }: G.QueryHostsArgs,
    @Context() context: GraphqlContext,
  ): Promise<Connection<G.Host>> {
    const { items, hasNext } = await this.queries.execute(
      new ListHosts(context.pageSize(first), after ?? null),
    );
    return connection(items.map(presentHost), ({ name }) => name, { hasNext });
  }

  @Query('host')
  async host(@Args() { name }: G.QueryHostArgs): Promise<G.Host | null> {
    const host = await this.queries.execute(new GetHost(name));
    return host === null ? null : presentHost(host);
  }

  @Query('featureBaseline')
  async featureBaseline(@Args() { hosts }: G.QueryFeatureBaselineArgs): Promise<G.FeatureBaselineResult> {
    return orProblem(['UnknownHost'], {}, async () => ({
      __typename: 'FeatureBaseline',
      ...(await this.queries.execute(new GetFeatureBaseline(hosts))),
    }));
  }

  @ResolveField('vms')
  async vms(
    @Parent() { name }: G.Host,
    @Args() { first, after }: G.HostVmsArgs,
    @Context() context: GraphqlContext,
  ): Promise<Connection<VmSummaryNode>> {
    const asked = new ListVms({ host: name }, context.pageSize(first), after ?? null, null);
    return presentVmPage(await this.queries.execute(asked));
  }

  @Mutation('reportHost')
  async reportHost(
    @Args('input') input: G.ReportHostInput,
    @Context() context: GraphqlContext,
  ): Promise<G.HostResult> {
    mayReportFor(input.host, context);
    const { host, builds, libvirt, kernel, vendor, machineTypes, cpu, deviceFeatures } = input;
    const said = {
      host,
      builds: builds.map(toReportedBuild),
      libvirt: libvirt ?? null,
      kernel: kernel ?? null,
      vendor: vendor ?? null,
      machineTypes: machineTypes ?? null,
      cpu:
        cpu == null ? null : { model: cpu.model ?? null, features: cpu.features, vendor: cpu.vendor ?? null },
      deviceFeatures: deviceFeatures ?? null,
    };
    return orProblem(PROBLEMS, { host }, async () =>
      this.present(
        await this.commands.execute(new ReportHost(said, toKeyedReport('reportHost', input, context))),
      ),
    );
  }

  @Mutation('retireHost')
  async retireHost(
    @Args('input') input: G.RetireHostInput,
    @Context() context: GraphqlContext,
  ): Promise<G.HostResult> {
    const { host, reason } = input;
    mayReportFor(host, context);
    const command = new RetireHost(host, reason ?? null, toKeyedReport('retireHost', input, context));
    return orProblem(PROBLEMS, { host }, async () => this.present(await this.commands.execute(command)));
  }

  private async present({ host, eventId, position, repeated }: HostOutcome): Promise<G.HostRecorded> {
    const known = await this.queries.execute(new GetHost(host));
    const now = known === null ? null : presentHost(known);
    return { __typename: 'HostRecorded', eventIds: [eventId], position, repeated, host: now };
  }
}

/** What it holds is checked by the command. */
const toReportedBuild = ({ version, package: packaged, emulator, probe }: G.HostBuildInput): unknown => ({
  version,
  package: packaged ?? null,
  emulator: emulator ?? null,
  probe: probe ?? null,
});

const mayReportFor = (host: string, { principal }: GraphqlContext): void => {
  requireRole(principal, 'recorder');
  requireHost(principal, host);
};
