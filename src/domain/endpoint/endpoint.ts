import { assertNever } from '../assert-never.js';
import type { EndpointEvent, EndpointSettings, PauseReason } from './events.js';

/** A secret by what it is derived from. */
export interface SecretRef {
  readonly generation: number;
  readonly keyId: string;
}

export interface Endpoint extends EndpointSettings {
  readonly id: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly changedAt: string;
  readonly secret: SecretRef;
  /** Earlier secrets, newest first, that sign as well until then (ISO 8601). */
  readonly retiring: readonly (SecretRef & { readonly until: string })[];
  readonly paused: {
    readonly reason: PauseReason;
    readonly at: string;
    /** No request to it is under way any more. */
    readonly quiet: boolean;
  } | null;
}

/** By id; those that were removed are not there. */
export type Endpoints = ReadonlyMap<string, Endpoint>;

export const NO_ENDPOINTS: Endpoints = new Map();

/** More secrets at once than this would make a header that receivers refuse. */
export const MOST_RETIRING = 4;

/** @param at when the ledger recorded it, ISO 8601 */
export const evolveEndpoints = (endpoints: Endpoints, event: EndpointEvent, at: string): Endpoints => {
  const before = endpoints.get(event.endpoint);
  const after = evolve(before, event, at);
  if (after === before) return endpoints;
  const next = new Map(endpoints);
  if (after === undefined) next.delete(event.endpoint);
  else next.set(event.endpoint, after);
  return next;
};

const evolve = (endpoint: Endpoint | undefined, event: EndpointEvent, at: string): Endpoint | undefined => {
  if (event.type === 'EndpointRegistered') {
    const { endpoint: id, url, description, filter, limits, keyId, createdBy } = event;
    const settings = { url, description, filter, limits };
    const secret = { generation: 0, keyId };
    return { id, ...settings, createdBy, createdAt: at, changedAt: at, secret, retiring: [], paused: null };
  }
  // Events of one that was removed in the meantime.
  if (endpoint === undefined) return undefined;
  switch (event.type) {
    case 'EndpointChanged': {
      const { url, description, filter, limits } = event;
      return { ...endpoint, url, description, filter, limits, changedAt: at };
    }
    case 'EndpointPaused':
      return { ...endpoint, paused: { reason: event.reason, at, quiet: false } };
    case 'EndpointQuieted':
      return endpoint.paused === null
        ? endpoint
        : { ...endpoint, paused: { ...endpoint.paused, quiet: true } };
    case 'EndpointResumed':
      return { ...endpoint, paused: null };
    case 'EndpointSecretRotated': {
      const { generation, keyId, previousUntil } = event;
      const retiring = [{ ...endpoint.secret, until: previousUntil }, ...endpoint.retiring];
      return {
        ...endpoint,
        secret: { generation, keyId },
        retiring: retiring.slice(0, MOST_RETIRING),
        changedAt: at,
      };
    }
    case 'EndpointRemoved':
      return undefined;
    case 'TestRequested':
    case 'ReplayRequested':
      return endpoint;
    default:
      return assertNever(event);
  }
};

/** Secrets that sign at a time, the newest first. @param now ISO 8601 */
export const signingSecrets = ({ secret, retiring }: Endpoint, now: string): readonly SecretRef[] => [
  secret,
  ...retiring.filter(({ until }) => until > now),
];
