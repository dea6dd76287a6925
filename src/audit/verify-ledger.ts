import { START, type LedgerReader, type StoredEvent } from '../ledger/port.js';
import { LedgerDiffers } from './audit-errors.js';
import { ContentHash, contentOf } from './content-hash.js';
import { LogRules } from './log-rules.js';

/** What reading a whole ledger found. */
export interface LedgerContent {
  readonly events: number;
  readonly streams: number;
  /** The content hash of all its events. */
  readonly content: string;
  readonly faults: number;
  /** The first of them. */
  readonly problems: readonly string[];
}

/** What a ledger must begin with: the content hash after each event of an export, or of another ledger, in order. */
export type Expectation = AsyncIterable<{ readonly content: string }>;

const SHOWN = 20;

/**
 * Reads a ledger up to its head as it was when reading began.
 *
 * @param against - what the ledger must begin with
 * @throws LedgerDiffers at the first event that is not as expected, and when there are too few
 */
export const readLedger = async (
  ledger: LedgerReader,
  options: {
    readonly against?: Expectation;
    readonly onEvent?: (events: number) => void;
  } = {},
): Promise<LedgerContent> => {
  const expected = options.against?.[Symbol.asyncIterator]();
  const rules = new LogRules('event');
  try {
    const content = new ContentHash();
    const problems: string[] = [];
    let faults = 0;
    let isExpected = expected !== undefined;
    for await (const event of ledger.readAll(START)) {
      const value = contentOf(event);
      const hash = content.add(value);
      for (const what of rules.add(value, content.events)) {
        faults += 1;
        if (problems.length < SHOWN) problems.push(`event ${content.events} ${what}`);
      }
      if (expected && isExpected) {
        const next = await expected.next();
        isExpected = next.done !== true;
        if (next.done !== true && next.value.content !== hash) throw differs(content.events, event);
      }
      options.onEvent?.(content.events);
    }
    if (expected && isExpected && (await expected.next()).done !== true)
      throw new LedgerDiffers(
        `the ledger ends after event ${content.events}, and more are expected`,
        content.events,
      );
    return { events: content.events, streams: rules.streams(), content: content.value, faults, problems };
  } finally {
    rules.close();
    await expected?.return?.();
  }
};

const differs = (n: number, { type, stream, revision, id }: StoredEvent): LedgerDiffers =>
  new LedgerDiffers(
    `the ledger's event ${n} is not the one expected: it has ${type} ${id}, revision ${revision} of ${stream}`,
    n,
  );
