/** Nominal typing for ids and numbers that must not be mixed up: a `Position` is no `EventId`. */
export type Brand<T, Name extends string> = T & { readonly __brand: Name };
