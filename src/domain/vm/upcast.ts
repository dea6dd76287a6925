/** Turns data of one schema version into the next one's. */
export type Upcast = (data: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** By event type: the step from version 1 to 2, from 2 to 3, … */
export type UpcastChains = Readonly<Record<string, readonly Upcast[]>>;

/** An event written by a newer hopledger: it cannot be read without losing what it says. */
export class EventFromTheFuture extends Error {
  readonly code = 'EVENT_FROM_THE_FUTURE';
  constructor(
    readonly type: string,
    readonly found: number,
    readonly known: number,
  ) {
    super(`${type}: schema version ${found}, this hopledger knows up to ${known}`);
    this.name = 'EventFromTheFuture';
  }
}

/** Version 1 knew a build by version and package alone. */
const withProbes: Upcast = (data) => ({
  ...data,
  builds: (Array.isArray(data['builds']) ? data['builds'] : []).map((build: object) => ({
    ...build,
    emulator: null,
    facts: null,
    cpu: null,
  })),
});

/** The chains of this release; `test/golden` holds a log of each before. */
export const UPCASTS: UpcastChains = { HostReported: [withProbes] };

export const currentVersion = (type: string, chains: UpcastChains = UPCASTS): number =>
  stepsOf(type, chains).length + 1;

/**
 * Data as the current release understands it.
 * @throws EventFromTheFuture when it was written by a newer one
 */
export const upcast = (
  type: string,
  schemaVersion: number,
  data: Readonly<Record<string, unknown>>,
  chains: UpcastChains = UPCASTS,
): Readonly<Record<string, unknown>> => {
  const known = currentVersion(type, chains);
  if (schemaVersion > known) throw new EventFromTheFuture(type, schemaVersion, known);
  return stepsOf(type, chains)
    .slice(schemaVersion - 1)
    .reduce((current, step) => step(current), data);
};

/** Types come out of a store: `constructor` is none of ours. */
const stepsOf = (type: string, chains: UpcastChains): readonly Upcast[] =>
  Object.hasOwn(chains, type) ? (chains[type] ?? []) : [];
