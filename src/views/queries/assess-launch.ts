import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { behaviourOf, type Catalogue } from '../../domain/catalogue/catalogue.js';
import { overrideFor } from '../../domain/catalogue/override-for.js';
import { assessLaunch, type LaunchAdvice } from '../../domain/hop/assess-launch.js';
import type { Destination } from '../../domain/hop/assessment.js';
import { asGlobals, renderOverrides, type RenderedOverrides } from '../../domain/hop/render.js';
import type { Build } from '../../domain/qemu/build.js';
import type { LaunchConfiguration } from '../../domain/qemu/device.js';
import type { Override } from '../../domain/qemu/override.js';
import { HostRegistry } from '../../recording/host-registry.js';
import { VmReader } from '../../recording/vm-reader.js';
import { destinationOf, type DestinationAsked } from './destination.js';

/** What is warned of, and the properties with which the guest would be born clean. */
export interface LaunchAdvised {
  readonly advice: LaunchAdvice;
  readonly overrides: readonly Override[];
  readonly rendered: RenderedOverrides;
  readonly destination: Destination;
}

/** What is worth knowing before a guest is born there. Records nothing. */
export class AssessLaunch extends Query<LaunchAdvised> {
  constructor(
    readonly destination: DestinationAsked,
    readonly configuration: LaunchConfiguration,
  ) {
    super();
  }
}

@QueryHandler(AssessLaunch)
export class AssessLaunchHandler implements IQueryHandler<AssessLaunch> {
  constructor(
    private readonly reader: VmReader,
    private readonly hosts: HostRegistry,
  ) {}

  /** @throws HopledgerError UNKNOWN_HOST, BAD_INPUT */
  async execute({ destination: asked, configuration }: AssessLaunch): Promise<LaunchAdvised> {
    const { catalogue } = this.reader;
    const destination = destinationOf(this.hosts, asked);
    const advice = assessLaunch(catalogue, destination, configuration);
    const overrides = cleansing(catalogue, advice, configuration, destination.build);
    const globals = asGlobals(catalogue, overrides, [], configuration, destination.build);
    return { advice, overrides, rendered: renderOverrides(overrides, globals), destination };
  }
}

/** What sets each tainted device to its reference value. Where a leftover taints it, that has to go instead. */
const cleansing = (
  catalogue: Catalogue,
  { taints }: LaunchAdvice,
  { devices }: LaunchConfiguration,
  build: Build,
): readonly Override[] =>
  taints.flatMap((value) => {
    const behaviour = behaviourOf(catalogue, value.behaviour);
    const device = devices.find(({ alias }) => alias === value.alias);
    if (behaviour === undefined || device === undefined || value.reference === null) return [];
    if (value.because.explicit !== null) return [];
    return overrideFor(catalogue, behaviour, device, value.reference, build) ?? [];
  });
