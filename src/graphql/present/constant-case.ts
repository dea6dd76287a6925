/** `cold-boot` → `COLD_BOOT`: how the values of the domain are named in the schema. Exhaustive, since types carry it. */
export type ConstantCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Uppercase<Head>}_${ConstantCase<Tail>}`
  : Uppercase<S>;

export const constantCase = <S extends string>(value: S): ConstantCase<S> =>
  // The type says letter by letter what the line does.
  value.replaceAll('-', '_').toUpperCase() as ConstantCase<S>;

/** `COLD_BOOT` → `cold-boot`. */
export type KebabCase<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}-${KebabCase<Tail>}`
  : Lowercase<S>;

export const kebabCase = <S extends string>(name: S): KebabCase<S> =>
  name.replaceAll('_', '-').toLowerCase() as KebabCase<S>;
