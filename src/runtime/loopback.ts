import { isIP } from 'node:net';

/** True for an address or a name that only this machine reaches: `127.*`, `::1`, `localhost`, `*.localhost`. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  switch (isIP(name)) {
    case 4:
      return name.startsWith('127.');
    case 6:
      return name === '::1' || name.startsWith('::ffff:127.');
    default:
      return name === 'localhost' || name.endsWith('.localhost');
  }
}
