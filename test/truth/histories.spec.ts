import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../src/catalogue/load.js';
import { loadHistories, type History } from './history.js';
import { play, type Check } from './history-player.js';

/** Of the shipped 400: what was asked, and how often. */
const CHECKS = 12_679;

const catalogue = loadCatalogue();
const histories = loadHistories();
const played = histories.flatMap((history) => play(history, catalogue).map((check) => ({ history, check })));

const isUnknown = ({ predicted }: Check): boolean => predicted === 'unknown';
const label = ({ history, check }: (typeof played)[number]): string =>
  `${history.id} step ${check.step} ${check.what}: predicted ${check.predicted}, real ${check.real}`;

/** Devices the VM has by then, as the steps before gave or plugged them. */
const devicesBefore = (history: History, step: number): ReadonlySet<string> => {
  let ids = new Set<string>();
  for (const past of history.steps.slice(0, step)) {
    if (past.result !== 'ok') continue;
    if (past.devices !== undefined) ids = new Set(past.devices.map(({ id }) => id ?? ''));
    if (past.device?.['id'] !== undefined) ids.add(past.device['id']);
  }
  return ids;
};

describe('400 histories played on real QEMUs', () => {
  it('are predicted without one wrong outcome, register or queue size', () => {
    const wrong = played.filter(({ check }) => !isUnknown(check) && check.predicted !== check.real);
    expect(wrong.map(label)).toEqual([]);
    expect(histories).toHaveLength(400);
    expect(played).toHaveLength(CHECKS);
  });

  it('leave open only hops to which a device is added that nobody reported', () => {
    const open = played.filter(({ check }) => isUnknown(check));
    for (const { history, check } of open) {
      const before = devicesBefore(history, check.step);
      const added = (history.steps[check.step]?.devices ?? []).filter(({ id }) => !before.has(id ?? ''));
      expect({ at: `${history.id} step ${check.step}`, added: added.length > 0 }).toMatchObject({
        added: true,
      });
    }
    expect(open).toHaveLength(3);
  });

  it('cover starts that fail, refusals and loads, registers and queues', () => {
    const count = (matches: (check: Check) => boolean): number =>
      played.filter(({ check }) => matches(check)).length;
    const counts = {
      loads: count(({ real }) => real === 'loads'),
      refused: count(({ real }) => real === 'refused'),
      'does not start': count(({ real }) => real === 'does not start'),
      registers: count(({ what }) => what.startsWith('AER')),
      'queues in use': count(({ what }) => what.startsWith('queues') && what.endsWith('value')),
      'queues after a reset': count(({ what }) => what.startsWith('queues') && what.endsWith('latent')),
      unknown: count(isUnknown),
    };
    console.info(`${played.length} checks of ${histories.length} histories: ${JSON.stringify(counts)}`);
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(0);
  });
});
