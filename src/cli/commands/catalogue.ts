import type { Catalogue } from '../../domain/catalogue/catalogue.js';
import { behaviourText, type BehaviourAnswer } from '../catalogue/behaviour-text.js';
import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { CliFailure } from '../failure.js';
import { repeatable } from '../options/texts.js';
import { count } from '../show/words.js';
import { affectedCommand } from './catalogue-affected.js';
import { diffCommand } from './catalogue-diff.js';

/** `hopledger catalogue`: the facts about QEMU: as files, as the server has them, and whom they concern. */
export const catalogueCommand = (cli: Cli): CliCommand =>
  new CliCommand('catalogue')
    .description(
      'The facts about QEMU that answers rest on: as files, how they changed, and whom they concern',
    )
    .addCommand(checkCommand(cli))
    .addCommand(showCommand(cli))
    .addCommand(diffCommand(cli))
    .addCommand(affectedCommand(cli));

const checkCommand = (cli: Cli): CliCommand =>
  new CliCommand('check')
    .description('Check catalogue files: form, ranges, and that every rule always gives a value')
    .argument('[directories...]', 'directories that add to the bundled catalogue')
    .option('--json', 'print JSON')
    .examples('hopledger catalogue check', 'hopledger catalogue check ./our-behaviours')
    .action(async (directories: readonly string[], options: { json?: boolean }) => {
      const catalogue = await load(directories);
      const { revision, behaviours, machineTypes, pins } = catalogue;
      const counts = { behaviours: behaviours.length, machineTypes: machineTypes.size, pins: pins.length };
      if (options.json === true) cli.out.json({ revision, ...counts });
      else {
        cli.out.line(
          `${cli.out.style.good('sound')}: revision ${revision}, ${count(counts.behaviours, 'behaviour')}, ` +
            `${count(counts.machineTypes, 'machine type')}, ${count(counts.pins, 'pin')}`,
        );
      }
    });

const showCommand = (cli: Cli): CliCommand =>
  new CliCommand('show')
    .description('One behaviour, from the files: what differs where, and the property that sets it')
    .argument('<id>', 'such as pcie-err-unc-mask')
    .option('--add <directory>', 'a directory that adds to the bundled catalogue; again for each', repeatable)
    .option('--json', 'print JSON')
    .examples('hopledger catalogue show pcie-err-unc-mask')
    .action(async (id: string, options: { add?: readonly string[]; json?: boolean }) => {
      const catalogue = await load(options.add ?? []);
      const behaviour = catalogue.behaviours.find((one) => one.id === id);
      if (behaviour === undefined) {
        throw new CliFailure(`the catalogue has no behaviour ${id}`, {
          code: 'UNKNOWN_BEHAVIOUR',
          advice: `it has: ${catalogue.behaviours.map((one) => one.id).join(', ')}`,
        });
      }
      if (options.json === true) cli.out.json(behaviour);
      else for (const line of behaviourText(asAnswer(behaviour), cli.out)) cli.out.line(line);
    });

const load = async (directories: readonly string[]): Promise<Catalogue> => {
  const { BUNDLED_CATALOGUE, loadCatalogue } = await import('../../catalogue/load.js');
  return loadCatalogue([BUNDLED_CATALOGUE, ...directories]);
};

const asAnswer = (behaviour: Catalogue['behaviours'][number]): BehaviourAnswer => ({
  ...behaviour,
  knobs: behaviour.knobs.map(({ qomTypes, property, texts }) => ({
    qomTypes,
    property,
    texts: Object.entries(texts).map(([value, text]) => ({ value, text })),
  })),
});
