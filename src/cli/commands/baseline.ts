import type { Cli } from '../cli.js';
import { openClient } from '../client/open-client.js';
import { CliCommand } from '../command.js';
import { CliFailure } from '../failure.js';
import { harmless } from '../show/harmless.js';
import { count } from '../show/words.js';

const BASELINE = /* GraphQL */ `
  query Baseline($hosts: [ID!]!) {
    featureBaseline(hosts: $hosts) {
      ... on FeatureBaseline {
        cpu
        devices {
          device
          features
        }
        hosts {
          host
          cpu {
            surplus
            qemu
            libvirt
          }
          devices {
            device
            surplus
            qemu
            libvirt
          }
        }
        warnings
      }
      ... on UnknownHost {
        host
      }
    }
  }
`;

interface Switched {
  readonly surplus: readonly string[];
  readonly qemu: string | null;
  readonly libvirt: string | null;
}
interface Baseline {
  readonly cpu: readonly string[] | null;
  readonly devices: readonly { readonly device: string; readonly features: readonly string[] }[];
  readonly hosts: readonly {
    readonly host: string;
    readonly cpu: Switched | null;
    readonly devices: readonly (Switched & { readonly device: string })[];
  }[];
  readonly warnings: readonly string[];
}

/** `hopledger baseline`: what hosts have in common, and what each switches off. */
export const baselineCommand = (cli: Cli): CliCommand =>
  new CliCommand('baseline')
    .description('CPU and device features that hosts have in common, and what each must switch off')
    .argument('<hosts...>', 'the names under which they report')
    .option('--libvirt', "print libvirt's XML instead of QEMU's arguments")
    .option('--json', 'print JSON')
    .examples('hopledger baseline hosta hostb', 'hopledger baseline hosta hostb hostc --libvirt')
    .action(async (hosts: readonly string[], options: BaselineOptions, command: CliCommand) => {
      const client = openClient(cli, command);
      const { featureBaseline } = await client.query<{ featureBaseline: Baseline | { host: string } }>(
        BASELINE,
        {
          hosts,
        },
      );
      if (!('hosts' in featureBaseline))
        throw new CliFailure(`no host ${featureBaseline.host} ever reported`, {
          code: 'UNKNOWN_HOST',
          advice: '`hopledger hosts` lists those that did',
        });
      if (options.json === true) cli.out.json(featureBaseline);
      else show(cli, featureBaseline, options.libvirt === true ? 'libvirt' : 'qemu');
    });

interface BaselineOptions {
  readonly libvirt?: boolean;
  readonly json?: boolean;
}

const show = ({ out }: Cli, { cpu, hosts, warnings }: Baseline, rendering: 'qemu' | 'libvirt'): void => {
  if (cpu !== null) out.line(`in common: ${count(cpu.length, 'CPU feature')}`);
  for (const { host, cpu: own, devices } of hosts) {
    out.line(out.style.bold(harmless(host)));
    for (const text of own?.[rendering]?.split('\n') ?? ['no CPU features were reported'])
      out.line(`  ${harmless(text)}`);
    for (const { device, surplus, [rendering]: text } of devices) {
      if (surplus.length === 0) continue;
      const lines = text?.split('\n') ?? [`switch off: ${surplus.join(', ')}`];
      out.line(`  ${out.style.dim(harmless(device))}`);
      for (const line of lines) out.line(`  ${harmless(line)}`);
    }
  }
  for (const warning of warnings) out.line(out.style.warn(harmless(warning)));
};
