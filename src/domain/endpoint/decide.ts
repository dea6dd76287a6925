import { assertNever } from '../assert-never.js';
import type { Endpoint, Endpoints } from './endpoint.js';
import type { EndpointEvent, EndpointSettings, PauseReason, ReplaySelection } from './events.js';

export type EndpointCommand =
  | {
      readonly type: 'register';
      readonly endpoint: string;
      readonly settings: EndpointSettings;
      readonly keyId: string;
      readonly createdBy: string;
      /** Most endpoints that there may be. */
      readonly most: number;
    }
  /** What is not given stays. */
  | { readonly type: 'change'; readonly endpoint: string; readonly settings: Partial<EndpointSettings> }
  | {
      readonly type: 'pause';
      readonly endpoint: string;
      readonly reason: PauseReason;
      /** What is said is said of this URL: with another by now the endpoint is not paused. Null: of whichever it has. */
      readonly url: string | null;
    }
  | { readonly type: 'quiet'; readonly endpoint: string }
  | { readonly type: 'resume'; readonly endpoint: string }
  | {
      readonly type: 'rotate';
      readonly endpoint: string;
      readonly keyId: string;
      readonly previousUntil: string;
    }
  | { readonly type: 'remove'; readonly endpoint: string }
  | { readonly type: 'test'; readonly endpoint: string; readonly message: object }
  | {
      readonly type: 'replay';
      readonly endpoint: string;
      readonly selection: ReplaySelection;
      readonly deadOnly: boolean;
    };

/** Why a command changes nothing though it asks for a change. */
export type EndpointRefusal = 'unknown' | 'too-many' | 'paused';

/** The event to record; null when all is so already; or why not. */
export type EndpointDecision =
  { readonly event: EndpointEvent | null } | { readonly refused: EndpointRefusal };

export const decideEndpoint = (endpoints: Endpoints, command: EndpointCommand): EndpointDecision => {
  if (command.type === 'register') {
    const { endpoint, settings, keyId, createdBy, most } = command;
    if (endpoints.size >= most) return { refused: 'too-many' };
    return { event: { type: 'EndpointRegistered', endpoint, ...settings, keyId, createdBy } };
  }
  const known = endpoints.get(command.endpoint);
  return known === undefined ? { refused: 'unknown' } : decideKnown(known, command);
};

const decideKnown = (
  known: Endpoint,
  command: Exclude<EndpointCommand, { readonly type: 'register' }>,
): EndpointDecision => {
  const { endpoint } = command;
  switch (command.type) {
    case 'change': {
      const { url, description, filter, limits } = { ...known, ...command.settings };
      return { event: { type: 'EndpointChanged', endpoint, url, description, filter, limits } };
    }
    case 'pause': {
      const { reason, url } = command;
      const isMeant = known.paused === null && (url === null || url === known.url);
      return { event: isMeant ? { type: 'EndpointPaused', endpoint, reason } : null };
    }
    case 'quiet':
      return { event: known.paused?.quiet === false ? { type: 'EndpointQuieted', endpoint } : null };
    case 'resume':
      return { event: known.paused === null ? null : { type: 'EndpointResumed', endpoint } };
    case 'rotate': {
      const { keyId, previousUntil } = command;
      const generation = known.secret.generation + 1;
      return { event: { type: 'EndpointSecretRotated', endpoint, generation, keyId, previousUntil } };
    }
    case 'remove':
      return { event: { type: 'EndpointRemoved', endpoint } };
    case 'test':
      if (known.paused !== null) return { refused: 'paused' };
      return { event: { type: 'TestRequested', endpoint, message: command.message } };
    case 'replay': {
      const { selection, deadOnly } = command;
      return { event: { type: 'ReplayRequested', endpoint, selection, deadOnly } };
    }
    default:
      return assertNever(command);
  }
};
