import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [Address, number];

/**
 * A network as `10.1.0.0/16` or one address.
 * @throws Error when it is neither
 */
export const parseNetwork = (text: string): Network => {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
};

/** Where the whole IPv6 internet is; what lies outside is special or not given out. @see RFC 4291 section 2.4, IANA */
const GLOBAL_UNICAST: Network = ipaddr.parseCIDR('2000::/3');

/** Lists of networks (CIDR) or addresses. */
export interface AddressLists {
  /** Sent to though they are not public. */
  readonly allowed: readonly string[];
  /** Not sent to, whatever else is so. */
  readonly denied: readonly string[];
}

/**
 * Says which addresses are not to be sent to. Only public unicast passes, and what an operator allowed. An IPv6 address
 * that maps an IPv4 address is judged as that one, since it is that one that is connected to; the other forms with an
 * IPv4 address inside (NAT64, 6to4, Teredo) are refused, whatever is inside.
 */
export class AddressGuard {
  readonly #allowed: readonly Network[];

  readonly #denied: readonly Network[];

  constructor({ allowed, denied }: AddressLists) {
    this.#allowed = allowed.map(parseNetwork);
    this.#denied = denied.map(parseNetwork);
  }

  /** @returns what is wrong with it, such as `loopback`; null when it may be sent to */
  objection(text: string): string | null {
    const address = parsed(text);
    if (address === null) return 'no address';
    const isIn = (networks: readonly Network[]): boolean =>
      networks.some(([network, bits]) => isWithin(address, network, bits));
    if (isIn(this.#denied)) return 'denied';
    if (isIn(this.#allowed)) return null;
    const range = address.range();
    if (range !== 'unicast') return words(range);
    return address.kind() === 'ipv6' && !isWithin(address, ...GLOBAL_UNICAST) ? 'not global' : null;
  }
}

const parsed = (text: string): Address | null => {
  const plain = withoutDots(text);
  if (!ipaddr.isValid(plain)) return null;
  // `process` turns an IPv4-mapped address into the IPv4 address.
  return ipaddr.process(plain);
};

/** `::10.0.0.1` → `::a00:1`: the library takes every IPv6 address that ends in dots for an IPv4-mapped one. */
const withoutDots = (text: string): string =>
  text.replace(/^(.*:)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/, (_all, head: string, ...bytes) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${head}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });

const isWithin = (address: Address, network: Address, bits: number): boolean =>
  address.kind() === network.kind() && address.match(network, bits);

/** `carrierGradeNat` → `carrier grade nat`. */
const words = (range: string): string => range.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
