import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { behaviourOf } from '../../domain/catalogue/catalogue.js';
import type { Device } from '../../domain/qemu/device.js';
import { HopledgerError } from '../../errors.js';
import { VmReader } from '../../recording/vm-reader.js';

/** A value that can be read out of a running guest: a property by `qom-get`, a register of a device on the root bus. */
export type Question =
  | { readonly kind: 'property'; readonly alias: string; readonly name: string }
  | {
      readonly kind: 'register';
      readonly alias: string;
      readonly name: string;
      /** Of the device on bus 0 of PCI Express. */
      readonly slot: number;
      readonly function: number;
      /** In the device's configuration space. */
      readonly offset: number;
    };

/** What to read out of a VM that runs on a host, to compare with what was derived. */
export class AskQuestions extends Query<readonly Question[]> {
  constructor(
    readonly host: string,
    readonly uuid: string,
  ) {
    super();
  }
}

/** Where a register stands by what was measured: AER is the first extended capability of every device that has it. */
const OFFSETS: ReadonlyMap<string, number> = new Map([['PCI_ERR_UNCOR_MASK', 0x108]]);
const MAX_QUESTIONS = 500;

@QueryHandler(AskQuestions)
export class AskQuestionsHandler implements IQueryHandler<AskQuestions> {
  constructor(private readonly reader: VmReader) {}

  /** @throws HopledgerError UNKNOWN_VM when it is not known to run on the host */
  async execute({ host, uuid }: AskQuestions): Promise<readonly Question[]> {
    const answer = await this.reader.vm(uuid);
    const current = answer?.vm.current;
    if (answer == null || current?.host !== host)
      throw new HopledgerError('UNKNOWN_VM', `VM ${uuid} is not known to run on ${host}`, { uuid });
    const devices = new Map(
      (current.configuration?.devices ?? []).map((device) => [device.alias, device] as const),
    );
    const questions = new Map<string, Question>();
    for (const { alias, behaviour } of answer.vm.carried) {
      for (const { kind, name } of behaviourOf(this.reader.catalogue, behaviour)?.observations ?? []) {
        const question =
          kind === 'property' ? { kind, alias, name } : registerQuestion(name, devices.get(alias));
        if (question !== null) questions.set(`${kind} ${alias} ${name}`, question);
      }
    }
    return [...questions.values()].filter(isPlain).slice(0, MAX_QUESTIONS);
  }
}

const ADDRESS = /^0000:00:([0-9a-f]{2})\.([0-7])$/;

/** Behind a bridge the bus number is the firmware's choice, and a register there is not asked for. */
const registerQuestion = (name: string, device: Device | undefined): Question | null => {
  const offset = OFFSETS.get(name);
  const [, slot, fn] = ADDRESS.exec(device?.address ?? '') ?? [];
  if (offset === undefined || device === undefined || slot === undefined || fn === undefined) return null;
  return {
    kind: 'register',
    alias: device.alias,
    name,
    slot: Number.parseInt(slot, 16),
    function: Number(fn),
    offset,
  };
};

/** The kit refuses others as well. */
const isPlain = ({ alias, name }: Question): boolean =>
  /^[A-Za-z0-9_.-]{1,200}$/.test(alias) && /^[A-Za-z0-9_.-]{1,100}$/.test(name);

/** A line for the kit: `property net0 x-y`, `register pci.1 PCI_ERR_UNCOR_MASK 1 0 264`. */
export const questionLine = (question: Question): string =>
  question.kind === 'property'
    ? `property ${question.alias} ${question.name}`
    : `register ${question.alias} ${question.name} ${question.slot} ${question.function} ${question.offset}`;
