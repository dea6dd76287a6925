import type { StreamName } from '../port.js';

/**
 * A server is shared: with other ledgers, other programs, and the server's own streams. All streams of a ledger begin
 * with its namespace and a colon, which no namespace holds, so that one prefix is the ledger and nothing else.
 */
export interface Namespace {
  /** Its own stream, which has no events; its metadata say that the namespace is a ledger. */
  readonly name: string;
  /** Of every stream in it. */
  readonly prefix: string;
}

export const NAMESPACE = /^[A-Za-z0-9._-]{1,60}$/;

export function namespaceOf(name: string): Namespace {
  return { name, prefix: `${name}:` };
}

export function serverStream({ prefix }: Namespace, stream: StreamName): string {
  return prefix + stream;
}

export function ledgerStream({ prefix }: Namespace, stream: string): StreamName {
  return stream.slice(prefix.length) as StreamName;
}
