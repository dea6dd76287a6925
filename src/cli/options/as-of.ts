import { InvalidArgumentError } from 'commander';
import { instant } from './texts.js';

/** As the API takes it: one of the two. */
export type AsOf = { readonly position: string } | { readonly time: string };

/** A time is told from a position by its form; a position is opaque otherwise. */
export const asOf = (text: string): AsOf => {
  if (/^\d{4}-\d\d/.test(text)) return { time: instant(text) };
  if (!/^[\w.:+/=-]{1,200}$/.test(text)) throw new InvalidArgumentError('It must be a position or a time.');
  return { position: text };
};
