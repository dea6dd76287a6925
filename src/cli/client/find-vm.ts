import { CliFailure } from '../failure.js';
import type { Client } from './client.js';
import { eachNode, type Page } from './pages.js';

const BY_NAME = /* GraphQL */ `
  query VmsByName($name: String!, $first: Int, $after: String) {
    vms(filter: { name: $name }, first: $first, after: $after) {
      nodes {
        uuid
        name
        state
        host
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

interface Named {
  readonly uuid: string;
  readonly name: string | null;
  readonly state: string;
  readonly host: string | null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isUuid = (text: string): boolean => UUID.test(text);

/** More bearers of one text than this are not listed. */
const MOST_LISTED = 20;

/**
 * A VM's UUID by itself or by the name that it has now.
 * @throws CliFailure when no VM, or more than one, has the name
 */
export const findVm = async (client: Client, uuidOrName: string): Promise<string> => {
  if (isUuid(uuidOrName)) return uuidOrName.toLowerCase();
  const similar: Named[] = [];
  const exact: Named[] = [];
  const read = async (page: object) =>
    (await client.query<{ vms: Page<Named> }>(BY_NAME, { name: uuidOrName, ...page })).vms;
  for await (const vm of eachNode(read)) {
    if (vm.name === uuidOrName) exact.push(vm);
    else if (similar.length < MOST_LISTED) similar.push(vm);
    if (exact.length > MOST_LISTED) break;
  }
  const [only, second] = exact;
  if (only !== undefined && second === undefined) return only.uuid;
  if (only !== undefined) {
    throw new CliFailure(
      `${exact.length > MOST_LISTED ? `over ${MOST_LISTED}` : exact.length} VMs are named ${uuidOrName}; give a UUID:\n${listed(exact)}`,
    );
  }
  throw new CliFailure(`no VM is named ${uuidOrName}`, {
    code: 'UNKNOWN_VM',
    advice:
      similar.length === 0
        ? '`hopledger vms` lists those that are known'
        : `names like it:\n${listed(similar)}`,
  });
};

const listed = (vms: readonly Named[]): string =>
  vms
    .slice(0, MOST_LISTED)
    .map(
      ({ uuid, name, state, host }) =>
        `  ${uuid}  ${name ?? '-'}  ${state.toLowerCase()}${host === null ? '' : ` on ${host}`}`,
    )
    .join('\n');
