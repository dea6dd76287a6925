import type { Catalogue } from '../domain/catalogue/catalogue.js';
import { DEFAULT_TIER_POLICY, type TierPolicy } from '../domain/hop/tier-policy.js';
import { deriveVm, type Knowledge } from '../domain/vm/derive.js';
import type { Recorded } from '../domain/vm/envelope.js';
import type { Vm } from '../domain/vm/vm.js';
import type { Ledger, Position } from '../ledger/port.js';
import { toRecorded } from './codec.js';
import type { HostRegistry } from './host-registry.js';
import { vmStream } from './streams.js';

/** `position`: as known when the ledger stood there. `time`: as it was then by all that is known now (ISO 8601). */
export type AsOf = { readonly position: Position } | { readonly time: string };

/** A VM, with the events it was derived from. */
export interface VmAnswer {
  readonly vm: Vm;
  readonly events: readonly Recorded[];
  /** Of the VM's last event. */
  readonly position: Position;
  readonly revision: bigint;
}

/** Answers about one VM, computed from its own stream: never behind what was acknowledged. */
export class VmReader {
  constructor(
    private readonly ledger: Ledger,
    private readonly hosts: HostRegistry,
    readonly catalogue: Catalogue,
    private readonly tiers: TierPolicy = DEFAULT_TIER_POLICY,
  ) {}

  knowledge(upTo?: Position): Knowledge {
    const binaries = this.hosts.builds.binaries(upTo);
    const catalogue = upTo === undefined ? this.catalogue : { ...this.catalogue, binaries };
    return { catalogue, hosts: this.hosts.directory(upTo), tiers: this.tiers };
  }

  /** Null when nothing of the VM was recorded (as of then). */
  async vm(uuid: string, asOf?: AsOf): Promise<VmAnswer | null> {
    const upTo = asOf !== undefined && 'position' in asOf ? asOf.position : undefined;
    const events: Recorded[] = [];
    for await (const stored of this.ledger.readStream(vmStream(uuid))) {
      if (upTo === undefined || stored.position <= upTo) events.push(toRecorded(stored));
    }
    const last = events.at(-1);
    if (last === undefined) return null;
    const options = asOf !== undefined && 'time' in asOf ? { asOf: Date.parse(asOf.time) } : {};
    const vm = deriveVm(uuid.toLowerCase(), events, this.knowledge(upTo), options);
    return { vm, events, position: last.position as Position, revision: last.revision };
  }
}
