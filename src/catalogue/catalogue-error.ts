/** One thing wrong with a catalogue file. */
export interface CatalogueFault {
  readonly file: string;
  /** Counted from 1; that of the nearest thing above when the field is missing. */
  readonly line: number;
  /** `rules[2].releases[0].from`; empty for the file as a whole. */
  readonly field: string;
  readonly message: string;
}

/** Carries every fault of all files at once: whoever writes a catalogue should not have to start us ten times. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';
  readonly code = 'BAD_CATALOGUE';
  constructor(readonly faults: readonly CatalogueFault[]) {
    super(['the catalogue is not valid:', ...faults.map((fault) => `  ${faultLine(fault)}`)].join('\n'));
  }
}

const faultLine = ({ file, line, field, message }: CatalogueFault): string =>
  `${file}:${line}: ${field === '' ? '' : `${field} `}${message}`;
