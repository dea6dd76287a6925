import { diffCatalogues, type CatalogueDiff, type CatalogueDigests } from '../domain/catalogue/digests.js';
import type { EventMetadata } from '../domain/vm/envelope.js';
import { WrongRevision } from '../ledger/errors.js';
import type { Expected, Ledger, Position, StreamName } from '../ledger/port.js';
import { eventId } from './event-id.js';
import { metadataOf, type ReportContext } from './report-context.js';

/** `CatalogueRevised` (stream `catalogue`): from here on answers rest on other facts. */
export interface CatalogueRevised extends CatalogueDigests {
  /** Null: this is the first. */
  readonly previous: string | null;
  /** Against the previous one. */
  readonly diff: CatalogueDiff;
}

/** A revision as the ledger has it. */
export interface RecordedRevision extends CatalogueRevised {
  readonly position: Position;
  readonly recordedAt: string;
}

export const CATALOGUE_STREAM = 'catalogue' as StreamName;

/** Replicas that start at once are few. */
const MAX_TRIES = 20;

/** The revisions of the catalogue that answers rested on, in their order. */
export class CatalogueLog {
  constructor(private readonly ledger: Ledger) {}

  /** Oldest first. */
  async revisions(): Promise<readonly RecordedRevision[]> {
    const found: RecordedRevision[] = [];
    for await (const { data, position, recordedAt } of this.ledger.readStream(CATALOGUE_STREAM))
      // Written by this class alone.
      found.push({ ...(data as CatalogueRevised), position, recordedAt });
    return found;
  }

  /**
   * Records that this catalogue is in use now, unless it was in use last. Replicas that start with the same one at the
   * same time record it once: the event's id follows from its place.
   * @returns what was recorded; null when it is no news
   */
  async record(digests: CatalogueDigests, context: ReportContext): Promise<CatalogueRevised | null> {
    for (let attempt = 1; ; attempt += 1) {
      const revisions = await this.revisions();
      const last = revisions.at(-1) ?? null;
      if (last?.revision === digests.revision) return null;
      const place = revisions.length;
      const revised: CatalogueRevised = {
        ...digests,
        previous: last?.revision ?? null,
        diff: diffCatalogues(last, digests),
      };
      const expected: Expected = place === 0 ? 'no_stream' : BigInt(place - 1);
      const metadata: EventMetadata = metadataOf(context, null, null);
      const id = eventId('CatalogueRevised', String(place), digests.revision);
      try {
        await this.ledger.append(CATALOGUE_STREAM, expected, [
          { id, type: 'CatalogueRevised', data: revised, metadata },
        ]);
        return revised;
      } catch (error) {
        if (!(error instanceof WrongRevision) || attempt >= MAX_TRIES) throw error;
      }
    }
  }
}
