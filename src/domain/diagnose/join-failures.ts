import type { Failure } from './assemble.js';
import type { SourceLine } from './lines.js';

/** One failure, however often the text tells of it. */
export interface JoinedFailure extends Failure {
  readonly times: number;
}

/**
 * What a tool says of a load that failed (`operation failed: job 'migration in' failed: …`) is joined to what QEMU
 * said of the same load, before it or after it; the same failure again is counted.
 */
export const joinFailures = (failures: readonly Failure[]): readonly JoinedFailure[] => {
  const joined = new Map<string, { failure: Failure; lines: SourceLine[]; times: number }>();
  for (const failure of withoutEchoes(failures)) {
    const key = keyOf(failure);
    const before = joined.get(key);
    if (before === undefined) joined.set(key, { failure, lines: [...failure.lines], times: 1 });
    else {
      before.lines.push(...failure.lines);
      before.times += 1;
    }
  }
  return [...joined.values()].map(({ failure, lines, times }) => ({ ...failure, lines, times }));
};

const keyOf = ({ cause, section, errno }: Failure): string =>
  JSON.stringify([cause, section, errno], (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString(16) : value,
  );

/** It names no cause: only that a load failed, and perhaps in which section. */
const isEcho = ({ cause }: Failure): boolean => cause.kind === 'load-failed' || cause.kind === 'device-state';

const withoutEchoes = (failures: readonly Failure[]): readonly Failure[] => {
  const echoes = new Map<Failure, Failure[]>();
  const heard = new Set<Failure>();
  const pass = (inOrder: readonly Failure[]): void => {
    let told: Failure | undefined;
    for (const failure of inOrder) {
      if (!isEcho(failure)) {
        if (failure.cause.severity === 'refused') told = failure;
      } else if (told !== undefined && !heard.has(failure) && isEchoOf(failure, told)) {
        heard.add(failure);
        const others = echoes.get(told);
        if (others === undefined) echoes.set(told, [failure]);
        else others.push(failure);
      }
    }
  };
  pass(failures);
  pass(failures.toReversed());
  return failures
    .filter((failure) => !heard.has(failure))
    .map((failure) => withEchoes(failure, echoes.get(failure) ?? []));
};

const withEchoes = (failure: Failure, echoes: readonly Failure[]): Failure =>
  echoes.length === 0
    ? failure
    : {
        ...failure,
        section: failure.section ?? firstOf(echoes, ({ section }) => section),
        errno: failure.errno ?? firstOf(echoes, ({ errno }) => errno),
        lines: [failure, ...echoes].flatMap(({ lines }) => lines).sort((a, b) => a.number - b.number),
      };

const firstOf = (failures: readonly Failure[], fact: (failure: Failure) => string | null): string | null =>
  failures.map(fact).find((found) => found !== null) ?? null;

/** A tool may report much later than the log; QEMU speaks of the attempt at hand. */
const isEchoOf = (echo: Failure, told: Failure): boolean =>
  (echo.speaker === 'tool' || echo.attempt === told.attempt) &&
  (echo.errno === null || told.errno === null || echo.errno === told.errno) &&
  (echo.section === null || told.section === null || echo.section === told.section);
