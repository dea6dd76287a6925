import type { KnownHost } from '../../recording/host-registry.js';
import type * as G from '../schema.generated.js';
import { presentBuild } from './build.js';

export const presentHost = ({ name, report, reportedAt, retired }: KnownHost): G.Host => ({
  name,
  builds: report.builds.map(presentBuild),
  libvirt: report.libvirt,
  kernel: report.kernel,
  vendor: report.vendor,
  machineTypes: report.machineTypes,
  cpu: report.cpu,
  reportedAt,
  retired,
});
