import { HopledgerError } from '../errors.js';
import type { VmFilter } from './views.js';

/** A part of a name that is longer than any name matches nothing and costs a scan. */
export const MAX_NAME_PART = 256;
/** A page beyond this is a dump; follow the cursor. */
export const MAX_PAGE = 1_000;

/** SQL of a page, with its parameters in order. */
export interface PageQuery {
  readonly sql: string;
  readonly parameters: readonly (string | number)[];
}

/**
 * The rows of a filter after a UUID, in UUID order, one more than `first` so that the caller sees whether there are more.
 * Every filter but the name is served by an index; a name part is looked for row by row.
 *
 * @throws HopledgerError BAD_INPUT, PAGE_TOO_LARGE
 */
export const pageQuery = (filter: VmFilter, first: number, after: string): PageQuery => {
  if (!Number.isInteger(first) || first < 0)
    throw new HopledgerError('BAD_INPUT', `first must be a whole number, not ${first}`, { field: 'first' });
  if (first > MAX_PAGE)
    throw new HopledgerError('PAGE_TOO_LARGE', `first is ${first}, at most ${MAX_PAGE}`, {
      first,
      max: MAX_PAGE,
    });
  const { from, key, where, parameters } = clausesOf(filter);
  const sql = `SELECT vm.* FROM ${from} WHERE ${[`${key} > ?`, ...where].join(' AND ')} ORDER BY ${key} LIMIT ?`;
  return { sql, parameters: [after, ...parameters, first + 1] };
};

interface Clauses {
  readonly from: string;
  /** The column that the leading index ends in. */
  readonly key: string;
  readonly where: readonly string[];
  readonly parameters: readonly (string | number)[];
}

const clausesOf = (filter: VmFilter): Clauses => {
  const where: string[] = [];
  const parameters: (string | number)[] = [];
  const add = (clause: string, ...values: readonly (string | number)[]): void => {
    where.push(clause);
    parameters.push(...values);
  };
  const { behaviour, tainted, host, build, machineType, name, states } = filter;
  // Few VMs have a behaviour, so its index leads, and CROSS JOIN keeps SQLite from turning that round.
  const byBehaviour = behaviour !== undefined && tainted !== false;
  if (byBehaviour) add("b.uuid = vm.uuid AND b.behaviour = ? AND b.status = 'taint'", behaviour);
  else if (behaviour !== undefined)
    add(
      "NOT EXISTS (SELECT 1 FROM vm_behaviour WHERE behaviour = ? AND status = 'taint' AND uuid = vm.uuid)",
      behaviour,
    );
  else if (tainted !== undefined) add('vm.tainted = ?', tainted ? 1 : 0);
  if (host !== undefined) add('vm.host = ?', host);
  if (build !== undefined) add('vm.build = ?', build);
  if (machineType !== undefined) add('vm.machine_type = ?', machineType);
  const [state, ...others] = states ?? [];
  if (state !== undefined && others.length === 0) add('vm.state = ?', state);
  // The plus keeps several states from their index, which would have all their rows sorted for one page.
  else if (states !== undefined) add('+vm.state IN (SELECT value FROM json_each(?))', JSON.stringify(states));
  if (name !== undefined && name !== '') {
    if (name.length > MAX_NAME_PART)
      throw new HopledgerError('BAD_INPUT', `a name part has at most ${MAX_NAME_PART} characters`, {
        field: 'name',
      });
    // Not LIKE: it would take % and _ for patterns, and fold ASCII only.
    add('instr(vm.folded_name, ?) > 0', name.toLowerCase());
  }
  return byBehaviour
    ? { from: 'vm_behaviour b CROSS JOIN vm', key: 'b.uuid', where, parameters }
    : { from: 'vm', key: 'vm.uuid', where, parameters };
};
