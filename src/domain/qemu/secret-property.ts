import type { GlobalProperty } from './device.js';

/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/**
 * A name of a property, option, attribute, element or variable that is likely to hold a secret, or to say which:
 * `password`, `password-secret`, `key-secret`, and the `osk` of an `isa-applesmc`. No migration stream has any of them.
 */
export const isSecretProperty = (name: string): boolean =>
  /passw|passphrase|secret|token|ticket|cookie|credential|private-?key|api-?key|(?:^|[._-])osk$/i.test(name);

/** Properties with their names, and without the values that are secret. */
export const redactProperties = (
  properties: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, isSecretProperty(name) ? REDACTED : value]),
  );

/** The same for a `-global`. */
export const redactGlobal = (global: GlobalProperty): GlobalProperty =>
  isSecretProperty(global.property) ? { ...global, value: REDACTED } : global;
