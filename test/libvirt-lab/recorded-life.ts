import type { Guest } from './guest.js';
import type { HostRoot } from './host-roots.js';
import type { LabServer } from './lab-server.js';

/** What hopledger knows of a guest's life, shortened to what a test compares. */
export interface RecordedLife {
  readonly state: string;
  readonly tainted: boolean | null;
  /** `hosta 10.0.13`, in order. */
  readonly processes: readonly string[];
  /** `hosta > hostb COMPLETED NEEDS_OVERRIDES`, in order. */
  readonly hops: readonly string[];
  /** Between processes, `hosta > hostb`. */
  readonly lineage: readonly string[];
  /** The versions that its power cycles were born on. */
  readonly bornOn: readonly string[];
}

interface Process {
  readonly id: string;
  readonly host: string;
  readonly build: { readonly version: string } | null;
}
interface Answer {
  readonly vm: {
    readonly state: string;
    readonly tainted: boolean | null;
    readonly processes: Nodes<Process>;
    readonly hops: Nodes<{
      readonly outcome: string;
      readonly from: { readonly host: string } | null;
      readonly to: { readonly host: string };
      readonly advice: { readonly verdict: string } | null;
    }>;
    readonly powerCycles: Nodes<{ readonly bornOn: { readonly version: string } | null }>;
    readonly lineage: {
      readonly nodes: readonly { readonly id: string; readonly process: Process | null }[];
      readonly edges: readonly { readonly from: string; readonly to: string }[];
    };
  } | null;
}
interface Nodes<T> {
  readonly edges: readonly { readonly node: T }[];
}

const LIFE = `query ($uuid: UUID!) {
  vm(uuid: $uuid) {
    state
    tainted
    processes { edges { node { id host build { version } } } }
    hops { edges { node { outcome from { host } to { host } advice { verdict } } } }
    powerCycles { edges { node { bornOn { version } } } }
    lineage { nodes { id process { id host build { version } } } edges { from to } }
  }
}`;

export const recordedLife = async (server: LabServer, guest: Guest): Promise<RecordedLife | null> => {
  const { vm } = await server.graphql<Answer>(LIFE, { uuid: guest.uuid });
  if (vm === null) return null;
  const hostOf = new Map(vm.lineage.nodes.map(({ id, process }) => [id, process?.host ?? '?']));
  return {
    state: vm.state,
    tainted: vm.tainted,
    processes: nodes(vm.processes).map(({ host, build }) => `${host} ${build?.version ?? '?'}`),
    hops: nodes(vm.hops).map(
      ({ from, to, outcome, advice }) =>
        `${from?.host ?? '?'} > ${to.host} ${outcome} ${advice?.verdict ?? 'unasked'}`,
    ),
    lineage: vm.lineage.edges.map(({ from, to }) => `${hostOf.get(from) ?? '?'} > ${hostOf.get(to) ?? '?'}`),
    bornOn: nodes(vm.powerCycles).map(({ bornOn }) => bornOn?.version ?? '?'),
  };
};

export interface RecordedEvent {
  readonly type: string;
  readonly host: string | null;
  readonly occurredAt: string;
  readonly recordedAt: string;
}

/** Its events in the order in which they were recorded. */
export const recordedEvents = async (server: LabServer, guest: Guest): Promise<RecordedEvent[]> => {
  const { vm } = await server.graphql<{ vm: { events: Nodes<RecordedEvent> } | null }>(
    `query ($uuid: UUID!) {
      vm(uuid: $uuid) { events(first: 200) { edges { node { type host occurredAt recordedAt } } } }
    }`,
    { uuid: guest.uuid },
  );
  return vm === null ? [] : nodes(vm.events);
};

/** Which ends attested to the arrival, for each hop that was completed. */
export const confirmations = async (server: LabServer, guest: Guest): Promise<(readonly string[])[]> => {
  const { vm } = await server.graphql<{
    vm: { hops: Nodes<{ readonly outcome: string; readonly confirmedBy: readonly string[] }> } | null;
  }>('query ($uuid: UUID!) { vm(uuid: $uuid) { hops { edges { node { outcome confirmedBy } } } } }', {
    uuid: guest.uuid,
  });
  const hops = vm === null ? [] : nodes(vm.hops);
  return hops.filter(({ outcome }) => outcome === 'COMPLETED').map(({ confirmedBy }) => confirmedBy);
};

/** The devices of which something was observed that contradicts what was derived. */
export const drifts = async (server: LabServer, guest: Guest): Promise<string[]> => {
  const { vm } = await server.graphql<{
    vm: { carried: Nodes<{ readonly alias: string; readonly drift: object | null }> } | null;
  }>(
    'query ($uuid: UUID!) { vm(uuid: $uuid) { carried { edges { node { alias drift { __typename } } } } } }',
    {
      uuid: guest.uuid,
    },
  );
  const values = vm === null ? [] : nodes(vm.carried);
  return values.filter(({ drift }) => drift !== null).map(({ alias }) => alias);
};

/** What each host said that it runs. */
export const reportedBuilds = async (
  server: LabServer,
): Promise<Readonly<Record<string, readonly string[]>>> => {
  const { hosts } = await server.graphql<{
    hosts: Nodes<{
      readonly name: string;
      readonly builds: readonly { readonly label: string; readonly probe: object | null }[];
    }>;
  }>('{ hosts { edges { node { name builds { label probe { __typename } } } } } }');
  return Object.fromEntries(
    nodes(hosts).map(({ name, builds }) => [
      name,
      builds.map(({ label, probe }) => `${label}${probe === null ? '' : ' probed'}`),
    ]),
  );
};

/** `1:10.0.13+ds-0+deb13u1` → `10.0.13`. */
export const upstreamVersion = ({ qemuPackage }: HostRoot): string =>
  /^\d+:(\d+(?:\.\d+)+)/.exec(qemuPackage)?.[1] ?? qemuPackage;

const nodes = <T>({ edges }: Nodes<T>): T[] => edges.map(({ node }) => node);
