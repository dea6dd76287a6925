/** Operation and sub-operation as libvirt pairs them; its hook takes no others. */
const OPERATIONS = [
  'prepare begin',
  'start begin',
  'started begin',
  'stopped end',
  'release end',
  'migrate begin',
  'restore begin',
  'reconnect begin',
  'attach begin',
] as const;

export type HookOperation = (typeof OPERATIONS)[number];

export interface HookArguments {
  /** The VM's name on this host. */
  readonly name: string;
  readonly operation: HookOperation;
  /** `release` has its reason here; `-` where libvirt has nothing to say. */
  readonly extra: string;
}

/** The hook's arguments are not what libvirt passes: four strings, the first a VM's name. */
export class BadHookCall extends Error {
  readonly code = 'BAD_INPUT';

  constructor(readonly reason: string) {
    super(`bad hook call: ${reason}`);
  }

  override get name(): string {
    return 'BadHookCall';
  }
}

/** An operation that libvirt does not document; a libvirt newer than hopledger may have one. */
export class UnknownHookOperation extends Error {
  readonly code = 'UNKNOWN_HOOK_OPERATION';

  constructor(
    readonly operation: string,
    readonly subOperation: string,
  ) {
    super(
      `libvirt's qemu hook has no operation ${JSON.stringify(operation)} ${JSON.stringify(subOperation)}`,
    );
  }

  override get name(): string {
    return 'UnknownHookOperation';
  }
}

/** libvirt keeps a domain in a file of its name, and no file system has longer ones (bytes of UTF-8). */
const LONGEST_NAME_BYTES = 255;
/** The longest that libvirt passes is `from snapshot`. */
const LONGEST_WORD = 64;

/**
 * @throws {BadHookCall}
 * @throws {UnknownHookOperation}
 */
export const readHookArguments = (argv: readonly unknown[]): HookArguments => {
  if (argv.length !== 4 || !argv.every((argument) => typeof argument === 'string')) {
    throw new BadHookCall('not the four arguments: VM name, operation, sub-operation, extra');
  }
  const [name = '', operation = '', subOperation = '', extra = ''] = argv;
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (name === '' || Buffer.byteLength(name) > LONGEST_NAME_BYTES || /[\u0000-\u001f/]/.test(name)) {
    throw new BadHookCall(`the VM name is empty, longer than ${LONGEST_NAME_BYTES} bytes or not printable`);
  }
  if ([operation, subOperation, extra].some((word) => word.length > LONGEST_WORD)) {
    throw new BadHookCall(`an argument is longer than ${LONGEST_WORD} characters`);
  }
  const known = OPERATIONS.find((pair) => pair === `${operation} ${subOperation}`);
  if (known === undefined) throw new UnknownHookOperation(operation, subOperation);
  return { name, operation: known, extra };
};

/** True where libvirt takes the hook's standard output for the XML to go on with; empty output changes nothing. */
export const answersXml = (argv: readonly string[]): boolean =>
  (argv[1] === 'migrate' || argv[1] === 'restore') && argv[2] === 'begin';
