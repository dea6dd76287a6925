/**
 * Writes src/graphql/schema.generated.ts from schema.graphql; with --check, says whether it is current.
 *
 * Objects, interfaces, inputs and arguments become readonly interfaces, unions and enums become unions. A field that
 * takes arguments, and any field of a root type, is answered by a resolver, so it may be left out of a parent value.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql';
import { format, resolveConfig } from 'prettier';

const SOURCE = 'schema.graphql';
const TARGET = 'src/graphql/schema.generated.ts';

const BUILT_IN = { Boolean: 'boolean', Float: 'number', ID: 'string', Int: 'number', String: 'string' };
/** Custom scalars are text in the resolvers, unless named here. */
const CUSTOM = { JSON: 'unknown' };

function comment(description) {
  if (!description) return '';
  const lines = description.replaceAll('*/', '*\\/').split('\n');
  return lines.length === 1
    ? `/** ${lines[0]} */\n`
    : `/**\n${lines.map((line) => ` * ${line}\n`).join('')} */\n`;
}

function typed(type) {
  if (isNonNullType(type)) return bare(type.ofType);
  return `${bare(type)} | null`;
}

function bare(type) {
  return isListType(type) ? `readonly (${typed(type.ofType)})[]` : (BUILT_IN[type.name] ?? type.name);
}

function property(field, isOptional) {
  return `${comment(field.description)}readonly ${field.name}${isOptional ? '?' : ''}: ${typed(field.type)};`;
}

/** An input with a default is always there; a nullable one without may be absent, which execution gives as undefined. */
function inputProperty(field) {
  const mayBeAbsent = !isNonNullType(field.type) && field.defaultValue === undefined;
  const type = mayBeAbsent ? `${typed(field.type)} | undefined` : typed(field.type);
  return `${comment(field.description)}readonly ${field.name}${mayBeAbsent ? '?' : ''}: ${type};`;
}

function declaration(type, schema) {
  const head = comment(type.description);
  if (isScalarType(type)) return `${head}export type ${type.name} = ${CUSTOM[type.name] ?? 'string'};`;
  if (isEnumType(type)) {
    return `${head}export type ${type.name} = ${type
      .getValues()
      .map((value) => `'${value.name}'`)
      .join(' | ')};`;
  }
  if (isUnionType(type)) {
    return `${head}export type ${type.name} = ${type
      .getTypes()
      .map((member) => member.name)
      .join(' | ')};`;
  }
  const fields = Object.values(type.getFields());
  if (isInputObjectType(type)) {
    return `${head}export interface ${type.name} {\n${fields.map(inputProperty).join('\n')}\n}`;
  }
  const isRoot = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(
    type,
  );
  const lines = fields.map((field) => property(field, isRoot || field.args.length > 0));
  // A union or an interface is resolved by this name.
  if (isObjectType(type) && !isRoot) {
    const isMember =
      type.getInterfaces().length > 0 || unionsOf(schema).some((union) => union.getTypes().includes(type));
    lines.unshift(`readonly __typename${isMember ? '' : '?'}: '${type.name}';`);
  }
  if (isInterfaceType(type)) lines.unshift('readonly __typename: string;');
  return `${head}export interface ${type.name} {\n${lines.join('\n')}\n}`;
}

function unionsOf(schema) {
  return Object.values(schema.getTypeMap()).filter(isUnionType);
}

/** `Query.vm(uuid: ID!)` → `QueryVmArgs`. */
function argumentsOf(type) {
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields())
    .filter((field) => field.args.length > 0)
    .map((field) => {
      const name = `${type.name}${field.name[0].toUpperCase()}${field.name.slice(1)}Args`;
      return `export interface ${name} {\n${field.args.map(inputProperty).join('\n')}\n}`;
    });
}

async function generate(sdl) {
  const schema = buildSchema(sdl);
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !BUILT_IN[type.name],
  );
  const text = [
    '/** Written by `npm run generate` from schema.graphql. Do not edit. */',
    ...types.flatMap((type) => [declaration(type, schema), ...argumentsOf(type)]),
  ].join('\n\n');
  return format(text, { ...(await resolveConfig(TARGET)), parser: 'typescript' });
}

if (!existsSync(SOURCE)) {
  console.log(`${SOURCE} is not there yet`);
} else {
  const text = await generate(readFileSync(SOURCE, 'utf8'));
  const current = existsSync(TARGET) ? readFileSync(TARGET, 'utf8') : undefined;
  if (text === current) {
    console.log(`${TARGET}: current`);
  } else if (process.argv.includes('--check')) {
    console.error(`${TARGET} is not what ${SOURCE} says: npm run generate`);
    process.exitCode = 1;
  } else {
    writeFileSync(TARGET, text);
    console.log(`${TARGET}: written`);
  }
}
