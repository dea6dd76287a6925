import { status } from '@grpc/grpc-js';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { AppendFault } from './faults.js';
import {
  appendMessage,
  batchMessage,
  deletedFailure,
  eventMessage,
  expectedOf,
  failure,
  nameOf,
  notFoundMessage,
  notLeaderFailure,
  proposedOf,
} from './messages.js';
import type { Proposed, ServerLog, Written } from './server-log.js';
import { streams, type Streams, type StreamsServer } from './stubs.js';
import { fail, send, serveSubscription, type ReadCall, type Served } from './subscription.js';

export interface StreamsHost extends Served {
  /** Why the call is not served here; undefined when it is. */
  refusal(metadata: ReadCall['metadata']): Error | undefined;
}

const isBackwards = (options: Streams.ReadReq.Options | undefined): boolean =>
  options?.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;

/** The Streams service of the protocol over a log. */
export function streamsService(host: StreamsHost): StreamsServer {
  const { log, faults } = host;
  let appends = 0;
  let deliveries = 0;
  return {
    append(call, callback) {
      let options: Streams.AppendReq.Options | undefined;
      const proposed: Proposed[] = [];
      call.on('data', (request: Streams.AppendReq) => {
        const message = request.getProposedMessage();
        if (message) proposed.push(proposedOf(message));
        else options = request.getOptions();
      });
      call.on('error', () => undefined);
      call.on(
        'end',
        () =>
          void whole(call).then((isWhole) => {
            if (!isWhole) return;
            const refusal = host.refusal(call.metadata);
            if (refusal || !options) callback(refusal ?? failure(status.INVALID_ARGUMENT, 'no options'));
            else commitOne(log, options, proposed, faults.append?.(appends++), callback);
          }),
      );
    },

    batchAppend(call) {
      const open = new Map<string, { options: Streams.BatchAppendReq.Options; proposed: Proposed[] }>();
      call.on('error', () => undefined);
      call.on('end', () => call.end());
      call.on('data', (request: Streams.BatchAppendReq) => {
        const id = request.getCorrelationId()?.getString() ?? '';
        const first = request.getOptions();
        const one = open.get(id) ?? (first && { options: first, proposed: [] });
        if (!one) return;
        open.set(id, one);
        one.proposed.push(...request.getProposedMessagesList().map(proposedOf));
        if (!request.getIsFinal()) return;
        open.delete(id);
        const stream = nameOf(one.options.getStreamIdentifier());
        call.write(
          batchMessage(request, one.options, log.append(stream, expectedOf(one.options), one.proposed)),
        );
      });
    },

    read(call) {
      const refusal = host.refusal(call.metadata);
      call.on('error', () => undefined);
      if (refusal) {
        fail(call, refusal);
        return;
      }
      const work = call.request.getOptions()?.hasSubscription()
        ? serveSubscription(host, call, () => deliveries++)
        : serveRead(host, call);
      work.catch((error: unknown) => fail(call, error instanceof Error ? error : new Error(String(error))));
    },

    delete(call, callback) {
      const refusal = host.refusal(call.metadata);
      if (!refusal) log.softDelete(nameOf(call.request.getOptions()?.getStreamIdentifier()));
      callback(refusal ?? null, new streams.DeleteResp());
    },

    tombstone(call, callback) {
      const refusal = host.refusal(call.metadata);
      if (!refusal) log.tombstone(nameOf(call.request.getOptions()?.getStreamIdentifier()));
      callback(refusal ?? null, new streams.TombstoneResp());
    },
  };
}

/**
 * A connection that goes ends the request as well, wherever it was, and half an append must not be written. That it was
 * so is known a turn or two later.
 */
async function whole(call: { readonly cancelled: boolean }): Promise<boolean> {
  await setImmediate();
  await setImmediate();
  return !call.cancelled;
}

type Answer = (error: Error | null, response?: Streams.AppendResp) => void;

function commitOne(
  log: ServerLog,
  options: Streams.AppendReq.Options,
  proposed: readonly Proposed[],
  fault: AppendFault | undefined,
  answer: Answer,
): void {
  const stream = nameOf(options.getStreamIdentifier());
  const expected = expectedOf(options);
  const commit = (withPosition = true): void => {
    const outcome = log.append(stream, expected, proposed);
    if (outcome.kind === 'deleted') answer(deletedFailure(stream));
    else answer(null, appendMessage(outcome, expected, withPosition));
  };
  switch (fault?.kind) {
    case undefined:
      commit();
      break;
    case 'dropReply':
      log.append(stream, expected, proposed);
      break;
    case 'failAfterCommit':
      log.append(stream, expected, proposed);
      answer(failure(status.UNAVAILABLE, 'injected: failed after the commit'));
      break;
    case 'failBeforeCommit':
      answer(failure(status.UNAVAILABLE, 'injected: failed before the commit'));
      break;
    case 'ignore':
      break;
    case 'twice':
      log.append(stream, expected, proposed);
      commit();
      break;
    case 'delay':
      void setTimeout(fault.ms).then(() => commit());
      break;
    case 'noPosition':
      commit(false);
      break;
    case 'refuse':
      answer(failure(status.PERMISSION_DENIED, 'injected: refused'));
      break;
    case 'notLeader':
      answer(notLeaderFailure(fault.host, fault.port));
  }
}

async function serveRead({ log, reads }: Served, call: ReadCall): Promise<void> {
  const options = call.request.getOptions();
  const count = Number(options?.getCount() ?? 0);
  const backwards = isBackwards(options);
  const found = options?.hasStream() ? streamPart(log, options) : allPart(log, options, backwards);
  if (found === 'deleted') {
    fail(call, deletedFailure(nameOf(options?.getStream()?.getStreamIdentifier())));
    return;
  }
  if (found === undefined) await send(call, notFoundMessage(options?.getStream()?.getStreamIdentifier()));
  else {
    let left = count;
    for (const written of backwards ? reversed(found) : found) {
      if (left <= 0 || call.cancelled) break;
      await send(call, eventMessage(written));
      reads.sent += 1;
      left -= 1;
    }
  }
  call.end();
}

function streamPart(
  log: ServerLog,
  options: Streams.ReadReq.Options,
): readonly Written[] | undefined | 'deleted' {
  const asked = options.getStream();
  const visible = log.stream(nameOf(asked?.getStreamIdentifier()));
  if (!asked || visible === undefined || visible === 'deleted' || !asked.hasRevision()) return visible;
  const from = BigInt(asked.getRevision());
  return isBackwards(options)
    ? visible.filter(({ revision }) => revision <= from)
    : visible.filter(({ revision }) => revision >= from);
}

/** Forwards from a position with what is there, backwards without it. */
function allPart(
  log: ServerLog,
  options: Streams.ReadReq.Options | undefined,
  backwards: boolean,
): readonly Written[] {
  const asked = options?.getAll();
  if (!asked?.hasPosition()) return log.all;
  const index = log.indexAfter(BigInt(asked.getPosition()?.getCommitPosition() ?? '0') - 1n);
  return backwards ? log.all.slice(0, index) : log.all.slice(index);
}

function* reversed<T>(items: readonly T[]): Generator<T> {
  for (let index = items.length - 1; index >= 0; index -= 1) {
    const item = items[index];
    if (item !== undefined) yield item;
  }
}
