import { status, type ServerWritableStream } from '@grpc/grpc-js';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Faults } from './faults.js';
import { checkpointMessage, eventMessage, failure, signalMessage } from './messages.js';
import type { ServerLog, Written } from './server-log.js';
import type { Streams } from './stubs.js';

export type ReadCall = ServerWritableStream<Streams.ReadReq, Streams.ReadResp>;

/** What all calls of a server read, together. */
export interface Reads {
  /** That were begun. */
  subscriptions: number;
  /** Events sent to clients. */
  sent: number;
  /** Events that a filter kept back. */
  passedOver: number;
}

export interface Served {
  readonly log: ServerLog;
  readonly faults: Faults;
  readonly reads: Reads;
  /** Aborts when the server stops. */
  readonly ending: AbortSignal;
}

const DEFAULT_WINDOW = 32;

/** Sends one message and waits while the client's window is full. */
export async function send(call: ReadCall, message: Streams.ReadResp): Promise<void> {
  if (call.write(message) || call.cancelled) return;
  const over = new AbortController();
  const either = ['drain', 'cancelled'].map((event) => once(call, event, { signal: over.signal }));
  await Promise.race(either).catch(() => undefined); // the call failed
  over.abort();
  await Promise.allSettled(either);
}

/** Ends the call with a status. To destroy the stream would leave the client without an answer. */
export function fail(call: ReadCall, error: Error): void {
  call.emit('error', error);
}

/** `$all` from after a position, filtered, for as long as the client listens. */
export async function serveSubscription(
  { log, faults, reads, ending }: Served,
  call: ReadCall,
  delivered: () => number,
): Promise<void> {
  const options = call.request.getOptions();
  const passes = filterOf(options?.getFilter());
  const filter = options?.getFilter();
  const window = filter?.hasMax() ? filter.getMax() : DEFAULT_WINDOW;
  const interval = window * (filter?.getCheckpointintervalmultiplier() ?? 1);
  reads.subscriptions += 1;
  let index = startOf(log, options?.getAll());
  let considered = 0;
  let live = false;
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, ending]);
  call.on('cancelled', () => ended.abort());
  call.on('error', () => ended.abort());

  await send(call, signalMessage('confirmation'));
  while (!signal.aborted) {
    const written = log.all[index];
    if (!written) {
      if (!live) {
        const last = log.all.at(-1);
        if (options?.hasFilter() && last) await send(call, checkpointMessage(last.position));
        if (faults.withoutCaughtUp !== true) await send(call, signalMessage('caughtUp'));
        live = true;
        continue;
      }
      await log.grown(signal);
      continue;
    }
    index += 1;
    considered += 1;
    if (passes(written)) {
      if (!(await deliver(log, call, written, faults, delivered()))) return;
      reads.sent += 1;
      continue;
    }
    reads.passedOver += 1;
    if (considered % interval === 0) await send(call, checkpointMessage(written.position));
  }
  if (ending.aborted) fail(call, failure(status.UNAVAILABLE, 'the server is shutting down'));
}

async function deliver(
  log: ServerLog,
  call: ReadCall,
  written: Written,
  faults: Faults,
  count: number,
): Promise<boolean> {
  const fault = faults.deliver?.(count);
  switch (fault?.kind) {
    case 'fail':
      fail(call, failure(status.UNAVAILABLE, 'injected: the subscription fails'));
      return false;
    case 'wrongCheckpointAndFail':
      await send(call, checkpointMessage(log.all.at(-1)?.position ?? 0n));
      // The client handles messages a turn after they came, and drops those that it has not when the call ends.
      await setTimeout(20);
      fail(call, failure(status.UNAVAILABLE, 'injected: the subscription fails'));
      return false;
    case 'twice':
      await send(call, eventMessage(written));
      break;
    case 'delay':
      await setTimeout(fault.ms);
      break;
    case 'wrongCheckpoint':
      await send(call, checkpointMessage(log.all.at(-1)?.position ?? 0n));
      break;
    case 'storm':
      for (let wave = 0; wave < 5; wave += 1) {
        await send(call, signalMessage('fellBehind'));
        await send(call, checkpointMessage(written.position));
        await send(call, signalMessage('caughtUp'));
      }
      break;
    case undefined:
  }
  await send(call, eventMessage(written));
  return true;
}

function startOf(log: ServerLog, all: Streams.ReadReq.Options.AllOptions | undefined): number {
  if (all?.hasPosition()) return log.indexAfter(BigInt(all.getPosition()?.getCommitPosition() ?? '0'));
  return all?.hasEnd() ? log.all.length : 0;
}

function filterOf(filter: Streams.ReadReq.Options.FilterOptions | undefined): (event: Written) => boolean {
  const byStream = filter?.getStreamIdentifier();
  const byType = filter?.getEventType();
  const expression = byStream ?? byType;
  if (!expression) return () => true;
  const prefixes = expression.getPrefixList();
  const regex = expression.getRegex() === '' ? undefined : new RegExp(expression.getRegex());
  return (event) => {
    const text = byStream ? event.stream : event.type;
    return regex ? regex.test(text) : prefixes.some((prefix) => text.startsWith(prefix));
  };
}
