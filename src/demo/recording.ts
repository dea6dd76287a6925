import { readFileSync } from 'node:fs';
import { z } from 'zod';

const perHost = <T extends z.ZodType>(value: T) => z.record(z.string(), value).readonly();
const host = z.string();
/** ISO 8601, UTC, to the millisecond. */
const time = z.iso.datetime({ precision: 3 });
const software = z.strictObject({ version: z.string(), package: z.string().nullable() }).readonly();

const hookCall = z
  .strictObject({
    kind: z.literal('hook'),
    at: time,
    host,
    /** After the path of the hook: domain, operation, sub-operation, extra. */
    argv: z.array(z.string()).readonly(),
    /** What stdin held; for {@link Recording.xml}. */
    xml: z.string(),
    /** Of the lab's hook. */
    exit: z.number(),
    /** What the lab's hook printed, for {@link Recording.xml}; null: nothing. */
    answered: z.string().nullable(),
  })
  .readonly();

const eventLines = z
  .strictObject({
    kind: z.literal('event'),
    at: time,
    host,
    /** One event as `virsh event --timestamp` printed it; `job-completed` has several lines. */
    lines: z.array(z.string()).readonly(),
  })
  .readonly();

const after = z
  .strictObject({
    /** As `virsh domstate --reason` says; null: the domain is not there. */
    domstate: perHost(z.string().nullable()),
    /** By host and alias: PCI_ERR_UNCOR_MASK, read out of the running guest. */
    registers: perHost(perHost(z.string())),
    overrideInLiveXml: perHost(z.boolean()),
    overrideInInactiveXml: perHost(z.boolean()),
    persistent: perHost(z.boolean()),
    /** `HOST/live` and `HOST/inactive` to what `virsh dumpxml` printed, for {@link Recording.xml}. */
    xml: perHost(z.string()),
  })
  .readonly();

const operation = z
  .strictObject({
    /** From 1. */
    number: z.number().int(),
    title: z.string(),
    /** Where it was asked for. */
    host,
    /** virsh's arguments; in parentheses, what was done without virsh. */
    command: z.string(),
    at: time,
    durationMs: z.number(),
    /** What `at` rests on; see README.md beside the data. */
    timing: z
      .strictObject({ basis: z.enum(['hooks', 'events', 'neighbours']), uncertaintyMs: z.number() })
      .readonly(),
    /** Exit status of virsh. */
    exit: z.number(),
    stderr: z.array(z.string()).readonly(),
    note: z.string().nullable(),
    /** What the hosts said, in the order of time. */
    deliveries: z.array(z.discriminatedUnion('kind', [hookCall, eventLines])).readonly(),
    after,
  })
  .readonly();

const content = z.strictObject({
  hosts: z
    .array(
      z
        .strictObject({ name: host, uuid: z.string(), libvirt: software, qemu: software, kernel: z.string() })
        .readonly(),
    )
    .readonly(),
  logs: z.array(z.strictObject({ host, domain: z.string(), file: z.string() }).readonly()).readonly(),
  operations: z.array(operation).readonly(),
});

export type RecordedHookCall = z.infer<typeof hookCall>;
export type RecordedEventLines = z.infer<typeof eventLines>;
export type RecordedDelivery = RecordedHookCall | RecordedEventLines;
export type RecordedOperation = z.infer<typeof operation>;

/** What three real libvirt hosts said during a series of operations. */
export interface Recording extends Readonly<z.infer<typeof content>> {
  /** The domain XML behind a reference of a delivery. */
  readonly xml: (reference: string) => string;
  /** The text of one of `logs`. */
  readonly log: (file: string) => string;
}

/** Loads the recording that lies beside this module, in src as in dist. */
export const loadRecording = (): Recording => {
  const data: unknown = JSON.parse(textOf('recording.json'));
  return {
    ...content.parse(data),
    xml: (reference) => textOf(`xml/${reference}`),
    log: (file) => textOf(`logs/${file}`),
  };
};

const textOf = (name: string): string =>
  readFileSync(new URL(`./recording/${name}`, import.meta.url), 'utf8');
