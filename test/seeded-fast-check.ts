/**
 * What specs get for `fast-check`: the same cases in every run, so that a failure is one of the code. With
 * `HOPLEDGER_TEST_SEED=random`, or a number, other cases; fast-check prints the seed of what fails.
 */
import fc from '../node_modules/fast-check/lib/fast-check.js';

const SEED = 20_261_121;

const asked = process.env['HOPLEDGER_TEST_SEED'] ?? String(SEED);
if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked) });

// eslint-disable-next-line no-restricted-syntax -- it stands for fast-check, which is imported so
export default fc;
