/** What the command ends with. Scripts rely on these: a number keeps its meaning. */
export const EXIT = {
  OK: 0,
  FAILED: 1,
  USAGE: 2,
  BLOCKED: 3,
  UNKNOWN: 4,
  UNREACHABLE: 5,
  CONFIG: 78,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For the reference and `hopledger help`. */
export const EXIT_CODES: readonly { readonly code: ExitCode; readonly when: string }[] = [
  { code: EXIT.OK, when: 'done; for `assess` also NEEDS_OVERRIDES and RISKY, which are printed' },
  { code: EXIT.FAILED, when: 'the server or a file said no; the message says what and why' },
  { code: EXIT.USAGE, when: 'the command line itself is wrong; nothing was sent' },
  {
    code: EXIT.BLOCKED,
    when: '`assess`, `assess-launch`: BLOCKED; `preflight`: for some guest; `drain`: a VM needs a cold boot; `route`: no way',
  },
  {
    code: EXIT.UNKNOWN,
    when: '`assess`, `assess-launch`: UNKNOWN, a needed fact is missing; `preflight`, `drain`: for some guest',
  },
  {
    code: EXIT.UNREACHABLE,
    when: 'no server answers there, or it is not ready; the same again may work later',
  },
  { code: EXIT.CONFIG, when: "`serve`, `config show`: the server's configuration is not valid" },
];
