import { GraphQLScalarType, Kind, valueFromASTUntyped, type ValueNode } from 'graphql';
import { HopledgerError } from '../errors.js';
import { isUuid } from '../recording/streams.js';

/** Text in a strict form: the same check for variables and for values in the query. Answers are written as they are. */
const textScalar = (name: string, form: string, read: (text: string) => string | null): GraphQLScalarType => {
  const parse = (value: unknown): string => {
    const result = typeof value === 'string' ? read(value) : null;
    if (result === null) throw new HopledgerError('BAD_INPUT', `${shown(value)} is not ${form}`);
    return result;
  };
  return new GraphQLScalarType({
    name,
    parseValue: parse,
    parseLiteral: (node: ValueNode) => parse(node.kind === Kind.STRING ? node.value : node.kind),
    serialize: String,
  });
};

/** Enough to know it again, never the whole of something large. */
const shown = (value: unknown): string =>
  (value === undefined ? 'nothing' : JSON.stringify(value)).slice(0, 60);

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;

/** To the millisecond, which is what events keep. Days that are none (31 June) are refused. */
const readInstant = (text: string): string | null => {
  if (!INSTANT.test(text)) return null;
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return null;
  const iso = at.toISOString();
  return iso.slice(0, 10) === text.slice(0, 10) ? iso : null;
};

const POSITION = /^[A-Za-z0-9:._-]{0,100}$/;

const json = new GraphQLScalarType({
  name: 'JSON',
  serialize: (value: unknown) => value,
  parseValue: (value: unknown) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

/** The scalars of schema.graphql, by name. */
export const SCALARS = {
  DateTime: textScalar('DateTime', 'an instant such as 2026-11-21T05:06:07Z', readInstant),
  Position: textScalar('Position', 'a position of this ledger', (text) =>
    POSITION.test(text) ? text : null,
  ),
  UUID: textScalar('UUID', 'a UUID', (text) => (isUuid(text.toLowerCase()) ? text.toLowerCase() : null)),
  Revision: textScalar('Revision', 'a revision', (text) => (/^\d{1,19}$/.test(text) ? text : null)),
  JSON: json,
};
