/** A binary that could not be asked, or whose answers are not QEMU's or beyond any bound. */
export class ProbeFailed extends Error {
  override readonly name = 'ProbeFailed';
  readonly code = 'PROBE_FAILED';
  constructor(
    message: string,
    /** What it wrote to its standard error last; null when nothing. */
    readonly lastWords: string | null = null,
  ) {
    super(message);
  }
}
