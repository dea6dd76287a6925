import { harmless } from '../show/harmless.js';
import { listed, when, words } from '../show/words.js';
import { wrap } from '../show/wrap.js';
import type { Style } from '../style.js';
import type { BehaviourWords, Carried } from './vm-answer.js';

/** What clears a value, by what holds it (docs: DOMAIN, "sticky"). */
const CLEARED_BY: Readonly<Record<string, string>> = {
  PROCESS: 'the next hop to a build without the fault',
  CHAIN: 'a power-off and a cold boot; until then every destination must repeat the value',
  PLUG: 'a power-off and a cold boot on a build without the fault, or unplugging the device; a reboot inside the guest clears nothing',
  BOOT: 'a power-off and a cold boot on a build without the fault; a reboot inside the guest clears nothing',
  NEGOTIATE: 'a reboot of the guest while it runs on a build without the fault',
};

const MATTERS: Readonly<Record<string, string>> = {
  LOAD_FAILS: 'a destination that offers another value refuses the guest',
  GUEST_BREAKS: 'a destination that offers another value loads the guest and breaks it',
  GUEST_VISIBLE: 'a destination that offers another value changes what the guest sees',
};

/** Values of one behaviour with the same story, whatever the device. */
export const alike = (values: readonly Carried[]): readonly (readonly Carried[])[] => {
  const groups = new Map<string, Carried[]>();
  for (const value of values) {
    const { behaviourId, reference, certainty, because } = value;
    const key = JSON.stringify([
      behaviourId,
      value.value,
      value.possible,
      value.latent,
      reference,
      certainty,
      because,
    ]);
    groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  return [...groups.values()];
};

/** One group of alike taints, or of values that may be one, in plain words. */
export const taintText = (
  group: readonly Carried[],
  behaviours: ReadonlyMap<string, BehaviourWords>,
  { style, width }: { readonly style: Style; readonly width: number },
): string[] => {
  const [first] = group;
  if (first === undefined) return [];
  const behaviour = behaviours.get(first.behaviourId);
  const isTaint = first.tainted === true;
  const mark = isTaint ? style.bad : style.warn;
  const lines = [
    `  ${mark(first.behaviourId)}${behaviour === undefined ? '' : `  ${style.dim(behaviour.title)}`}`,
    ...indented('on', devicesText(group), width),
    ...indented('carries', valueText(first), width),
    ...indented('why', whyText(first), width),
  ];
  if (behaviour !== undefined) {
    lines.push(...indented('matters', MATTERS[behaviour.consequence] ?? words(behaviour.consequence), width));
    lines.push(
      ...(isTaint
        ? indented('cleared by', CLEARED_BY[behaviour.sticky] ?? words(behaviour.sticky), width)
        : indented(
            'to know',
            "import the hosts' logs, assert its origin (hopledger record assert-origin), or read the value out of the guest (hopledger record observe)",
            width,
          )),
    );
  }
  return lines;
};

const indented = (title: string, text: string, width: number): string[] =>
  wrap(harmless(text), width, { first: `    ${title.padEnd(12)}`, indent: ' '.repeat(16) });

const devicesText = (group: readonly Carried[]): string => {
  const byType = new Map<string, string[]>();
  for (const { alias, qomType } of group) {
    const type = qomType ?? 'type unknown';
    byType.set(type, [...(byType.get(type) ?? []), alias]);
  }
  return [...byType]
    .map(([type, aliases]) =>
      aliases.length === 1 && aliases[0] === 'machine' ? 'the machine' : `${listed(aliases)} (${type})`,
    )
    .join('; ');
};

const valueText = ({ value, possible, reference, certainty, latent }: Carried): string => {
  const held = value ?? `${possible.join(' or ')}: it is not known which`;
  const correct = reference === null ? '' : `; a correct build gives ${reference}`;
  const sure = value === null || certainty === 'CERTAIN' ? '' : ` (${words(certainty)})`;
  const next = latent === null || latent === value ? '' : `; the next guest reset makes it ${latent}`;
  return `${held}${sure}${correct}${next}`;
};

const LATCHED: Readonly<Record<string, string>> = {
  COLD_BOOT: 'set at its cold boot',
  PLUG: 'set when the device was plugged',
  GUEST_RESET: 'set at a guest reset',
  PROCESS: 'of the process it runs in',
  OBSERVATION: 'read out of the guest',
  UNSEEN: 'nobody saw it being set',
};

/** What latched a value and on what ground, in a line. */
export const whyText = ({ because, drift }: Carried): string => {
  const how = LATCHED[because.how] ?? words(because.how);
  const at = because.at === null || because.how === 'UNSEEN' ? '' : `, ${when(because.at)}`;
  const ground =
    because.explicit !== null
      ? `, by ${because.explicit}`
      : because.ruleId === null
        ? ''
        : `, rule ${because.ruleId}`;
  const seen =
    drift === null ? '' : `; derived ${drift.derived ?? 'unknown'}, but observed ${drift.observed}`;
  return `${how}${at}${ground}${seen}`;
};
