import { isSecretProperty, REDACTED } from '../../domain/qemu/secret-property.js';

/**
 * What somebody reports, without the values of device properties that hold secrets, in whatever form it names them:
 * `{osk: …}`, lists of `{name, value}`, `{property, value}`, an observation of one. All else as it was.
 */
export const withoutSecrets = (reported: unknown): unknown => {
  if (Array.isArray(reported)) return reported.map((item) => withoutSecrets(redactPair(item)));
  if (!isObject(reported)) return reported;
  const isValueSecret =
    namesSecret(reported, 'property', 'observed') || namesSecret(reported['what'], 'name');
  return Object.fromEntries(
    Object.entries(reported).map(([key, value]) => {
      const isSecret = isSecretProperty(key) || (isValueSecret && key === 'value');
      return [key, isSecret && value !== null ? REDACTED : withoutSecrets(value)];
    }),
  );
};

/** Only in a list: elsewhere a `name` is that of the VM. */
const redactPair = (item: unknown): unknown =>
  isObject(item) && namesSecret(item, 'name') && 'value' in item ? { ...item, value: REDACTED } : item;

const namesSecret = (value: unknown, ...keys: readonly string[]): boolean =>
  isObject(value) &&
  keys.some((key) => {
    const name = value[key];
    return typeof name === 'string' && isSecretProperty(name);
  });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
