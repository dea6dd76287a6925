import type { EventStoreDBClient, ResolvedEvent } from '@eventstore/db-client';
import type { Position } from '../port.js';
import { classify } from './classify.js';
import { within } from './deadline.js';
import type { Namespace } from './namespace.js';
import { toPosition } from './position.js';
import { PulledStream } from './pulled-stream.js';

/** Of what a ledger is on the server: names of streams, positions, metadata. */
const FORMAT = 1;

export type Origin =
  /** Nothing of the ledger is before `position`. */
  | { readonly kind: 'ours'; readonly position: Position }
  | { readonly kind: 'newer'; readonly format: number }
  | { readonly kind: 'foreign' };

/**
 * The metadata of the stream that is named as the namespace: written once, when the ledger is made, and never again. They
 * say that this is a ledger and of which format, and their place in the log is where reading may begin: on a server that
 * others have filled before, that is far in. The streams with events get no metadata: a limit on one would lose history.
 * A copy that another tool made may be without them; where it begins is not known then.
 *
 * One attempt. Fails as the client does.
 */
export async function findOrigin(
  client: EventStoreDBClient,
  { name }: Namespace,
  attemptMs: number,
): Promise<Origin | undefined> {
  const reading = client.readStream(`$$${name}`, { maxCount: 1, requiresLeader: true });
  const pulled = new PulledStream<ResolvedEvent, never>(reading);
  try {
    const next = await pulled.next('reading of the ledger', attemptMs, new AbortController().signal);
    if (next.kind !== 'event') return undefined;
    const { event } = next.event;
    if (!event?.position) return { kind: 'foreign' };
    const format = formatOf(event.data);
    if (format === undefined) return { kind: 'foreign' };
    return format > FORMAT
      ? { kind: 'newer', format }
      : { kind: 'ours', position: toPosition(event.position) };
  } catch (error) {
    if (classify(error).kind === 'streamNotFound') return undefined;
    throw error;
  } finally {
    reading.cancel().catch(() => undefined);
  }
}

/** Writes the metadata where there are none. One attempt, too. */
export async function findOrMakeOrigin(
  client: EventStoreDBClient,
  namespace: Namespace,
  attemptMs: number,
): Promise<Origin> {
  const there = await findOrigin(client, namespace, attemptMs);
  if (there) return there;
  try {
    await within(
      'making the ledger',
      attemptMs,
      client.setStreamMetadata(
        namespace.name,
        { hopledger: { format: FORMAT } },
        {
          expectedRevision: 'no_stream',
          requiresLeader: true,
          deadline: attemptMs,
        },
      ),
    );
  } catch (error) {
    if (classify(error).kind !== 'wrongRevision') throw error; // another process made it meanwhile
  }
  const made = await findOrigin(client, namespace, attemptMs);
  if (!made) throw new Error('the ledger was made and is not there');
  return made;
}

function formatOf(metadata: unknown): number | undefined {
  const ours = field(metadata, 'hopledger');
  const format = field(ours, 'format');
  return typeof format === 'number' ? format : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, name) as unknown) : undefined;
}
