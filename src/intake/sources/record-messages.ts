import { Inject, Injectable } from '@nestjs/common';
import { HopledgerError } from '../../errors.js';
import { START, type Position } from '../../ledger/port.js';
import { answerOf } from '../../runtime/error-answer.js';
import type { Logger } from '../../runtime/logging.js';
import { LOGGER } from '../../runtime/provided.js';
import type { Message } from './messages.js';
import type { Understood } from './reading.js';
import { SourceRecorder, type Kept, type Sender } from './source-recorder.js';

/** What came of one message. */
export interface MessageOutcome {
  readonly index: number;
  readonly id: string | null;
  /** `waiting`: kept until some report says which VM it is of. `failed`: for a fault of this server's, and not its own. */
  readonly status: 'accepted' | 'repeated' | 'waiting' | 'ignored' | 'rejected' | 'failed';
  readonly eventIds: readonly string[];
  /** Of one that was rejected: from the table of error codes. */
  readonly code: string | null;
  /** Why it was rejected or ignored. */
  readonly message: string | null;
}

/** What came of a request. */
export interface MessagesOutcome {
  readonly items: readonly MessageOutcome[];
  readonly recorded: number;
  readonly repeated: number;
  readonly rejected: number;
  readonly position: Position;
}

/** VMs that are recorded side by side; of one VM, messages keep their order. */
const LANES = 8;

/** Records messages one by one: none is lost for another's fault. */
@Injectable()
export class MessageRecording {
  constructor(
    private readonly recorder: SourceRecorder,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * @param read - translates a message; throws HopledgerError when it cannot be understood
   * @throws what makes the whole request worth sending again (OVERLOADED, LEDGER_UNAVAILABLE); what was recorded until
   *   then is known as a repeat
   */
  async recordAll(
    messages: readonly Message[],
    read: (value: unknown) => Understood,
    sender: Sender,
  ): Promise<MessagesOutcome> {
    const translated = messages.map((message) => translate(message, read));
    const items: MessageOutcome[] = [];
    let [recorded, repeated, position]: [number, number, Position] = [0, 0, START];
    const work = async ({ message, understood, fault }: Translated): Promise<void> => {
      const place = { index: message.index, id: understood?.id ?? null };
      try {
        if (understood === null) throw fault;
        const { reading } = understood;
        const kept = await this.recorder.record(reading, sender);
        recorded += kept.recorded;
        repeated += kept.repeated;
        if (kept.position > position) ({ position } = kept);
        const why = reading.kind === 'ignored' ? reading.why : null;
        const status = statusOf(kept);
        items.push({ ...place, status, eventIds: kept.eventIds, code: null, message: why });
      } catch (error) {
        const { code, message: why, facts, http } = answerOf(error);
        if (code === 'INTERNAL') {
          this.logger.error({ err: error, message: place }, 'a message could not be recorded');
          items.push({ ...place, status: 'failed', eventIds: [], code, message: why });
          return;
        }
        if (http >= 500) throw error;
        await this.recorder.keepRefused(message, new HopledgerError(code, why, facts), sender);
        items.push({ ...place, status: 'rejected', eventIds: [], code, message: why });
      }
    };
    await inLanes(translated, work);
    const rejected = items.filter(({ status }) => status === 'rejected').length;
    return { items: items.toSorted((a, b) => a.index - b.index), recorded, repeated, rejected, position };
  }
}

const statusOf = ({ eventIds, recorded, unclaimed }: Kept): MessageOutcome['status'] => {
  if (eventIds.length === 0) return 'ignored';
  if (unclaimed > 0) return 'waiting';
  return recorded > 0 ? 'accepted' : 'repeated';
};

interface Translated {
  readonly message: Message;
  readonly understood: Understood | null;
  readonly fault: unknown;
}

const translate = (message: Message, read: (value: unknown) => Understood): Translated => {
  if (message.fault !== null) return { message, understood: null, fault: message.fault };
  try {
    return { message, understood: read(message.value), fault: null };
  } catch (fault) {
    return { message, understood: null, fault };
  }
};

/** Every message is tried, also when one fails: those after it are of other VMs. */
const inLanes = async (
  all: readonly Translated[],
  work: (one: Translated) => Promise<void>,
): Promise<void> => {
  const lanes = Array.from({ length: LANES }, (): Translated[] => []);
  for (const one of all) lanes[laneOf(one)]?.push(one);
  const ends = await Promise.allSettled(
    lanes.map(async (lane) => {
      for (const one of lane) await work(one);
    }),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
};

const laneOf = ({ understood }: Translated): number => {
  const reading = understood?.reading;
  if (reading === undefined || !('uuid' in reading)) return 0;
  return Number.parseInt(reading.uuid.slice(-2), 16) % LANES || 0;
};
