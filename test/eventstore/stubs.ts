/** The client's own generated half of the protocol. It has no entry point for them; they are CommonJS. */
import { createRequire } from 'node:module';
import type * as Codes from '@eventstore/db-client/generated/code_pb.js';
import type * as Gossip from '@eventstore/db-client/generated/gossip_pb.js';
import type * as GossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type * as Features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type * as FeaturesGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type * as Shared from '@eventstore/db-client/generated/shared_pb.js';
import type * as Status from '@eventstore/db-client/generated/status_pb.js';
import type * as Streams from '@eventstore/db-client/generated/streams_pb.js';
import type * as StreamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';

const require = createRequire(import.meta.url);
const ofClient = createRequire(require.resolve('@eventstore/db-client'));
const generated = (name: string): unknown => require(`@eventstore/db-client/generated/${name}_pb.js`);

export const streams = generated('streams') as typeof Streams;
export const shared = generated('shared') as typeof Shared;
export const statuses = generated('status') as typeof Status;
export const codes = generated('code') as typeof Codes;
export const features = generated('serverfeatures') as typeof Features;
export const gossip = generated('gossip') as typeof Gossip;
export const { StreamsService } = generated('streams_grpc') as typeof StreamsGrpc;
export const { ServerFeaturesService } = generated('serverfeatures_grpc') as typeof FeaturesGrpc;
export const { GossipService } = generated('gossip_grpc') as typeof GossipGrpc;
export const { Any } = ofClient('google-protobuf/google/protobuf/any_pb.js') as {
  Any: new () => NonNullable<ReturnType<Status.Status['getDetails']>>;
};
export type { Streams, Shared, Gossip };
export type StreamsServer = StreamsGrpc.IStreamsServer;
