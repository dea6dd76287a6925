/** What the benchmarks over HTTP share: quantiles, and under which conditions they ran. */
import { cpus, loadavg, release } from 'node:os';

export const quantile = (numbers, q) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(q * (numbers.length - 1))] ?? Number.NaN;
export const median = (numbers) => quantile(numbers, 0.5);

/** Latencies of one round. */
export const latency = ({ latenciesMs, perSecond }) => ({
  p50Ms: quantile(latenciesMs, 0.5),
  p99Ms: quantile(latenciesMs, 0.99),
  perSecond,
});

/** Medians over rounds that ran in turn, and of the ratio within each round: what slows both down is in neither. */
export const compare = (rounds) => {
  const of = (side, name) => median(rounds.map((round) => round[side][name]));
  const ratio = (name) => median(rounds.map(({ hopledger, bare }) => hopledger[name] / bare[name]));
  const side = (name) => ({
    p50Ms: of(name, 'p50Ms'),
    p99Ms: of(name, 'p99Ms'),
    perSecond: Math.round(of(name, 'perSecond')),
  });
  return {
    hopledger: side('hopledger'),
    bare: side('bare'),
    ratio: { p50: ratio('p50Ms'), p99: ratio('p99Ms'), perSecond: ratio('perSecond') },
  };
};

export const conditions = () => ({
  node: process.version,
  cpu: `${cpus().length} × ${cpus()[0]?.model}`,
  kernel: release(),
  loadBefore: loadavg()[0],
});

/** One line a measurement, for people. */
export const table = (results) =>
  console.table(
    Object.fromEntries(
      Object.entries(results).map(([name, { hopledger, bare, ratio }]) => [
        name,
        {
          'p50 ms': hopledger.p50Ms.toFixed(2),
          'p99 ms': hopledger.p99Ms.toFixed(2),
          '1/s': hopledger.perSecond,
          'bare p50': bare.p50Ms.toFixed(2),
          'bare p99': bare.p99Ms.toFixed(2),
          'bare 1/s': bare.perSecond,
          'p50 ratio': ratio.p50.toFixed(1),
          'p99 ratio': ratio.p99.toFixed(1),
          '1/s ratio': ratio.perSecond.toFixed(3),
        },
      ]),
    ),
  );
