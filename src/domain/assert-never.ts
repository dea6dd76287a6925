/** The end of an exhaustive switch. Throws when data from outside the types gets there. */
export const assertNever = (value: never): never => {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
};
