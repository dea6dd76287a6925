/** The API's words as a person reads them: `OLDER_TO_NEWER` is `older to newer`. */
export const words = (constant: string): string => constant.toLowerCase().replaceAll('_', ' ');

/** `2026-11-21 03:10:21Z`: UTC, to the second; `-` for none. */
export const when = (instant: string | null): string =>
  instant === null ? '-' : `${instant.slice(0, 10)} ${instant.slice(11, 19)}Z`;

export const count = (amount: number, one: string, many = `${one}s`): string =>
  `${amount.toLocaleString('en')} ${amount === 1 ? one : many}`;

/** `pci.1, pci.2 and 4 more`. */
export const listed = (names: readonly string[], most = 8): string => {
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
};
