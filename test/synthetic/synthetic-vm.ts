import { createHash } from 'node:crypto';
import { recording, HOSTS } from './fleet.js';
import { retell, type Retold, type SyntheticDelivery } from './deliveries.js';
import { Random } from './random.js';
import { STEPS, truthOf, type Condition, type Step } from './steps.js';

/** A VM that never was, and what its hosts said of it. */
export interface SyntheticVm {
  readonly uuid: string;
  readonly name: string;
  /** In the order in which they are to be sent. */
  readonly deliveries: readonly SyntheticDelivery[];
  readonly hops: number;
  readonly refusedHops: number;
  /** What is true of it after the last one. */
  readonly truth: {
    readonly state: 'running' | 'saved' | 'stopped';
    readonly host: string | null;
    readonly tainted: boolean;
  };
}

export interface LifeOptions {
  /** The life ends with the first step that brings it to so many deliveries, and one hop at least. Default: 10 to 32. */
  readonly deliveries?: number;
  /** See {@link Retold}. Default: false. */
  readonly fewHooks?: boolean;
}

const MOST_HOPS = 4;
const EPOCH = Date.parse('2026-01-05T00:00:00Z');
const HOUR_MS = 3_600_000;

/** VM number `n` of the fleet of `seed`: the same, whenever it is asked for. */
export const syntheticVm = (seed: number, n: number, options: LifeOptions = {}): SyntheticVm => {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b));
  const uuid = uuidOf(seed, n);
  const name = `guest-${seed}-${String(n).padStart(5, '0')}`;
  const mac = `52:54:00:${[n >> 16, n >> 8, n].map((byte) => (byte & 0xff).toString(16).padStart(2, '0')).join(':')}`;
  const enough = options.deliveries ?? random.between(10, 32);
  const fewHooks = options.fewHooks ?? false;

  const deliveries: SyntheticDelivery[] = [];
  let [hops, refusedHops, calls]: [number, number, number] = [0, 0, 0];
  let condition: Condition = 'off';
  let host: string | null = null;
  let at = EPOCH + random.between(0, HOUR_MS);
  const nextId = (): string => `${uuid} ${(calls += 1)}`;
  while (hops === 0 || deliveries.length < enough) {
    const step = nextStep(random, condition, hops, deliveries.length >= enough);
    const operation = recording.operations[random.pick(step.operations) - 1];
    if (operation === undefined) throw new Error(`${step.from} to ${step.to}: no such operation`);
    const hosts = castHosts(random, operation.deliveries, host);
    const linesFirst = random.happens(0.15);
    const retold: Retold = { uuid, name, mac, at, hosts, nextId, linesFirst, fewHooks };
    deliveries.push(...retell(operation, retold));
    if (step.hop) hops += 1;
    if (step.hop && step.from === step.to) refusedHops += 1;
    const { kind } = truthOf(step.to);
    host = kind === null ? host : (hosts.get(`host${kind}`) ?? host);
    ({ to: condition } = step);
    at += operation.durationMs + random.between(2_000, 60_000);
  }
  const { state, tainted } = truthOf(condition);
  const truth = { state, tainted, host: state === 'running' ? host : null };
  return { uuid, name, deliveries, hops, refusedHops, truth };
};

/** `late`: the life is long enough and still without a hop. */
const nextStep = (random: Random, condition: Condition, hops: number, late: boolean): Step => {
  const possible = STEPS.filter(({ from, hop }) => from === condition && !(hop && hops >= MOST_HOPS));
  const moving = possible.filter(({ hop }) => hop);
  return random.pick(moving.length > 0 && (late || random.happens(0.3)) ? moving : possible);
};

/** The host that the VM is on plays its kind; the others are new in the play. */
const castHosts = (
  random: Random,
  deliveries: readonly { readonly host: string }[],
  here: string | null,
): ReadonlyMap<string, string> => {
  const likes = [...new Set(deliveries.map(({ host }) => host))].sort();
  const current = HOSTS.find(({ name }) => name === here);
  return new Map(
    likes.map((like) => [
      like,
      current?.like === like ? current.name : random.pick(HOSTS.filter((host) => host.like === like)).name,
    ]),
  );
};

const uuidOf = (seed: number, n: number): string => {
  const hex = createHash('sha256').update(`synthetic ${seed} ${n}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
