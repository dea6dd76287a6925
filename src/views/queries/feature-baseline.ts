import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { cpuOf } from '../../domain/host/cpu-features.js';
import { featureBaseline, type FeatureBaseline } from '../../domain/host/features.js';
import { HopledgerError } from '../../errors.js';
import { HostRegistry } from '../../recording/host-registry.js';

const MAX_BASELINE_HOSTS = 200;

/** What hosts have in common, as each last reported, and what each must switch off. */
export class GetFeatureBaseline extends Query<FeatureBaseline> {
  constructor(readonly hosts: readonly string[]) {
    super();
  }
}

@QueryHandler(GetFeatureBaseline)
export class GetFeatureBaselineHandler implements IQueryHandler<GetFeatureBaseline> {
  constructor(private readonly hosts: HostRegistry) {}

  /** @throws HopledgerError UNKNOWN_HOST, BAD_INPUT */
  async execute({ hosts: asked }: GetFeatureBaseline): Promise<FeatureBaseline> {
    const names = [...new Set(asked)];
    if (names.length === 0 || names.length > MAX_BASELINE_HOSTS)
      throw new HopledgerError('BAD_INPUT', `hosts: has not 1 to ${MAX_BASELINE_HOSTS} entries`, {
        field: 'hosts',
      });
    return featureBaseline(
      names.map((host) => {
        const known = this.hosts.host(host);
        if (known === null) throw new HopledgerError('UNKNOWN_HOST', `no report of host ${host}`, { host });
        const { cpu, builds, deviceFeatures = null } = known.report;
        return { host, cpu: cpuOf(cpu, builds[0]), deviceFeatures };
      }),
    );
  }
}
