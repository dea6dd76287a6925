import type { BuildProbed } from '../domain/host/report.js';
import type { BuildFacts } from '../domain/qemu/build-facts.js';
import { sameBuild, type Build } from '../domain/qemu/build.js';
import type { EventMetadata } from '../domain/vm/envelope.js';
import { WrongRevision } from '../ledger/errors.js';
import { START, type Ledger, type Position, type StoredEvent } from '../ledger/port.js';
import { buildFingerprint } from './build-fingerprint.js';
import { toNewEvent, toRecorded } from './codec.js';
import { eventId } from './event-id.js';
import { BUILD_PREFIX, buildStream } from './streams.js';

/** Facts of probed binaries, by fingerprint. */
export type BuildDirectory = ReadonlyMap<string, BuildFacts>;

/**
 * What probed binaries said of themselves, held in memory: a fleet runs some dozens of binaries at most. A stream each,
 * with one event, whichever hosts run it.
 */
export class BuildRegistry {
  private readonly facts = new Map<string, BuildFacts>();
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
    this.facts.set(facts.fingerprint, facts);
  }

  directory(): BuildDirectory {
    return this.facts;
  }

  /** Null for a binary that nobody probed. */
  factsOf(fingerprint: string | null | undefined): BuildFacts | null {
    return fingerprint == null ? null : (this.facts.get(fingerprint) ?? null);
  }

  /**
   * What a build is known to say that is named by version and package alone. Null when nobody probed one of that name,
   * when two of that name say different things, or when it names no package: then anybody may have built it.
   */
  factsOfBuild(build: Build): BuildFacts | null {
    if (build.package === null) return null;
    const [only, another] = [...this.facts.values()].filter((facts) => sameBuild(facts.build, build));
    return another === undefined ? (only ?? null) : null;
  }

  /** Records what a binary said, the first time that it is said. @returns its fingerprint, which is not taken on trust */
  async record({ fingerprint: _given, ...content }: BuildFacts, metadata: EventMetadata): Promise<string> {
    const fingerprint = buildFingerprint(content);
    if (this.facts.has(fingerprint)) return fingerprint;
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
