import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { createHash } from 'node:crypto';
import { HopledgerError } from '../../../errors.js';
import { BEFORE_ALL, type Place, type SavedStateRow } from '../../shape-reader.js';
import { VIEWS } from '../../token.js';
import type { Views, VmRow } from '../../views.js';

/** Guests in certain states: what a group of an answer stands for. */
export interface GuestsAsked {
  readonly states: readonly number[];
  /** Only of these hosts; null: all. */
  readonly on: readonly string[] | null;
  readonly first: number;
  readonly after: string | null;
}

export interface GuestPage<T> {
  readonly rows: readonly T[];
  readonly cursors: readonly string[];
  readonly hasNext: boolean;
}

/** Running VMs in these states. */
export class ListVmsInStates extends Query<GuestPage<VmRow>> {
  constructor(readonly asked: GuestsAsked) {
    super();
  }
}

@QueryHandler(ListVmsInStates)
export class ListVmsInStatesHandler implements IQueryHandler<ListVmsInStates> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}

  /** @throws HopledgerError BAD_CURSOR */
  async execute({ asked }: ListVmsInStates): Promise<GuestPage<VmRow>> {
    const { states, on, first, after } = asked;
    const found = this.views.shapes.vmsIn(states, on, placeOf(after, on), first + 1);
    const page = found.slice(0, first).flatMap(({ place, row }) => {
      const vm = this.views.vm(row);
      return vm === null ? [] : { place, vm };
    });
    return {
      rows: page.map(({ vm }) => vm),
      cursors: page.map(({ place }) => cursorAt(place, on)),
      hasNext: found.length > first,
    };
  }
}

/** Saved states that hold guests in these states. */
export class ListSavedInStates extends Query<GuestPage<SavedStateRow>> {
  constructor(readonly asked: GuestsAsked) {
    super();
  }
}

@QueryHandler(ListSavedInStates)
export class ListSavedInStatesHandler implements IQueryHandler<ListSavedInStates> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}

  /** @throws HopledgerError BAD_CURSOR */
  async execute({ asked }: ListSavedInStates): Promise<GuestPage<SavedStateRow>> {
    const { states, on, first, after } = asked;
    const found = this.views.shapes.savedIn(states, on, placeOf(after, on), first + 1);
    const page = found.slice(0, first);
    return {
      rows: page.map(({ row }) => row),
      cursors: page.map(({ place }) => cursorAt(place, on)),
      hasNext: found.length > first,
    };
  }
}

const FORM = /^1:([0-9a-f]{8}):(\d{1,15}):([0-9a-f-]{0,36}):(-?\d{1,9})$/;

/**
 * Guests of a history stand together, so a place is good in the list of any states. It is of the hosts asked about, for
 * whoever asks about others reads another list.
 */
const cursorAt = ({ history, uuid, ordinal }: Place, on: readonly string[] | null): string =>
  Buffer.from(`1:${fingerprint(on)}:${history}:${uuid}:${ordinal}`).toString('base64url');

const placeOf = (cursor: string | null, on: readonly string[] | null): Place => {
  if (cursor === null) return BEFORE_ALL;
  const [, hosts, history, uuid, ordinal] = FORM.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (uuid === undefined) throw new HopledgerError('BAD_CURSOR', 'not a cursor of this list');
  if (hosts !== fingerprint(on))
    throw new HopledgerError('BAD_CURSOR', 'the cursor belongs to a list of other hosts');
  return { history: Number(history), uuid, ordinal: Number(ordinal) };
};

const fingerprint = (on: readonly string[] | null): string =>
  createHash('sha256')
    .update(JSON.stringify(on?.toSorted() ?? null))
    .digest('hex')
    .slice(0, 8);
