import type { Screen } from '../screen.js';
import { renderTable, type Column } from '../show/table.js';
import { harmless } from '../show/harmless.js';
import { count, when, words } from '../show/words.js';
import { alike, taintText, whyText } from './taint-text.js';
import { hopColumns } from './hop-table.js';
import type { BehaviourWords, Carried, Leftover, SavedState, VmAnswer, VmEvent } from './vm-answer.js';

/** `hopledger vm` for a person. */
export const showVm = (
  screen: Screen,
  vm: VmAnswer,
  behaviours: ReadonlyMap<string, BehaviourWords>,
): void => {
  const { style } = screen;
  const width = Math.min(screen.width, 110);
  const taints = vm.carried.filter(({ tainted }) => tainted === true);
  const doubts = vm.carried.filter(({ tainted }) => tainted === null);

  screen.line(`${style.bold(harmless(vm.name ?? '(no name)'))}  ${vm.uuid}`);
  for (const [title, text] of factsOf(vm)) screen.line(`  ${style.dim(title.padEnd(14))}${harmless(text)}`);

  const paragraphs = (values: readonly Carried[]): void => {
    for (const group of alike(values))
      for (const line of taintText(group, behaviours, { style, width })) screen.line(line);
  };
  heading(
    screen,
    'Taints',
    taints.length === 0 ? (vm.tainted === false ? style.good('none') : 'none that is known of') : '',
  );
  paragraphs(taints);
  if (doubts.length > 0) {
    heading(screen, 'Not known', '');
    paragraphs(doubts);
  }
  table(screen, 'Carries', CARRIED_COLUMNS, vm.carried);
  table(screen, 'Hops', hopColumns, vm.hops);
  table(screen, 'Saved states', SAVED_COLUMNS, vm.savedStates);
  table(
    screen,
    'Leftovers: overrides in its definition, which every later cold boot latches',
    LEFTOVER_COLUMNS,
    vm.leftovers,
  );
  if (vm.events !== undefined) table(screen, 'Events', VM_EVENT_COLUMNS, vm.events);
};

const factsOf = (vm: VmAnswer): readonly (readonly [string, string])[] => {
  const { current } = vm;
  const cycle = vm.powerCycles.find(({ id }) => id === current?.powerCycle) ?? vm.powerCycles.at(-1);
  const others = vm.names.filter((name) => name !== vm.name);
  const facts: [string, string][] = [
    [
      'state',
      `${words(vm.state)}${vm.tainted === true ? ', tainted' : vm.tainted === null ? ', taints not all known' : ', no taint'}`,
    ],
  ];
  if (others.length > 0) facts.push(['was named', others.join(', ')]);
  if (vm.labels.length > 0)
    facts.push(['labels', vm.labels.map(({ key, value }) => `${key}=${value}`).join(', ')]);
  if (current !== null) {
    facts.push([
      'host',
      `${current.host}, since ${when(current.openedAt)} (${ORIGINS[current.origin] ?? words(current.origin)})`,
    ]);
    facts.push([
      'build',
      `${current.build?.label ?? 'not known'}${current.buildCertainty === 'CERTAIN' ? '' : ` (${words(current.buildCertainty)})`}`,
    ]);
    const { configuration, machineType, kernel } = current;
    const accelerator = configuration?.accelerator == null ? '' : `, ${configuration.accelerator}`;
    facts.push(['machine type', `${machineType ?? 'not known'}${accelerator}`]);
    if (configuration === null) facts.push(['devices', 'not known']);
    if (configuration?.cpu != null)
      facts.push(['cpu', `${configuration.cpu.model ?? ''} (${configuration.cpu.mode})`.trim()]);
    if (kernel !== null) facts.push(['kernel', kernel]);
  }
  if (cycle !== undefined) facts.push(['power cycle', birthText(vm, cycle)]);
  facts.push(['last heard of', when(vm.lastSeenAt)]);
  facts.push(['as of', `revision ${vm.revision}, position ${vm.position}`]);
  return facts;
};

