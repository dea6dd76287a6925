import type { Screen } from '../screen.js';
import { bytes } from '../show/sizes.js';
import { harmless } from '../show/harmless.js';
import { count } from '../show/words.js';
import { totalsOf, type FileReport } from './import-report.js';

/** Lines that could not be read are listed up to here, over all files. `--json` has more. */
const MOST_LISTED = 50;

/** What was recorded, what was there already, and line by line what could not be read. */
export const showImport = (screen: Screen, reports: readonly FileReport[]): void => {
  const { style } = screen;
  const totals = totalsOf(reports);
  const vms = totals.vms === 0 ? '' : `, ${count(totals.vms, 'VM')}`;
  screen.line(
    `${style.bold(`${count(totals.recorded, 'event')} recorded`)}, ${totals.repeated.toLocaleString('en')} known before (${count(reports.length, 'file')}, ${bytes(totals.bytes)}${vms})`,
  );
  if (totals.unclaimed > 0) {
    screen.line(
      `${count(totals.unclaimed, 'event')} kept until something says which VM the name is of (import the logs, or install the hook)`,
    );
  }
  for (const { file, error } of reports)
    if (error !== null) screen.line(style.bad(`not sent: ${harmless(file)}: ${harmless(error)}`));
  if (totals.unreadable === 0) return;
  screen.line(style.warn(`${count(totals.unreadable, 'line')} could not be read:`));
  const lines = reports.flatMap(({ file, unreadable }) => unreadable.map((one) => ({ file, ...one })));
  for (const { file, line, why, text } of lines.slice(0, MOST_LISTED)) {
    screen.line(`  ${harmless(`${file}:${line}: ${why}${text === '' ? '' : `: ${text}`}`)}`);
  }
  if (totals.unreadable > MOST_LISTED)
    screen.line(`  … and ${(totals.unreadable - MOST_LISTED).toLocaleString('en')} more`);
};
