import { HopledgerError } from '../../errors.js';
import { buildSchema } from '../../recording/commands/launch-schema.js';
import { parseInput } from '../../recording/commands/parse-input.js';
import type { PreflightTarget } from '../../views/queries/plan/preflight.js';
import type * as G from '../schema.generated.js';
import { toBuild } from './configuration.js';
import { bounded } from './filters.js';

/** Each is looked up, and each kind of them judged. */
const MOST_HOSTS = 500;

/** @throws HopledgerError BAD_INPUT when there are too many, or one is no name */
export const toHostNames = (field: string, names: readonly string[]): readonly string[] => {
  if (names.length > MOST_HOSTS)
    throw new HopledgerError('BAD_INPUT', `${field}: at most ${MOST_HOSTS} hosts, not ${names.length}`, {
      field,
    });
  for (const [index, name] of names.entries()) bounded(`${field}.${index}`, name);
  return names;
};

/** @throws HopledgerError BAD_INPUT */
export const toPreflightTarget = ({ build, hosts }: G.PreflightTarget): PreflightTarget => {
  const asked = toBuild(build);
  return {
    build: asked === null ? null : parseInput(buildSchema, asked, ['target', 'build']),
    hosts: toHostNames('target.hosts', hosts),
  };
};
