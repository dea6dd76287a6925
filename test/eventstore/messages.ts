import { Metadata, status, type StatusObject } from '@grpc/grpc-js';
import type { AppendOutcome, ExpectedRevision, Proposed, Written } from './server-log.js';
import { Any, codes, shared, statuses, streams, type Shared, type Streams } from './stubs.js';

/** Between the log and the messages of the protocol. */

export const nameOf = (identifier: Shared.StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

export function proposedOf(
  message: Streams.AppendReq.ProposedMessage | Streams.BatchAppendReq.ProposedMessage,
): Proposed {
  return {
    id: message.getId()?.getString() ?? '',
    type: message.getMetadataMap().get('type') ?? '',
    contentType: message.getMetadataMap().get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

export function expectedOf(
  options: Streams.AppendReq.Options | Streams.BatchAppendReq.Options,
): ExpectedRevision {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  return BigInt('getRevision' in options ? options.getRevision() : options.getStreamPosition());
}

export function eventMessage(written: Written): Streams.ReadResp {
  const event = new streams.ReadResp.ReadEvent.RecordedEvent();
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(written.stream));
  const uuid = new shared.UUID();
  uuid.setString(written.id);
  event.setId(uuid);
  event.setStreamIdentifier(identifier);
  event.setStreamRevision(String(written.revision));
  event.setCommitPosition(String(written.position));
  event.setPreparePosition(String(written.position));
  event.getMetadataMap().set('type', written.type);
  event.getMetadataMap().set('content-type', written.contentType);
  event.getMetadataMap().set('created', String(BigInt(written.createdMs) * 10_000n));
  event.setData(written.data);
  event.setCustomMetadata(written.metadata);
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(event);
  read.setCommitPosition(String(written.position));
  const response = new streams.ReadResp();
  response.setEvent(read);
  return response;
}

export function checkpointMessage(position: bigint): Streams.ReadResp {
  const checkpoint = new streams.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(position));
  checkpoint.setPreparePosition(String(position));
  const response = new streams.ReadResp();
  response.setCheckpoint(checkpoint);
  return response;
}

export function signalMessage(signal: 'caughtUp' | 'fellBehind' | 'confirmation'): Streams.ReadResp {
  const response = new streams.ReadResp();
  if (signal === 'caughtUp') response.setCaughtUp(new streams.ReadResp.CaughtUp());
  else if (signal === 'fellBehind') response.setFellBehind(new streams.ReadResp.FellBehind());
  else {
    const confirmation = new streams.ReadResp.SubscriptionConfirmation();
    confirmation.setSubscriptionId('stand-in');
    response.setConfirmation(confirmation);
  }
  return response;
}

export function notFoundMessage(identifier: Shared.StreamIdentifier | undefined): Streams.ReadResp {
  const notFound = new streams.ReadResp.StreamNotFound();
  notFound.setStreamIdentifier(identifier);
  const response = new streams.ReadResp();
  response.setStreamNotFound(notFound);
  return response;
}

/** @param withPosition a server may leave it out for events that it had already */
export function appendMessage(
  outcome: AppendOutcome,
  expected: ExpectedRevision,
  withPosition = true,
): Streams.AppendResp {
  const response = new streams.AppendResp();
  if (outcome.kind === 'appended') {
    const success = new streams.AppendResp.Success();
    if (outcome.revision < 0n) success.setNoStream(new shared.Empty());
    else success.setCurrentRevision(String(outcome.revision));
    if (withPosition) {
      const position = new streams.AppendResp.Position();
      position.setCommitPosition(String(outcome.position));
      position.setPreparePosition(String(outcome.position));
      success.setPosition(position);
    } else success.setNoPosition(new shared.Empty());
    response.setSuccess(success);
  } else if (outcome.kind === 'wrongRevision') {
    const wrong = new streams.AppendResp.WrongExpectedVersion();
    if (outcome.current === 'none') wrong.setCurrentNoStream(new shared.Empty());
    else wrong.setCurrentRevision(String(outcome.current));
    if (expected === 'no_stream') wrong.setExpectedNoStream(new shared.Empty());
    else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new shared.Empty());
    else if (expected !== 'any') wrong.setExpectedRevision(String(expected));
    response.setWrongExpectedVersion(wrong);
  }
  return response;
}

export function batchMessage(
  request: Streams.BatchAppendReq,
  options: Streams.BatchAppendReq.Options,
  outcome: AppendOutcome,
): Streams.BatchAppendResp {
  const response = new streams.BatchAppendResp();
  response.setCorrelationId(request.getCorrelationId());
  response.setStreamIdentifier(options.getStreamIdentifier());
  if (outcome.kind === 'appended') {
    const success = new streams.BatchAppendResp.Success();
    success.setCurrentRevision(String(outcome.revision));
    const position = new shared.AllStreamPosition();
    position.setCommitPosition(String(outcome.position));
    position.setPreparePosition(String(outcome.position));
    success.setPosition(position);
    response.setSuccess(success);
    return response;
  }
  const details = new Any();
  if (outcome.kind === 'deleted') {
    const deleted = new shared.StreamDeleted();
    deleted.setStreamIdentifier(options.getStreamIdentifier());
    details.pack(deleted.serializeBinary(), 'event_store.client.StreamDeleted');
  } else {
    const wrong = new shared.WrongExpectedVersion();
    if (outcome.current === 'none') wrong.setCurrentNoStream(new shared.Empty());
    else wrong.setCurrentStreamRevision(String(outcome.current));
    details.pack(wrong.serializeBinary(), 'event_store.client.WrongExpectedVersion');
  }
  const error = new statuses.Status();
  error.setCode(codes.Code.FAILED_PRECONDITION);
  error.setMessage('refused');
  error.setDetails(details);
  response.setError(error);
  return response;
}

/** A failed call, as the server tells the client's which error it is: by the trailer `exception`. */
export function failure(
  code: status,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): Error & StatusObject {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
}

export const deletedFailure = (stream: string) =>
  failure(status.FAILED_PRECONDITION, `stream ${stream} is deleted`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

export const notLeaderFailure = (host: string, port: number) =>
  failure(status.NOT_FOUND, 'leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': host,
    'leader-endpoint-port': String(port),
  });
