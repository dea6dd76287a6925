import type { VmFilter } from '../../views/views.js';
import type { AsOf } from '../../recording/vm-reader.js';
import type { Position } from '../../ledger/port.js';
import { isFeedType, type FeedFilter } from '../../views/queries/event-feed.js';
import { HopledgerError } from '../../errors.js';
import { kebabCase } from '../present/constant-case.js';
import type * as G from '../schema.generated.js';

/** Longer than any host, build or name there is; a filter beyond it holds for nothing and is refused. */
const MAX_TEXT = 250;
const MAX_LIST = 30;

/** A field that is absent or null asks for nothing. */
export const toVmFilter = (given: G.VmFilter | null | undefined): VmFilter => {
  const { tainted, behaviour, host, build, machineType, name, states } = given ?? {};
  for (const [field, text] of Object.entries({ behaviour, host, build, machineType, name }))
    bounded(`filter.${field}`, text);
  boundedList('filter.states', states);
  return {
    ...(tainted == null ? {} : { tainted }),
    ...(behaviour == null ? {} : { behaviour }),
    ...(host == null ? {} : { host }),
    ...(build == null ? {} : { build }),
    ...(machineType == null ? {} : { machineType }),
    ...(name == null ? {} : { name }),
    ...(states == null ? {} : { states: states.map(kebabCase) }),
  };
};

export const toFeedFilter = (given: G.EventFilter | null | undefined): FeedFilter => {
  const { types, vm } = given ?? {};
  boundedList('filter.types', types);
  return {
    ...(types == null ? {} : { types: types.filter(isFeedType) }),
    ...(vm == null ? {} : { vm }),
  };
};

/** The schema says exactly one; graphql-js holds it to that, compiled queries do not. */
export const toAsOf = (given: G.AsOf | null | undefined): AsOf | null => {
  if (given == null) return null;
  const { position, time } = given;
  if (position != null && time == null) return { position: position as Position };
  if (time != null && position == null) return { time };
  throw new HopledgerError('BAD_INPUT', 'asOf: give either position or time', { field: 'asOf' });
};

/** @throws HopledgerError BAD_INPUT */
export const bounded = (field: string, text: string | null | undefined): void => {
  if (text != null && text.length > MAX_TEXT) {
    throw new HopledgerError('BAD_INPUT', `${field}: is over ${MAX_TEXT} characters`, { field });
  }
};

const boundedList = (field: string, list: readonly unknown[] | null | undefined): void => {
  if (list != null && list.length > MAX_LIST) {
    throw new HopledgerError('BAD_INPUT', `${field}: has over ${MAX_LIST} entries`, { field });
  }
};
