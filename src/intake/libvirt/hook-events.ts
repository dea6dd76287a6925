import { createHash } from 'node:crypto';
import type { ProposedEvent } from '../../domain/vm/decide.js';
import type { Recorded } from '../../domain/vm/envelope.js';
import type { AdviceGiven, HopPrepared } from '../../domain/vm/events.js';
import { eventId } from '../../recording/event-id.js';
import { metadataOf, type ReportContext } from '../../recording/report-context.js';
import type { HookCall } from './hook-call.js';
import type { HookReport } from './hook-report.js';

/** A call of `migrate` or `restore`, fit to be recorded. */
export type PreparedHop = ProposedEvent & { readonly data: HopPrepared };

/** The events of a call. The same call again makes the same ids. */
export const eventsOfCall = (
  call: HookCall,
  report: HookReport,
  context: ReportContext,
): readonly ProposedEvent[] => {
  const same =
    call.id ??
    (call.at === null
      ? context.correlationId
      : `${call.at} ${createHash('sha256').update(report.xml).digest('hex')}`);
  const raw = { argv: call.argv, xml: report.xml };
  return report.events.map((data, index) => ({
    id: eventId('libvirt-hook', call.host, ...call.argv, same, String(index)),
    data,
    metadata: metadataOf(context, call.at, raw),
  }));
};

/** @throws Error when the call is none that takes an XML back */
export const preparedHop = (events: readonly ProposedEvent[]): PreparedHop => {
  const [prepared] = events;
  if (prepared === undefined || !isPrepared(prepared))
    throw new Error('an operation that takes an XML is a hop');
  return prepared;
};

const isPrepared = (event: ProposedEvent): event is PreparedHop => event.data.type === 'HopPrepared';

/** What hopledger answers to a call. */
export const adviceEvent = (
  prepared: PreparedHop,
  data: AdviceGiven,
  context: ReportContext,
): ProposedEvent => ({
  id: eventId('AdviceGiven', prepared.id),
  data,
  metadata: {
    ...metadataOf(context, prepared.metadata.occurredAt, null, prepared.id),
    actor: 'hopledger',
    clockSkewMs: prepared.metadata.clockSkewMs,
  },
});

/** A host refused a hop by its own policy, hopledger being out of its reach: the hop did not happen, and this is why. */
export const ownRefusal = (
  prepared: PreparedHop,
  catalogueRevision: string,
  context: ReportContext,
): ProposedEvent => ({
  id: eventId('AdviceGiven', prepared.id, 'by the host'),
  data: {
    type: 'AdviceGiven',
    host: prepared.data.host,
    name: prepared.data.name,
    verdict: 'UNKNOWN',
    answer: 'refused',
    overrides: [],
    removals: [],
    message: 'refused by the policy of the host: hopledger did not answer',
    catalogueRevision,
    basedOnRevision: null,
  },
  metadata: {
    ...metadataOf(context, prepared.metadata.occurredAt, null, prepared.id),
    clockSkewMs: prepared.metadata.clockSkewMs,
  },
});

/** The answer that was given to a call before; null: none was. */
export const adviceOn = (history: readonly Recorded[], preparedId: string): AdviceGiven | null => {
  const found = history.find(
    ({ data, metadata }) => data.type === 'AdviceGiven' && metadata.causationId === preparedId,
  );
  return found?.data.type === 'AdviceGiven' ? found.data : null;
};
