import { HopledgerError } from '../errors.js';

/** Each role may do all that those before it may. */
export const ROLES = ['reader', 'recorder', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks. */
export interface Principal {
  readonly name: string;
  readonly role: Role;
  /** A recorder's token may be bound to the one host it reports for. */
  readonly host?: string;
}

/** Everyone, when no tokens file is set and only this machine can reach the port. */
export const LOCAL: Principal = Object.freeze({ name: 'local', role: 'admin' });

/** @throws HopledgerError FORBIDDEN when `principal` has less than `role` */
export function requireRole(principal: Principal, role: Role): void {
  if (ROLES.indexOf(principal.role) >= ROLES.indexOf(role)) return;
  throw new HopledgerError(
    'FORBIDDEN',
    `this needs the role ${role}; ${principal.name} is ${principal.role}`,
    {
      needs: role,
      has: principal.role,
    },
  );
}

/** @throws HopledgerError FORBIDDEN when the token is bound to another host */
export function requireHost(principal: Principal, host: string): void {
  if (principal.host === undefined || principal.host === host) return;
  throw new HopledgerError('FORBIDDEN', `${principal.name} reports for ${principal.host}, not for ${host}`, {
    needs: host,
    has: principal.host,
  });
}
