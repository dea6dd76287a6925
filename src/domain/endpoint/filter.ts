import type { EndpointFilter } from './events.js';

/** What filters look at in a message. */
export interface MessageFacts {
  readonly type: string;
  /** UUID; null: about no VM. */
  readonly vm: string | null;
  readonly hosts: readonly string[];
  readonly behaviours: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether an endpoint with this filter gets the message. */
export const filterMatches = (filter: EndpointFilter, message: MessageFacts): boolean => {
  const { types, vms, hosts, behaviours, labels } = filter;
  return (
    (types === null || types.includes(message.type)) &&
    (vms === null || (message.vm !== null && vms.includes(message.vm))) &&
    (hosts === null || message.hosts.some((host) => hosts.includes(host))) &&
    (behaviours === null || message.behaviours.some((behaviour) => behaviours.includes(behaviour))) &&
    (labels === null || labels.every((label) => hasLabel(message, label)))
  );
};

const hasLabel = (
  { labels }: MessageFacts,
  { name, values }: { readonly name: string; readonly values: readonly string[] },
): boolean => {
  const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
  return value !== undefined && (values.length === 0 || values.includes(value));
};
