import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { diffCatalogues, type CatalogueDigests, type CatalogueDiff } from '../../domain/catalogue/digests.js';
import type { Cli } from '../cli.js';
import type { Client } from '../client/client.js';
import { openClient } from '../client/open-client.js';
import { CliCommand } from '../command.js';
import { CliFailure } from '../failure.js';
import { count } from '../show/words.js';

const IN_USE = /* GraphQL */ `
  query CatalogueInUse {
    catalogue {
      digests {
        revision
        behaviours
        facts
      }
      revisions(last: 2) {
        revision
        previous
      }
    }
  }
`;

const RECORDED = /* GraphQL */ `
  query CatalogueRecorded($revision: ID!) {
    catalogue {
      recorded(revision: $revision) {
        digests {
          revision
          behaviours
          facts
        }
      }
    }
  }
`;

interface InUse {
  readonly catalogue: {
    readonly digests: CatalogueDigests;
    readonly revisions: readonly { readonly revision: string; readonly previous: string | null }[];
  };
}

/** `hopledger catalogue diff`: what changed, behaviour by behaviour. */
export const diffCommand = (cli: Cli): CliCommand =>
  new CliCommand('diff')
    .description('What differs between two catalogues, behaviour by behaviour')
    .argument('[a]', "a directory, or a revision that was in use (default: the one before the server's)")
    .argument('[b]', "another (default: the server's)")
    .option('--json', 'print JSON')
    .examples(
      'hopledger catalogue diff',
      'hopledger catalogue diff ./our-behaviours',
      'hopledger catalogue diff ../old/src/catalogue/data ./src/catalogue/data',
    )
    .action(
      async (a: string | undefined, b: string | undefined, options: { json?: boolean }, self: CliCommand) => {
        const client = openClient(cli, self);
        const after = b === undefined ? await inUse(client) : await named(client, b);
        const before = a === undefined ? await previous(client) : await named(client, a);
        const diff = diffCatalogues(before, after);
        if (options.json === true)
          cli.out.json({ before: before?.revision ?? null, after: after.revision, ...diff });
        else show(cli, before, after, diff);
      },
    );

const inUse = async (client: Client): Promise<CatalogueDigests> =>
  (await client.query<InUse>(IN_USE)).catalogue.digests;

const previous = async (client: Client): Promise<CatalogueDigests | null> => {
  const { revisions } = (await client.query<InUse>(IN_USE)).catalogue;
  const before = revisions[0]?.previous ?? null;
  return before === null ? null : recorded(client, before);
};

const recorded = async (client: Client, revision: string): Promise<CatalogueDigests> => {
  interface Recorded {
    readonly catalogue: { readonly recorded: { readonly digests: CatalogueDigests } | null };
  }
  const found = (await client.query<Recorded>(RECORDED, { revision })).catalogue.recorded;
  if (found !== null) return found.digests;
  throw new CliFailure(`${revision} is no directory, and no revision of the catalogue that was ever in use`, {
    advice: '`hopledger catalogue diff` without arguments compares the last two',
  });
};

/** A directory with releases of its own is a whole catalogue; any other one adds to the bundled. */
const named = async (client: Client, name: string): Promise<CatalogueDigests> => {
  if (!existsSync(name)) return recorded(client, name);
  const { BUNDLED_CATALOGUE, loadCatalogue } = await import('../../catalogue/load.js');
  const { digestsOf } = await import('../../catalogue/digests.js');
  const isWhole = existsSync(join(name, 'releases.json'));
  return digestsOf(loadCatalogue(isWhole ? name : [BUNDLED_CATALOGUE, name]));
};

const show = (
  { out }: Cli,
  before: CatalogueDigests | null,
  after: CatalogueDigests,
  { added, removed, changed, facts }: CatalogueDiff,
): void => {
  const { style } = out;
  out.line(`${before?.revision ?? 'nothing'} → ${after.revision}`);
  for (const id of added) out.line(`${style.good('added')}    ${id}`);
  for (const id of removed) out.line(`${style.bad('removed')}  ${id}`);
  for (const { id, parts } of changed) out.line(`${style.warn('changed')}  ${id}: ${parts.join(', ')}`);
  for (const { kind, before: was, after: is } of facts)
    out.line(`facts    ${kind}: ${was === is ? count(is, 'entry', 'entries') : `${was} → ${is}`}`);
  if (added.length + removed.length + changed.length + facts.length === 0) out.line('nothing differs');
};
