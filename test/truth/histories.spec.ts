import { beforeAll, describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../src/catalogue/load.js';
import { play } from '../../src/truth/play.js';
import type { MissingOverride, Prediction } from '../../src/truth/prediction.js';
import { Tally, type Summary } from '../../src/truth/summary.js';
import { aliasOf, busesOf, type History, type Step } from '../../src/truth/history.js';
import { compareObserved, loadHistories, type Compared } from './observed.js';

/** Of the shipped 400: registers and queue sizes that were read. */
const READINGS = 11_220;

interface Told {
  readonly history: History;
  readonly step: Step;
  readonly prediction: Prediction;
}

describe('400 histories played on real QEMUs', () => {
  const told: Told[] = [];
  const readings: (Compared & { readonly at: string })[] = [];
  let summary: Summary;

  beforeAll(async () => {
    const catalogue = loadCatalogue();
    const tally = new Tally();
    for (const history of loadHistories()) {
      tally.history();
      for await (const played of play(history, catalogue)) {
        const step = history.steps[played.step];
        if (step === undefined) throw new Error('more steps played than there are');
        const at = `${history.id} step ${played.step}`;
        readings.push(...compareObserved(step, played).map((compared) => ({ at, ...compared })));
        if (played.prediction === null) continue;
        tally.add(played.prediction);
        told.push({ history, step, prediction: played.prediction });
      }
    }
    summary = tally.summary();
  }, 300_000);

  it('are predicted: every launch, hop and restore', () => {
    expect(
      summary.disagreements.map(({ history, step, predicted, real }) => [history, step, predicted, real]),
    ).toEqual([]);
    expect(summary).toMatchObject({ histories: 400, compared: 2139, agreed: 2139, missedFailures: 0 });
  });

  it('leave nothing unknown, and little that is called risky without failing', () => {
    const { verdicts, outcomes, successes, riskyOfSuccesses, unknown } = summary;
    console.info(JSON.stringify({ verdicts, outcomes, riskyOfSuccesses, unknown }));
    expect(unknown).toBe(0);
    expect(riskyOfSuccesses / successes).toBeLessThan(0.1);
  });

  it('leave in each device what was read out of it', () => {
    expect(readings.filter(({ derived, real }) => derived !== real)).toEqual([]);
    expect(readings).toHaveLength(READINGS);
  });

  it('a refused hop was taken, when it was tried again, with the overrides that were asked for', () => {
    const tried = told.flatMap((refused, index) => {
      const { prediction, step } = refused;
      if (prediction.predicted !== 'refused' || prediction.verdict !== 'NEEDS_OVERRIDES') return [];
      const again = told[index + 1];
      const same =
        again?.history === refused.history &&
        again.prediction.step === prediction.step + 1 &&
        again.prediction.real === 'ok' &&
        again.prediction.do === prediction.do &&
        JSON.stringify(again.step.to ?? again.step.build) === JSON.stringify(step.to ?? step.build);
      return same ? [{ refused, again }] : [];
    });
    for (const { refused, again } of tried) {
      const { history, step, overridesMissing } = refused.prediction;
      expect({ at: `${history} step ${step}`, without: lacking(again.step, overridesMissing) }).toEqual({
        at: `${history} step ${step}`,
        without: [],
      });
    }
    expect(tried.length).toBeGreaterThan(50);
  });
});

/** The overrides that a configuration gives neither on the device nor by a `-global` that reaches it. */
const lacking = (
  { devices = [], globals = [] }: Step,
  wanted: readonly MissingOverride[],
): readonly MissingOverride[] => {
  const buses = busesOf(devices);
  return wanted.filter(({ id, driver, property, value }) => {
    const device = devices.find((given) => given['id'] === id || aliasOf(given, buses) === id);
    const own = device?.[property];
    if (own !== undefined) return own !== value;
    const global = globals.findLast(
      (given) => given.property === property && [driver, 'pci-device'].includes(given.driver),
    );
    return global?.value !== value;
  });
};
