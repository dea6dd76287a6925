import type { Screen } from '../screen.js';
import { harmless } from '../show/harmless.js';
import { listed, words } from '../show/words.js';
import { wrap } from '../show/wrap.js';
import type {
  Assessment,
  Destination,
  LaunchAdvice,
  Override,
  Reason,
  Rendered,
} from './assessment-answer.js';
import { inRendering } from './rendering.js';
import { verdictText } from './verdict.js';

/** Reasons beyond these are counted: a VM can have a thousand devices. `--json` has them all. */
const MOST_REASONS = 40;

export const showAssessment = (screen: Screen, subject: string, answer: Assessment): void => {
  const { from, destination } = answer;
  screen.line(verdictText(answer.verdict, screen.style));
  const source =
    from === null
      ? 'an unknown place'
      : placeText({ host: from.host, build: from.build ?? { label: 'build not known' } });
  fact(screen, 'hop', `${subject}, from ${source} to ${placeText(destination)}`);
  fact(
    screen,
    'kind',
    `${words(answer.class)}${answer.seedCase === null ? '' : ` (case ${answer.seedCase} of QEMU's compatibility page)`}; upstream ${TIERS[answer.tier] ?? words(answer.tier)}`,
  );
  if (answer.returnHop !== null) fact(screen, 'way back', words(answer.returnHop));
  if (answer.machineTypeEnds !== null)
    fact(screen, 'ends', `the machine type is gone in QEMU ${answer.machineTypeEnds}`);
  showReasons(screen, answer.reasons);
  showOverrides(screen, answer.overrides, answer.rendered);
  if (answer.removals.length > 0) {
    list(
      screen,
      'Take out of the launch (the destination does not know them)',
      answer.removals.map(({ alias, property }) => `${alias ?? '-global'}: ${property}`),
    );
  }
  list(screen, 'Way out', answer.wayOut);
  screen.line();
  screen.line(
    screen.style.dim(`computed from position ${answer.position} with catalogue ${answer.catalogueRevision}`),
  );
};

export const showLaunchAdvice = (screen: Screen, answer: LaunchAdvice): void => {
  screen.line(launchVerdict(screen, answer));
  fact(screen, 'launch', `on ${placeText(answer.destination)}`);
  list(
    screen,
    'Warnings',
    answer.warnings.map(({ text }) => text),
  );
  list(
    screen,
    'Leftovers in the definition',
    answer.leftovers.map(
      ({ alias, property, text, from }) => `${alias}: ${property}=${text} (${words(from)})`,
    ),
  );
  showOverrides(screen, answer.overrides, answer.rendered);
  screen.line();
  screen.line(screen.style.dim(`computed with catalogue ${answer.catalogueRevision}`));
};

const launchVerdict = (screen: Screen, { verdict }: LaunchAdvice): string => {
  const { style } = screen;
  if (verdict === 'SAFE') return `${style.bold(style.good(verdict))}  nothing to warn of`;
  if (verdict === 'BLOCKED') return `${style.bold(style.bad(verdict))}  it will not start there`;
  return `${style.bold(style.warn(verdict))}  it starts, but read the warnings first`;
};

const TIERS: Readonly<Record<string, string>> = {
  PROMISED: 'promises it',
  NOT_PROMISED: 'does not promise it',
  NONE: 'promises nothing for this machine type',
  UNKNOWN: 'cannot be asked: the source build is not known',
};

const placeText = ({ host, build }: Destination): string =>
  host === null ? build.label : `${host} (${build.label})`;

const fact = (screen: Screen, title: string, text: string): void => {
  const lines = wrap(harmless(text), Math.min(screen.width, 110), {
    first: `  ${title.padEnd(10)}`,
    indent: ' '.repeat(12),
  });
  for (const line of lines) screen.line(line);
};

const list = (screen: Screen, title: string, texts: readonly string[]): void => {
  if (texts.length === 0) return;
  screen.line();
  screen.line(screen.style.bold(title));
  for (const text of texts.slice(0, MOST_REASONS)) {
    for (const line of wrap(harmless(text), Math.min(screen.width, 110), { first: '  - ', indent: '    ' }))
      screen.line(line);
  }
  if (texts.length > MOST_REASONS)
    screen.line(`  … and ${texts.length - MOST_REASONS} more (--json has them all)`);
};

/** The same finding on several devices is one line. */
const showReasons = (screen: Screen, reasons: readonly Reason[]): void => {
  const devices = new Map<string, string[]>();
  for (const { alias, text, evidence, certainty } of reasons) {
    const sure = certainty === null || certainty === 'CERTAIN' ? [] : [words(certainty)];
    const grounds = [...(evidence === null ? [] : [words(evidence.grade)]), ...sure];
    const prefix = `${alias ?? ''}: `;
    const said = text.startsWith(prefix) ? text.slice(prefix.length) : text;
    const finding = grounds.length === 0 ? said : `${said} [${grounds.join(', ')}]`;
    devices.set(finding, [...(devices.get(finding) ?? []), ...(said === text ? [] : [alias ?? ''])]);
  }
  const lines = [...devices].map(([finding, on]) =>
    on.length === 0 ? finding : `${listed(on)}: ${finding}`,
  );
  list(screen, 'Reasons', lines);
};

const showOverrides = (screen: Screen, overrides: readonly Override[], rendered: Rendered): void => {
  if (overrides.length === 0) return;
  const devices = new Map<string, string[]>();
  for (const { alias, qomType, property, value } of overrides) {
    const what = `${property}=${value}`;
    devices.set(what, [
      ...(devices.get(what) ?? []),
      alias === null ? `-global ${qomType}` : `${alias} (${qomType})`,
    ]);
  }
  list(
    screen,
    'Launch it with',
    [...devices].map(([what, on]) => `${what} on ${listed(on, 40)}`),
  );
  const short = inRendering(rendered, 'global');
  screen.line(
    `  ${screen.style.dim(short === null ? 'for a tool: --render libvirt or --render device' : `in short: ${harmless(short)}`)}`,
  );
};
