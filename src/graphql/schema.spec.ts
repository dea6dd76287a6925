import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLNamedType,
} from 'graphql';
import 'reflect-metadata';
import { GraphqlModule } from './graphql.module.js';
import { SCALARS } from './scalars.js';
import { readSchemaText } from './schema-text.js';

const schema = buildSchema(readSchemaText());
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

/** Everything that can have a description, as `Type.field(argument)`. */
const described = (type: GraphQLNamedType): readonly (readonly [string, string | null | undefined])[] => {
  const whole = [[type.name, type.description]] as const;
  if (isEnumType(type))
    return [
      ...whole,
      ...type.getValues().map(({ name, description }) => [`${type.name}.${name}`, description] as const),
    ];
  if (isInputObjectType(type)) {
    return [
      ...whole,
      ...Object.values(type.getFields()).map(
        ({ name, description }) => [`${type.name}.${name}`, description] as const,
      ),
    ];
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return whole;
  return [
    ...whole,
    ...Object.values(type.getFields()).flatMap((field) => [
      [`${type.name}.${field.name}`, field.description] as const,
      ...field.args.map(
        ({ name, description }) => [`${type.name}.${field.name}(${name})`, description] as const,
      ),
    ]),
  ];
};

/** `Query.vm`, `Vm.hops`: what the resolver classes of the module answer, by Nest's own metadata. */
const resolved = (): ReadonlySet<string> => {
  // Nest keeps the providers of a module here.
  const providers = Reflect.getMetadata('providers', GraphqlModule) as readonly {
    readonly prototype: object;
  }[];
  const names = providers.flatMap((provider) => {
    const ofClass = Reflect.getMetadata('graphql:resolver_type', provider) as string | undefined;
    return Object.getOwnPropertyNames(provider.prototype).flatMap((method) => {
      const handler: unknown = Reflect.get(provider.prototype, method);
      if (typeof handler !== 'function') return [];
      const type = (Reflect.getMetadata('graphql:resolver_type', handler) as string | undefined) ?? ofClass;
      const name = Reflect.getMetadata('graphql:resolver_name', handler) as string | undefined;
      return name === undefined ? [] : [`${type ?? ''}.${name}`];
    });
  });
  return new Set(names);
};

describe('schema.graphql', () => {
  test('describes each type, field, argument and enum value', () => {
    const bare = types.flatMap(described).filter(([, description]) => (description ?? '').trim().length < 5);
    expect(bare.map(([name]) => name)).toEqual([]);
  });

  test('has a resolver for each root field and for each field that takes arguments', () => {
    const wanted = types.filter(isObjectType).flatMap((type) => {
      const isRoot = ['Query', 'Mutation', 'Subscription'].includes(type.name);
      return Object.values(type.getFields())
        .filter(({ args }) => isRoot || args.length > 0)
        .map(({ name }) => `${type.name}.${name}`);
    });
    const found = resolved();
    expect(wanted.filter((name) => !found.has(name))).toEqual([]);
    expect(wanted.length).toBeGreaterThan(50);
  });

  test('gives every page the same arguments', () => {
    for (const type of types.filter(isObjectType)) {
      for (const field of Object.values(type.getFields())) {
        if (!field.type.toString().includes('Connection')) continue;
        expect(field.args.map(({ name }) => name)).toEqual(expect.arrayContaining(['first', 'after']));
      }
    }
  });

  test('names no scalar that is not implemented', () => {
    const scalars = types
      .filter((type) => type.constructor.name === 'GraphQLScalarType')
      .map(({ name }) => name);
    expect(scalars.sort()).toEqual(Object.keys(SCALARS).sort());
  });
});
