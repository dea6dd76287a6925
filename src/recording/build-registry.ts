import type { Binaries } from '../domain/catalogue/binary.js';
import type { BuildProbed } from '../domain/host/report.js';
import type { BuildFacts } from '../domain/qemu/build-facts.js';
import { buildLabel } from '../domain/qemu/build.js';
import type { EventMetadata } from '../domain/vm/envelope.js';
import { WrongRevision } from '../ledger/errors.js';
import { START, type Ledger, type Position, type StoredEvent } from '../ledger/port.js';
import { buildFingerprint } from './build-fingerprint.js';
import { toNewEvent, toRecorded } from './codec.js';
import { eventId } from './event-id.js';
import { BUILD_PREFIX, buildStream } from './streams.js';

interface KnownFacts {
  readonly facts: BuildFacts;
  readonly position: Position;
}

/**
 * By `buildLabel`. Not those of which two say different things, nor those that name no package: anybody may have built
 * such a one.
 */
const byLabel = (known: Iterable<KnownFacts>): ReadonlyMap<string, BuildFacts> => {
  const named = new Map<string, BuildFacts | null>();
  for (const { facts } of known) {
    const label = buildLabel(facts.build);
    if (facts.build.package !== null) named.set(label, named.has(label) ? null : facts);
  }
  return new Map([...named].flatMap(([label, facts]) => (facts === null ? [] : [[label, facts] as const])));
};

/**
 * What probed binaries said of themselves, held in memory: a fleet runs some dozens of binaries at most. A stream each,
 * with one event, whichever hosts run it.
 */
export class BuildRegistry {
  private readonly known = new Map<string, KnownFacts>();
  private readonly named = new Map<string, BuildFacts>();
  constructor(private readonly ledger: Ledger) {}

  /** @returns what could not be read; the rest counts */
  async load(): Promise<
    readonly { readonly stream: string; readonly position: Position; readonly error: string }[]
  > {
    const unreadable: { stream: string; position: Position; error: string }[] = [];
    for await (const event of this.ledger.readAll(START, {
      streamPrefix: BUILD_PREFIX,
      types: ['BuildProbed'],
    })) {
      try {
        this.apply(event);
      } catch (error) {
        unreadable.push({ stream: event.stream, position: event.position, error: String(error) });
      }
    }
    return unreadable;
  }

  /** Takes in one event; the same one twice changes nothing. */
  apply(stored: StoredEvent): void {
    if (stored.type !== 'BuildProbed') return;
    const { facts } = toRecorded<BuildProbed>(stored).data;
    if (this.known.has(facts.fingerprint)) return;
    this.known.set(facts.fingerprint, { facts, position: stored.position });
    this.named.clear();
    for (const [label, named] of byLabel(this.known.values())) this.named.set(label, named);
  }

  /** What builds say that are named by version and package alone: as known now and, in the same map, from now on; or as known at a position of the ledger. */
  binaries(upTo?: Position): Binaries {
    if (upTo === undefined) return this.named;
    return byLabel([...this.known.values()].filter(({ position }) => position <= upTo));
  }

  /** Null for a binary that nobody probed. */
  factsOf(fingerprint: string | null | undefined): BuildFacts | null {
    return fingerprint == null ? null : (this.known.get(fingerprint)?.facts ?? null);
  }

  /** Records what a binary said, the first time that it is said. @returns its fingerprint, which is not taken on trust */
  async record({ fingerprint: _given, ...content }: BuildFacts, metadata: EventMetadata): Promise<string> {
    const fingerprint = buildFingerprint(content);
    if (this.known.has(fingerprint)) return fingerprint;
    const stream = buildStream(fingerprint);
    const data: BuildProbed = { type: 'BuildProbed', facts: { fingerprint, ...content } };
    const event = toNewEvent({ id: eventId('BuildProbed', fingerprint), data, metadata });
    try {
      await this.ledger.append(stream, 'no_stream', [event]);
    } catch (error) {
      // Another host was first: it has said the same.
      if (!(error instanceof WrongRevision)) throw error;
    }
    for await (const stored of this.ledger.readStream(stream)) this.apply(stored);
    return fingerprint;
  }
}
