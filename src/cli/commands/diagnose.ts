import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { build, type BuildInput } from '../options/texts.js';

interface DiagnoseOptions {
  readonly build?: BuildInput;
  readonly json?: boolean;
}

/** `hopledger diagnose`: what a destination's words mean. Works without a server, with the bundled catalogue. */
export const diagnoseCommand = (cli: Cli): CliCommand =>
  new CliCommand('diagnose')
    .description(
      "What the words of a failed hop mean: a destination's log, or what virsh printed; reads the last MiB, needs no server",
    )
    .argument('[file]', 'a log, gzipped ones too; standard input when not given, or -')
    .option(
      '--build <version[:package]>',
      "the destination's QEMU: only properties that it has are advised",
      build,
    )
    .option('--json', 'print JSON')
    .examples(
      'hopledger diagnose /var/log/libvirt/qemu/web01.log',
      'virsh migrate --live web01 qemu+ssh://hostb/system 2>&1 | hopledger diagnose --build 10.0.13',
    )
    .action(async (file: string | undefined, { build: given, json }: DiagnoseOptions) => {
      const [{ loadCatalogue }, { diagnose }, { MAX_CHARS }, { readTail }, { openLog }] = await Promise.all([
        import('../../catalogue/load.js'),
        import('../../domain/diagnose/diagnose.js'),
        import('../../domain/diagnose/lines.js'),
        import('../diagnose/read-tail.js'),
        import('../import/open-log.js'),
      ]);
      const chunks = file === undefined || file === '-' ? cli.stdin : (await openLog(file)).chunks;
      const { text, firstLine } = await readTail(chunks, MAX_CHARS);
      if (firstLine > 1) cli.err.line(`reads from line ${firstLine} on`);
      const diagnosis = diagnose(text, loadCatalogue(), { build: given ?? null, firstLine });
      if (json === true) {
        const { presentDiagnosis } = await import('../../graphql/present/diagnosis.js');
        cli.out.json(presentDiagnosis(diagnosis));
        return;
      }
      const { showDiagnosis } = await import('../diagnose/diagnosis-text.js');
      showDiagnosis(cli.out, diagnosis);
    });
