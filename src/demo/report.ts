import type { Check, DerivedVm, HookAnswer, Played } from './play.js';

const WIDTHS = { number: 3, title: 40, recorded: 38, carries: 33, measured: 22 };
const cut = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);

export const heading = (): string => {
  const head = [
    cut('#', WIDTHS.number),
    cut('operation', WIDTHS.title),
    cut('recorded', WIDTHS.recorded),
    cut('carries now (pcie-err-unc-mask)', WIDTHS.carries),
    cut('measured', WIDTHS.measured),
    'agree',
  ].join('  ');
  return `${head}\n${'─'.repeat(head.length)}`;
};

/** One operation on one line. */
export const row = ({ operation, recorded, vm, checks }: Played): string =>
  [
    cut(String(operation.number), WIDTHS.number),
    cut(operation.title, WIDTHS.title),
    cut(counted(recorded), WIDTHS.recorded),
    cut(vm === null ? '' : carries(vm), WIDTHS.carries),
    cut(measured(checks), WIDTHS.measured),
    verdictOn(checks),
  ].join('  ');

/** The types of events, short enough for a column. */
const WORDS: Readonly<Record<string, string>> = {
  ProcessPrepared: 'prepared',
  ProcessStarted: 'started',
  VmLaunched: 'launched',
  VmAdopted: 'adopted',
  HopPrepared: 'hop',
  AdviceGiven: 'advice',
  HopStarted: 'incoming',
  HopCompleted: 'completed',
  HopFailed: 'failed',
  GuestReset: 'reset',
  DevicePlugged: 'plugged',
  StateSaved: 'saved',
  StateRestored: 'restored',
  VmStopped: 'stopped',
};

/** `prepared×2 started launched`. */
const counted = (types: readonly string[]): string => {
  const counts = new Map<string, number>();
  for (const type of types) {
    const word = WORDS[type] ?? type;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([type, count]) => (count === 1 ? type : `${type}×${count}`)).join(' ') || '–';
};

/** `vm1@hostb on: net0 pci.1 pci.2 pci.3`. */
const carries = (vm: DerivedVm): string => {
  const byValue = new Map<string, string[]>();
  for (const { node } of vm.carried.edges) {
    if (node.behaviourId !== 'pcie-err-unc-mask') continue;
    const value = node.value === null ? '?' : node.certainty === 'CERTAIN' ? node.value : `${node.value}?`;
    byValue.set(value, [...(byValue.get(value) ?? []), node.alias.replace('pci.', 'p')]);
  }
  const where = vm.current === null ? vm.state.toLowerCase() : `@${vm.current.host}`;
  return [
    `${vm.name ?? ''}${vm.current === null ? ' ' : ''}${where}`,
    ...[...byValue].map(([value, aliases]) => `${value}: ${aliases.join(' ')}`),
  ].join(' ');
};

const measured = (checks: readonly Check[]): string => {
  const registers = checks.filter(({ what }) => what !== 'runs on');
  if (registers.length === 0) return checks.map((check) => `runs ${check.measured}`).join('');
  const values = new Set(registers.map((check) => check.measured));
  if (values.size === 1) return `${[...values].join('')} ${registers.map(({ what }) => what).join(' ')}`;
  return registers.map(({ what, measured: value }) => `${what}=${value}`).join(' ');
};

const verdictOn = (checks: readonly Check[]): string => {
  if (checks.length === 0) return '–';
  const wrong = checks.filter(({ agrees }) => !agrees);
  return wrong.length === 0
    ? 'yes'
    : `NO: ${wrong.map(({ what, measured: real, derived }) => `${what} is ${real}, derived ${derived}`).join('; ')}`;
};

/** Every answer of the hook, the XML shown once for each different change of it. */
export const answersReport = (played: readonly Played[]): string => {
  const shown = new Map<string, number>();
  return played
    .flatMap(({ operation, answers }) =>
      answers.map((answer) => answerReport(operation.number, answer, shown)),
    )
    .join('\n');
};

const answerReport = (number: number, answer: HookAnswer, shown: Map<string, number>): string => {
  const line = `#${number} ${answer.host} ${answer.operation} begin → ${answer.verdict}, ${answer.answer}`;
  if (answer.answer === 'refused' || answer.verdict === 'UNKNOWN')
    return `${line}\n${indented(answer.message ?? '')}`;
  if (answer.xml === null || answer.xml === answer.given) return line;
  const change = changed(answer.given, answer.xml);
  const before = shown.get(change);
  if (before !== undefined) return `${line} (as for #${before})`;
  shown.set(change, number);
  return `${line}\n${indented(change)}`;
};

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n');

/** The lines put in (+) and taken out (-): the change is one block, so a common head and tail leave it. */
const changed = (before: string, after: string): string => {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const [first = '', ...rest] = now;
  const head = old[0] === first ? [] : [`- ${old[0] ?? ''}`, `+ ${first}`];
  const oldRest = old.slice(1);
  let start = 0;
  while (start < rest.length && rest[start] === oldRest[start]) start += 1;
  let end = 0;
  while (
    end < rest.length - start &&
    end < oldRest.length - start &&
    rest.at(-1 - end) === oldRest.at(-1 - end)
  )
    end += 1;
  return [
    ...head,
    ...oldRest.slice(start, oldRest.length - end).map((line) => `- ${line}`),
    ...rest.slice(start, rest.length - end).map((line) => `+ ${line}`),
  ].join('\n');
};

/** The last line, and whether all agrees. */
export const summary = (
  played: readonly Played[],
  seconds: number,
): { readonly text: string; readonly allAgree: boolean } => {
  const deliveries = played.flatMap(({ operation }) => operation.deliveries);
  const checks = played.flatMap((one) => one.checks);
  const registers = checks.filter(({ what }) => what !== 'runs on');
  const places = checks.filter(({ what }) => what === 'runs on');
  const agreeing = (list: readonly Check[]): string =>
    `${list.filter(({ agrees }) => agrees).length} of ${list.length}`;
  const rewritten = played
    .flatMap(({ answers }) => answers)
    .filter(({ answer }) => answer === 'rewritten').length;
  const text =
    `${played.length} operations, ${deliveries.filter(({ kind }) => kind === 'hook').length} hook calls, ` +
    `${deliveries.filter(({ kind }) => kind === 'event').length} event lines in ${seconds.toFixed(1)} s: ` +
    `${agreeing(registers)} registers agree, ${agreeing(places)} whereabouts agree, ${rewritten} hops given their overrides.`;
  return { text, allAgree: registers.length > 0 && checks.every(({ agrees }) => agrees) };
};
