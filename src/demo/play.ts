import type { Client } from './client.js';
import type { RecordedOperation, Recording } from './recording.js';

/** What one operation came to. */
export interface Played {
  readonly operation: RecordedOperation;
  /** The VM that it was about; null when nothing named one. */
  readonly vm: DerivedVm | null;
  /** Types of the events recorded meanwhile. */
  readonly recorded: readonly string[];
  readonly checks: readonly Check[];
  readonly answers: readonly HookAnswer[];
}
export interface DerivedVm {
  readonly name: string | null;
  readonly state: string;
  readonly current: { readonly host: string } | null;
  readonly carried: { readonly edges: readonly { readonly node: CarriedNode }[] };
}
interface CarriedNode {
  readonly alias: string;
  readonly behaviourId: string;
  readonly value: string | null;
  readonly certainty: string;
}
/** Something measured in the lab, and what hopledger derived of it. */
export interface Check {
  readonly what: string;
  readonly measured: string;
  readonly derived: string;
  readonly agrees: boolean;
}
/** An answer to `migrate begin` or `restore begin`. */
export interface HookAnswer {
  readonly host: string;
  readonly operation: string;
  readonly verdict: string;
  readonly answer: string;
  readonly message: string | null;
  readonly given: string;
  readonly xml: string | null;
}

/** What the server says to a hook call; only hops have a verdict. */
interface HookResponse extends Pick<HookAnswer, 'answer' | 'message' | 'xml'> {
  readonly uuid: string;
  readonly verdict: string | null;
}

const BEHAVIOUR = 'pcie-err-unc-mask';
const REGISTERS: Readonly<Record<string, string>> = { on: '0x02400000', off: '0x00000000' };

/** Reports the hosts, then plays the operations in their order, each with the times at which it was recorded. */
export async function* play(client: Client, recording: Recording): AsyncGenerator<Played> {
  for (const { name, qemu, libvirt, kernel } of recording.hosts) {
    await client.graphql('mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }', {
      input: {
        idempotencyKey: `demo ${name}`,
        host: name,
        builds: [qemu],
        libvirt: libvirt.version,
        kernel,
        occurredAt: recording.operations[0]?.at,
      },
    });
  }
  const uuids = new Map<string, string>();
  let position = (await client.graphql<{ ledger: { position: string } }>('{ ledger { position } }')).ledger
    .position;
  for (const operation of recording.operations) {
    const answers: HookAnswer[] = [];
    let name = '';
    for (const delivery of operation.deliveries) {
      if (delivery.kind === 'event') {
        name = /for domain '([^']+)'/.exec(delivery.lines[0] ?? '')?.[1] ?? name;
        await client.post('/v1/libvirt/events', { host: delivery.host, lines: delivery.lines });
        continue;
      }
      const { host, argv, at } = delivery;
      const given = recording.xml(delivery.xml);
      const answer = await client.post<HookResponse>('/v1/libvirt/hook', {
        host,
        argv,
        at,
        xml: given,
      });
      name = argv[0] ?? name;
      uuids.set(name, answer.uuid);
      const { verdict } = answer;
      if (verdict !== null) answers.push({ ...answer, verdict, host, operation: argv[1] ?? '', given });
    }
    const uuid = uuids.get(name);
    const news = await recordedSince(client, position);
    position = news.position;
    const vm = uuid === undefined ? null : await derived(client, uuid);
    yield {
      operation,
      vm,
      recorded: news.types,
      answers,
      checks: vm === null ? [] : checksOf(operation, vm),
    };
  }
}

const recordedSince = async (
  client: Client,
  after: string,
): Promise<{ types: readonly string[]; position: string }> => {
  const { events } = await client.graphql<{
    events: { edges: { node: { type: string; position: string } }[] };
  }>('query ($after: Position) { events(after: $after, first: 200) { edges { node { type position } } } }', {
    after,
  });
  return {
    types: events.edges.map(({ node }) => node.type),
    position: events.edges.at(-1)?.node.position ?? after,
  };
};

const derived = async (client: Client, uuid: string): Promise<DerivedVm | null> => {
  const { vm } = await client.graphql<{ vm: DerivedVm | null }>(
    `query ($uuid: UUID!) { vm(uuid: $uuid) {
       name state current { host }
       carried(first: 200) { edges { node { alias behaviourId value certainty } } } } }`,
    { uuid },
  );
  return vm;
};

/** Where the VM runs, and each register that was read. */
const checksOf = ({ after }: RecordedOperation, vm: DerivedVm): readonly Check[] => {
  const running = Object.entries(after.domstate).flatMap(([host, state]) =>
    state?.startsWith('shut off') === false ? host : [],
  );
  const runsOn = running.map((host) => `on ${host}`).join(' ') || 'nowhere';
  const here = vm.current === null ? 'nowhere' : `on ${vm.current.host}`;
  const place =
    Object.keys(after.domstate).length === 0
      ? []
      : [{ what: 'runs on', measured: runsOn, derived: here, agrees: runsOn === here }];
  const registers = Object.entries(after.registers).flatMap(([host, values]) =>
    Object.entries(values).map(([alias, measured]) => {
      const node = vm.carried.edges.find(
        (edge) => edge.node.alias === alias && edge.node.behaviourId === BEHAVIOUR,
      )?.node;
      const value = node?.value ?? null;
      const register = value === null ? 'unknown' : (REGISTERS[value] ?? value);
      return {
        what: alias,
        measured,
        derived: register,
        agrees: register === measured && here === `on ${host}` && node?.certainty === 'CERTAIN',
      };
    }),
  );
  return [...place, ...registers];
};
