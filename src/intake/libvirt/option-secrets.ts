import { isSecretProperty, REDACTED } from '../../domain/qemu/secret-property.js';

/** QEMU's own short names of the same: `data` of a secret object, `key` of an RBD image, `string` of a fw_cfg blob. */
const isSecretOption = (name: string): boolean =>
  isSecretProperty(name) || /^(?:[\w.-]*[.-])?(?:data|key|pass|string)$/i.test(name);

/**
 * A QEMU argument, kernel command line or image name without the secrets in it: values of telling options up to the
 * next comma (doubled commas are part of a value), JSON values, user and password of a URL.
 * Rather too much than too little; what tells nothing comes back as it was. Linear in the text's length.
 */
export const redactOptions = (text: string): string => {
  if (text.startsWith('{') || text.startsWith('[')) {
    const json = redactJson(text);
    if (json !== null) return json;
    // QEMU takes JSON in single quotes too; so does nothing here.
    if (text.startsWith('{') && (text.match(/[\w.-]+/g) ?? []).some(isSecretOption)) return REDACTED;
  }
  return redactUrls(redactPairs(text));
};

/** All of an option list but its `type`: the arguments of `-smbios` are nothing but identity. */
export const redactAllOptions = (text: string): string => {
  const type = /^type=\d+(?=,|$)/.exec(text)?.[0];
  return type === undefined ? REDACTED : text === type ? text : `${type},${REDACTED}`;
};

const LONGEST_NAME = 64;

const redactPairs = (text: string): string => {
  let written = '';
  let kept = 0;
  // `-global driver=isa-applesmc,property=osk,value=…`
  const property = /(?:^|,)property=([^,]*)/.exec(text)?.[1] ?? '';
  const isValueSecret = isSecretOption(property);
  for (let equals = text.indexOf('='); equals >= 0; equals = text.indexOf('=', Math.max(equals + 1, kept))) {
    const name = /[\w.-]*$/.exec(text.slice(Math.max(kept, equals - LONGEST_NAME), equals))?.[0] ?? '';
    if (!isSecretOption(name) && !(isValueSecret && name === 'value')) continue;
    written += `${text.slice(kept, equals)}=${REDACTED}`;
    kept = endOfValue(text, equals + 1);
  }
  return written + text.slice(kept);
};

const endOfValue = (text: string, start: number): number => {
  let comma = text.indexOf(',', start);
  while (comma >= 0 && text[comma + 1] === ',') comma = text.indexOf(',', comma + 2);
  return comma < 0 ? text.length : comma;
};

/** `iscsi://user%password@host` → `iscsi://[redacted]@host`. */
const redactUrls = (text: string): string => {
  let written = '';
  let kept = 0;
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', Math.max(at + 3, kept))) {
    const authority = at + '://'.length;
    const length = text.slice(authority).search(/[\s,]/);
    const end = length < 0 ? text.length : authority + length;
    // Within the authority alone: a search from its end back to the text's start would be quadratic over many URLs.
    const credentials = text.slice(authority, end).lastIndexOf('@');
    written += text.slice(kept, authority);
    kept = authority;
    if (credentials >= 0) {
      written += REDACTED;
      kept = authority + credentials;
    }
    written += text.slice(kept, end);
    kept = end;
  }
  return written + text.slice(kept);
};

/** In JSON's plainest spelling: a key that is there twice would hide its first value from the reader. Null: no JSON. */
const redactJson = (text: string): string | null => {
  try {
    return JSON.stringify(
      JSON.parse(text, (key, value: unknown) => {
        if (key !== '' && isSecretOption(key)) return REDACTED;
        return typeof value === 'string' ? redactUrls(redactPairs(value)) : value;
      }),
    );
  } catch {
    return null;
  }
};
