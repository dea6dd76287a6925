import {
  getArgumentValues,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  isInterfaceType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** What an operation asks for, counted without running it. */
export interface Measures {
  /** Fields below one another. */
  readonly depth: number;
  readonly aliases: number;
  /** A field costs 1, a list its page size times what it holds. */
  readonly cost: number;
  /** Every `first`, as given. */
  readonly pages: readonly { readonly field: string; readonly first: number }[];
}

interface Weight {
  readonly depth: number;
  readonly cost: number;
}

/** A list without `first` is short (devices, rules); this stands for its length. */
const SHORT_LIST = 5;
const NOTHING: Weight = { depth: 0, cost: 0 };

/**
 * Measures a valid operation. Fragments are weighed once for each type that they are spread on, so that the time taken
 * grows with the document and not with what it expands to. Introspection is not weighed: graphql-js bounds it itself.
 */
export const measureOperation = (
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  pageSize: number,
): Measures => {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const weighed = new Map<string, Weight>();
  const pages: { field: string; first: number }[] = [];
  let aliases = 0;

  const ofSelections = (set: SelectionSetNode, parent: GraphQLNamedType | undefined): Weight => {
    let { depth, cost } = NOTHING;
    for (const selection of set.selections) {
      const weight =
        selection.kind === Kind.FIELD
          ? ofField(selection, parent)
          : selection.kind === Kind.FRAGMENT_SPREAD
            ? ofFragment(selection.name.value)
            : ofSelections(selection.selectionSet, typeNamed(selection.typeCondition?.name.value) ?? parent);
      depth = Math.max(depth, weight.depth);
      cost += weight.cost;
    }
    return { depth, cost };
  };

  const ofFragment = (name: string): Weight => {
    const before = weighed.get(name);
    if (before !== undefined) return before;
    const fragment = fragments.get(name);
    if (fragment === undefined) return NOTHING;
    // A fragment within itself is invalid; should one come here, it weighs nothing.
    weighed.set(name, NOTHING);
    const weight = ofSelections(fragment.selectionSet, typeNamed(fragment.typeCondition.name.value));
    weighed.set(name, weight);
    return weight;
  };

  const ofField = (node: FieldNode, parent: GraphQLNamedType | undefined): Weight => {
    if (node.alias !== undefined) aliases += 1;
    if (node.name.value.startsWith('__')) return NOTHING;
    const field = fieldOf(parent, node.name.value);
    const inner =
      node.selectionSet === undefined || field === undefined
        ? NOTHING
        : ofSelections(node.selectionSet, getNamedType(field.type));
    return {
      depth: 1 + inner.depth,
      cost: 1 + inner.cost * (field === undefined ? 1 : lengthOf(field, node, parent)),
    };
  };

  /** How many times over what the field holds is answered. */
  const lengthOf = (
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
    parent: GraphQLNamedType | undefined,
  ): number => {
    if (field.args.some(({ name }) => name === 'first')) {
      const { first } = argumentsOf(field, node);
      if (typeof first === 'number') pages.push({ field: field.name, first });
      return typeof first === 'number' ? Math.max(first, 0) : pageSize;
    }
    // The page was counted where it was asked for.
    if (parent?.name.endsWith('Connection') === true) return 1;
    return isCompositeType(getNamedType(field.type)) && holdsList(field.type) ? SHORT_LIST : 1;
  };

  const argumentsOf = (
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
  ): Readonly<Record<string, unknown>> => {
    try {
      return getArgumentValues(field, node, variables);
    } catch {
      // Of a wrong kind: execution says so.
      return {};
    }
  };

  const typeNamed = (name: string | undefined): GraphQLNamedType | undefined =>
    name === undefined ? undefined : schema.getType(name);

  const root = schema.getRootType(operation.operation);
  const weight = ofSelections(operation.selectionSet, root ?? undefined);
  return { ...weight, aliases, pages };
};

const fieldOf = (
  parent: GraphQLNamedType | undefined,
  name: string,
): GraphQLField<unknown, unknown> | undefined =>
  isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;

const holdsList = (type: GraphQLOutputType): boolean => isListType(getNullableType(type));
