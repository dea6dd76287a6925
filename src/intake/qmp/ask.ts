import { z } from 'zod';
import { ProbeFailed } from './probe-failed.js';
import { QmpConnection, QmpEnded, QmpRefused, type QmpChannel } from './connection.js';

export interface AskOptions {
  /** For one answer. */
  readonly timeoutMs: number;
  /** For all of it. */
  readonly totalMs: number;
}

export const ASK_DEFAULTS: AskOptions = { timeoutMs: 15_000, totalMs: 180_000 };

/** Asking for their properties ended 7.2.22, whose packages lack a part of them. */
const END_SOME = ['virtio-gpu-gl-pci', 'virtio-vga-gl'];
/** So often a binary that a question ended is started anew. */
const MAX_ENDED_BY = 25;

/** What the commands returned, for `readBuildFacts` to judge. */
export type QmpReturns = Readonly<Record<string, unknown>>;

const understood = <T>(schema: z.ZodType<T>, answer: unknown, command: string): T => {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new ProbeFailed(`what answers ${command} is not QEMU`);
};

const typesAnswer = z.array(
  z.object({ name: z.string(), parent: z.string().optional(), abstract: z.boolean().optional() }),
);
const machineType = z.string();
const propertiesAnswer = z.array(z.object({ name: z.string(), type: z.string() }));

/** The virtio device inside a proxy, as `qom-list-properties` names it. */
const INNER = /^child<(.+)>$/;
const PROXY = 'virtio-pci';

/**
 * Asks a binary everything that a probe is about.
 * @param open starts it, or connects to it; again whenever a question ended it
 * @param mayEnd false for a process that is not ours to end: then only one without a machine is asked
 * @throws ProbeFailed
 */
export const askEverything = async (
  open: () => QmpChannel,
  mayEnd: boolean,
  { timeoutMs, totalMs }: AskOptions = ASK_DEFAULTS,
): Promise<QmpReturns> => {
  const binary = new AskedBinary(open, timeoutMs, Date.now() + totalMs);
  try {
    if (!mayEnd) await refuseRunningMachine(binary);
    return await answersOf(binary, mayEnd ? [] : END_SOME);
  } finally {
    await binary.close();
  }
};

const refuseRunningMachine = async (binary: AskedBinary): Promise<void> => {
  const machine = understood(
    machineType,
    await binary.ask('qom-get', { path: '/machine', property: 'type' }),
    'qom-get',
  );
  if (machine === 'none-machine') return;
  const why = `a machine (${machine}) runs behind this socket, and asking for all device properties has ended QEMUs`;
  throw new ProbeFailed(`${why}: probe its binary instead, with --qemu`);
};

const answersOf = async (binary: AskedBinary, unasked: readonly string[]): Promise<QmpReturns> => {
  const version = await binary.ask('query-version');
  const types = understood(
    typesAnswer,
    await binary.ask('qom-list-types', { implements: 'device', abstract: true }),
    'qom-list-types',
  );
  const concrete = types.flatMap(({ name, abstract }) =>
    abstract === true || unasked.includes(name) ? [] : name,
  );
  const isProxy = proxiesAmong(types);
  const properties: Record<string, unknown> = {};
  const inner: Record<string, string> = {};
  for (const typename of concrete.toSorted()) {
    const answer = await binary.askOr(null, 'device-list-properties', { typename });
    if (answer === null) continue;
    properties[typename] = answer;
    if (!isProxy(typename)) continue;
    // At once: the question before it loaded the type's module, which a binary that is started anew has not.
    const device = innerDevice(await binary.askOr([], 'qom-list-properties', { typename }));
    if (device !== null) inner[typename] = device;
  }
  return {
    version,
    target: await binary.ask('query-target'),
    machines: await machinesOf(binary),
    types,
    properties,
    inner,
    kvm: await binary.askOr(null, 'query-kvm'),
    cpuModels: await binary.askOr(null, 'query-cpu-definitions'),
    hostCpu: await binary.askOr(null, 'query-cpu-model-expansion', { type: 'full', model: { name: 'host' } }),
  };
};

/** The compat properties only where the binary can tell them: an argument that it does not know is an error. */
const machinesOf = async (binary: AskedBinary): Promise<unknown> =>
  (await binary.askOr(null, 'query-machines', { 'compat-props': true })) ?? binary.ask('query-machines');

const proxiesAmong = (types: z.output<typeof typesAnswer>): ((name: string) => boolean) => {
  const parents = new Map(types.map(({ name, parent }) => [name, parent]));
  return (name) => {
    for (let at = parents.get(name); at !== undefined; at = parents.get(at)) if (at === PROXY) return true;
    return false;
  };
};

/**
 * The virtio device in what a proxy answered to qom-list-properties; null where there is none.
 * @throws ProbeFailed
 */
export const innerDevice = (answer: unknown): string | null => {
  const told = understood(propertiesAnswer, answer, 'qom-list-properties');
  const found = told.flatMap(({ name, type }) =>
    name === 'virtio-backend' ? (INNER.exec(type)?.[1] ?? []) : [],
  );
  return found[0] ?? null;
};

/** A binary that is started anew when a question ended it. */
class AskedBinary {
  private connection: QmpConnection | null = null;
  private endedBy = 0;

  constructor(
    private readonly open: () => QmpChannel,
    private readonly timeoutMs: number,
    private readonly until: number,
  ) {}

  /** A question that every QEMU answers. */
  async ask(command: string, given?: Readonly<Record<string, unknown>>): Promise<unknown> {
    const connection = await this.connected();
    try {
      return await connection.execute(command, given);
    } catch (error) {
      throw new ProbeFailed(error instanceof Error ? error.message : String(error), await this.close());
    }
  }

  /** A question that may be refused, or end the binary: then `otherwise`. */
  async askOr(
    otherwise: unknown,
    command: string,
    given?: Readonly<Record<string, unknown>>,
  ): Promise<unknown> {
    const connection = await this.connected();
    try {
      return await connection.execute(command, given);
    } catch (error) {
      if (error instanceof QmpRefused) return otherwise;
      if (!(error instanceof QmpEnded)) throw error;
      const lastWords = await this.close();
      this.endedBy += 1;
      if (this.endedBy > MAX_ENDED_BY)
        throw new ProbeFailed(`${command} and ${MAX_ENDED_BY} questions before it got no answer`, lastWords);
      return otherwise;
    }
  }

  async close(): Promise<string | null> {
    const { connection } = this;
    this.connection = null;
    return connection === null ? null : connection.close();
  }

  private async connected(): Promise<QmpConnection> {
    if (Date.now() > this.until) throw new ProbeFailed('it takes too long', await this.close());
    if (this.connection !== null) return this.connection;
    const channel = this.open();
    try {
      this.connection = await QmpConnection.open(channel, this.timeoutMs);
      return this.connection;
    } catch (error) {
      throw new ProbeFailed(error instanceof Error ? error.message : String(error), await channel.close());
    }
  }
}
