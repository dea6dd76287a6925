import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressGuard } from './address-guard.js';
import { Lookups } from './lookups.js';
import { RefusedAddress } from './refused-address.js';

/** All addresses of a name. Node's `dns.lookup`, or what a test puts in its place. */
export type Resolve = (
  host: string,
  answer: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

const resolveBySystem: Resolve = (host, answer) =>
  systemLookup(host, { all: true, verbatim: true }, (error, addresses) => answer(error, addresses));

/**
 * Connects to nothing that the guard objects to. A name is looked up once for a connection, inside connecting, and the
 * addresses that were judged are those that are tried: there is no second look-up that could answer otherwise. Who
 * connects to a name that is being looked up shares the look-up. One refused address among several refuses the name.
 */
export const guardedConnector = (
  guard: AddressGuard,
  { connectTimeoutMs, resolve = resolveBySystem }: { connectTimeoutMs: number; resolve?: Resolve },
): buildConnector.connector => {
  const lookups = new Lookups(resolve);
  const lookup: LookupFunction = (host, options, callback) => {
    lookups.of(host, (error, addresses) => {
      const fault = error ?? faultIn(guard, host, addresses);
      const [first] = addresses;
      if (fault !== null || first === undefined) callback(fault ?? new Error(`${host} has no address`), []);
      else if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
  const connect = buildConnector({ lookup, timeout: connectTimeoutMs, rejectUnauthorized: true });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1');
    // A literal address is not looked up.
    const fault = isIP(host) === 0 ? null : faultIn(guard, host, [{ address: host, family: isIP(host) }]);
    if (fault !== null) {
      process.nextTick(callback, fault, null);
      return;
    }
    connect({ ...options, hostname: host }, (...[error, socket]) => {
      if (error !== null) {
        callback(error, null);
        return;
      }
      const refused = faultIn(guard, host, [{ address: socket.remoteAddress ?? '', family: 0 }]);
      if (refused === null) callback(null, socket);
      else {
        socket.destroy();
        callback(refused, null);
      }
    });
  };
};

const faultIn = (
  guard: AddressGuard,
  host: string,
  addresses: readonly LookupAddress[],
): RefusedAddress | null => {
  for (const { address } of addresses) {
    const objection = guard.objection(address);
    if (objection !== null) return new RefusedAddress(host, address, objection);
  }
  return null;
};
