import { behaviourText, type BehaviourAnswer } from '../catalogue/behaviour-text.js';
import type { Cli } from '../cli.js';
import { openClient } from '../client/open-client.js';
import { eachNode, type Page } from '../client/pages.js';
import { CliCommand } from '../command.js';
import { CliFailure } from '../failure.js';
import { renderTable } from '../show/table.js';
import { VM_COLUMNS, type VmRow } from './vms.js';

const BEHAVIOUR = /* GraphQL */ `
  query Behaviour($id: ID!) {
    behaviour(id: $id) {
      id
      title
      description
      sticky
      consequence
      values
      knobs {
        qomTypes
        property
        texts {
          value
          text
        }
      }
      errorPatterns
      introducedBy {
        hash
        subject
        release
      }
      fixedBy {
        hash
        subject
        release
      }
      links
      evidence {
        grade
        note
      }
    }
  }
`;

const AFFECTED = /* GraphQL */ `
  query Affected($id: ID!, $first: Int, $after: String) {
    behaviour(id: $id) {
      affectedVms(first: $first, after: $after) {
        nodes {
          uuid
          name
          state
          host
          build
          machineType
          taints
          unknowns
          leftovers
          lastSeenAt
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`;

const MOST_SHOWN = 50;

/** `hopledger behaviour`: one behaviour, and who carries its taint. */
export const behaviourCommand = (cli: Cli): CliCommand =>
  new CliCommand('behaviour')
    .description(
      'One behaviour: what differs where, the property that sets it, and the VMs that are tainted with it',
    )
    .argument('<id>', 'such as pcie-err-unc-mask')
    .option('--json', 'print JSON')
    .examples('hopledger behaviour pcie-err-unc-mask')
    .action(async (id: string, options: { json?: boolean }, command: CliCommand) => {
      const client = openClient(cli, command);
      const { behaviour } = await client.query<{ behaviour: BehaviourAnswer | null }>(BEHAVIOUR, { id });
      if (behaviour === null) {
        throw new CliFailure(`the catalogue has no behaviour ${id}`, {
          code: 'UNKNOWN_BEHAVIOUR',
          advice: '`hopledger behaviours` lists them',
        });
      }
      const affected: VmRow[] = [];
      const read = async (page: object): Promise<Page<VmRow>> => {
        const answer = await client.query<{ behaviour: { affectedVms: Page<VmRow> } | null }>(AFFECTED, {
          id,
          ...page,
        });
        return (
          answer.behaviour?.affectedVms ?? { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } }
        );
      };
      const atMost = options.json === true ? Infinity : MOST_SHOWN;
      for await (const vm of eachNode(read, { atMost })) affected.push(vm);
      if (options.json === true) {
        cli.out.json({ ...behaviour, affectedVms: affected });
        return;
      }
      for (const line of behaviourText(behaviour, cli.out)) cli.out.line(line);
      cli.out.line();
      if (affected.length === 0) cli.out.line('no VM is known to be tainted with it');
      else for (const line of renderTable(VM_COLUMNS, affected, cli.out)) cli.out.line(line);
      if (affected.length === MOST_SHOWN)
        cli.err.line(`the first ${MOST_SHOWN}; all: hopledger vms --behaviour ${id} --all`);
    });
