/** What the server answers to one piece: `POST /v1/libvirt/logs` and `/v1/libvirt/events`. */
export interface PieceAnswer {
  readonly recorded: number;
  readonly repeated: number;
  readonly unreadable: readonly {
    readonly lineNumber: number;
    readonly text: string;
    readonly why: string;
  }[];
  readonly vms?: readonly string[];
  readonly skippedLines?: number;
  readonly ignored?: number;
  readonly unclaimed?: number;
  readonly position: string;
}

export interface Unreadable {
  readonly line: number;
  readonly text: string;
  readonly why: string;
}

/** What became of one file. */
export interface FileReport {
  readonly file: string;
  bytes: number;
  pieces: number;
  recorded: number;
  repeated: number;
  /** Lines that hold nothing to record. */
  skippedLines: number;
  /** Of event lines: kept until the host says which VM has this name. */
  unclaimed: number;
  readonly vms: Set<string>;
  /** The first {@link MOST_KEPT}; `unreadableCount` counts on. */
  readonly unreadable: Unreadable[];
  unreadableCount: number;
  /** Why the file, or the rest of it, was not sent. */
  error: string | null;
}

const MOST_KEPT = 1_000;

export const newFileReport = (file: string): FileReport => ({
  file,
  bytes: 0,
  pieces: 0,
  recorded: 0,
  repeated: 0,
  skippedLines: 0,
  unclaimed: 0,
  vms: new Set(),
  unreadable: [],
  unreadableCount: 0,
  error: null,
});

/** @param lineOf - of the file, for a line of the piece; null: a line that was told of with the piece before */
export const addAnswer = (
  report: FileReport,
  answer: PieceAnswer,
  lineOf: (line: number) => number | null,
): void => {
  report.pieces += 1;
  report.recorded += answer.recorded;
  report.repeated += answer.repeated;
  report.skippedLines += (answer.skippedLines ?? 0) + (answer.ignored ?? 0);
  report.unclaimed += answer.unclaimed ?? 0;
  for (const vm of answer.vms ?? []) report.vms.add(vm);
  for (const { lineNumber, text, why } of answer.unreadable) {
    const line = lineOf(lineNumber);
    if (line === null) continue;
    report.unreadableCount += 1;
    if (report.unreadable.length < MOST_KEPT) report.unreadable.push({ line, text, why });
  }
};

/** For `--json`. */
export const reportJson = (reports: readonly FileReport[]): object => ({
  files: reports.map((report) => ({ ...report, vms: [...report.vms].sort() })),
  ...totalsOf(reports),
});

export const totalsOf = (reports: readonly FileReport[]) => {
  const sum = (of: (report: FileReport) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  return {
    bytes: sum(({ bytes }) => bytes),
    recorded: sum(({ recorded }) => recorded),
    repeated: sum(({ repeated }) => repeated),
    skippedLines: sum(({ skippedLines }) => skippedLines),
    unclaimed: sum(({ unclaimed }) => unclaimed),
    unreadable: sum(({ unreadableCount }) => unreadableCount),
    vms: new Set(reports.flatMap(({ vms }) => [...vms])).size,
    failed: reports.filter(({ error }) => error !== null).length,
  };
};
