import type { Filter } from '../port.js';

export function passes(
  event: { readonly stream: string; readonly type: string },
  filter: Filter | undefined,
): boolean {
  return (
    event.stream.startsWith(filter?.streamPrefix ?? '') &&
    (filter?.types === undefined || filter.types.includes(event.type))
  );
}