const ORIGINS: Readonly<Record<string, string>> = {
  COLD_BOOT: 'cold boot',
  HOP: 'came by a hop',
  RESTORE: 'restored from a saved state',
  ADOPTED: 'first seen while it ran',
};

const birthText = (vm: VmAnswer, cycle: VmAnswer['powerCycles'][number]): string => {
  const { current } = vm;
  const host =
    current?.id === cycle.id
      ? current.host
      : vm.hops.flatMap(({ from, to }) => [from, to]).find((end) => end?.process === cycle.id)?.host;
  const where = `${host === undefined ? '' : ` on ${host}`}${cycle.bornOn === null ? '' : `, on ${cycle.bornOn.label}`}`;
  const nth =
    vm.powerCycles.length > 1
      ? ` (number ${vm.powerCycles.indexOf(cycle) + 1} of ${vm.powerCycles.length})`
      : '';
  return cycle.birthSeen
    ? `born ${when(cycle.startedAt)}${where}${nth}`
    : `its birth was not seen; first seen ${when(cycle.startedAt)}${where}${nth}`;
};

const heading = (screen: Screen, title: string, rest: string): void => {
  screen.line();
  screen.line(`${screen.style.bold(title)}${rest === '' ? '' : `: ${rest}`}`);
};

const table = <Row>(
  screen: Screen,
  title: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): void => {
  if (rows.length === 0) return;
  heading(screen, title, '');
  const { style, width } = screen;
  for (const line of renderTable(columns, rows, { style, width: width - 2 })) screen.line(`  ${line}`);
};

const CARRIED_COLUMNS: readonly Column<Carried>[] = [
  { title: 'DEVICE', cell: ({ alias }) => alias, least: 8 },
  { title: 'TYPE', cell: ({ qomType }) => qomType ?? '-', least: 10, spare: 2 },
  { title: 'BEHAVIOUR', cell: ({ behaviourId }) => behaviourId, least: 18 },
  {
    title: 'VALUE',
    cell: ({ value, possible }) => value ?? `${possible.join('|')}?`,
    mark: (text, { tainted }, style) =>
      tainted === true ? style.bad(text) : tainted === null ? style.warn(text) : text,
    least: 5,
  },
  { title: 'CORRECT', cell: ({ reference }) => reference ?? '-', least: 5 },
  { title: 'CERTAINTY', cell: ({ certainty }) => words(certainty), spare: 3 },
  { title: 'WHY', cell: whyText, least: 28, spare: 1 },
];

const SAVED_COLUMNS: readonly Column<SavedState>[] = [
  { title: 'ID', cell: ({ id }) => id },
  { title: 'SAVED', cell: ({ savedAt }) => when(savedAt) },
  { title: 'HOST', cell: ({ host }) => host, least: 6 },
  { title: 'BUILD', cell: ({ build }) => build?.label ?? '-', least: 8, spare: 1 },
  {
    title: 'RESTORED',
    cell: ({ restoredBy }) => (restoredBy.length === 0 ? 'never' : count(restoredBy.length, 'time')),
  },
];

const LEFTOVER_COLUMNS: readonly Column<Leftover>[] = [
  { title: 'DEVICE', cell: ({ alias }) => alias, least: 8 },
  { title: 'OVERRIDE', cell: ({ property, text }) => `${property}=${text}`, least: 20 },
  { title: 'WHERE', cell: ({ from, host }) => `${words(from)}, on ${host}`, least: 10 },
  { title: 'AT', cell: ({ at }) => when(at), spare: 1 },
  { title: 'NOW', cell: ({ inEffect }) => (inEffect ? 'in effect' : 'past') },
];

const VM_EVENT_COLUMNS: readonly Column<VmEvent>[] = [
  { title: 'OCCURRED', cell: ({ occurredAt }) => when(occurredAt) },
  { title: 'EVENT', cell: ({ type }) => type },
  { title: 'HOST', cell: ({ host }) => host ?? '-', least: 6 },
  { title: 'BY', cell: ({ actor, tool }) => `${actor} (${tool})`, least: 8, spare: 1 },
  { title: 'ID', cell: ({ id }) => id, spare: 2 },
];
