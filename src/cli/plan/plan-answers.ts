import type { Destination, Override, Verdict } from '../assess/assessment-answer.js';
import { ServerRefused } from '../client/server-failure.js';
import type { Style } from '../style.js';

/** What the server says instead of an answer. */
export interface Refusal {
  readonly __typename: 'UnknownVm' | 'UnknownHost' | 'BadInput';
  readonly code: string;
  readonly message: string;
}

/** @throws ServerRefused when the server gave no answer of this type */
export const orRefused = <T extends { readonly __typename: string }>(
  answer: T | Refusal,
  wanted: T['__typename'],
): T => {
  if (answer.__typename === wanted) return answer as T;
  const { code, message } = answer as Refusal;
  throw new ServerRefused(code, message);
};

export interface CountAnswer {
  readonly verdict: Verdict;
  readonly vms: number;
  readonly savedStates: number;
}

export interface GroupAnswer {
  readonly id: string;
  readonly verdict: Verdict;
  readonly behaviourId: string | null;
  readonly text: string;
  readonly vmCount: number;
}

/** What must be changed in a launch. */
export interface Changes {
  readonly overrides: readonly Override[];
  readonly removals: readonly { readonly alias: string | null; readonly property: string }[];
}

export interface StepAnswer extends Changes {
  readonly destination: Destination;
  readonly instead: readonly string[];
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
}

/** `pci.1,net0: x-pcie-err-unc-mask=on`, devices with the same change together. */
export const changesText = ({ overrides, removals }: Changes): string => {
  const byChange = new Map<string, string[]>();
  const add = (change: string, alias: string | null): void => {
    byChange.set(change, [...(byChange.get(change) ?? []), alias ?? '-global']);
  };
  for (const { alias, property, value } of overrides) add(`${property}=${value}`, alias);
  for (const { alias, property } of removals) add(`without ${property}`, alias);
  return [...byChange].map(([change, aliases]) => `${aliases.join(',')}: ${change}`).join('; ');
};

export const markVerdict = (text: string, verdict: string, style: Style): string =>
  verdict === 'SAFE' ? style.good(text) : verdict === 'BLOCKED' ? style.bad(text) : style.warn(text);
