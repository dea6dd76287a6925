import { z } from 'zod';
import type { MessageType } from './message.js';

/** Null: too long for a message, see `truncated`. */
const list = <T extends z.ZodType>(entry: T) => z.array(entry).nullable();

/** What bodies hold, by type of message. `z.strictObject`, so that a test finds what no schema names. */
const build = z.strictObject({ version: z.string(), package: z.string().nullable() });
const verdict = z.enum(['SAFE', 'NEEDS_OVERRIDES', 'RISKY', 'BLOCKED', 'UNKNOWN']);
const certainty = z.enum(['certain', 'assumed', 'unknown']);
const evidence = z
  .strictObject({
    grade: z.enum(['measured', 'source', 'commit-message', 'documented', 'reported']),
    note: z.string().nullable(),
  })
  .describe('What the entry of the catalogue rests on.');
const time = z.string().describe('ISO 8601, UTC.');

const override = z
  .strictObject({
    alias: z.string().nullable().describe('The device, by libvirt alias or QEMU id; null: a -global.'),
    qomType: z.string(),
    property: z.string(),
    value: z.string().describe("In QEMU's text: on, off, 1024."),
    libvirtType: z.enum(['bool', 'unsigned', 'signed', 'string']),
  })
  .describe('An explicit property that a destination must be launched with.');
const removal = z
  .strictObject({ alias: z.string().nullable(), property: z.string() })
  .describe("An explicit property that must go: the destination's build does not know it.");
const rendered = z
  .strictObject({
    qemuGlobal: z.array(z.string()).describe("Arguments for QEMU's command line."),
    qemuDevice: z
      .array(z.strictObject({ alias: z.string(), addition: z.string() }))
      .describe('What to add to each -device.'),
    libvirtOverride: z.string().nullable().describe('<qemu:override>, libvirt 8.2 and later.'),
    libvirtCommandline: z.string().nullable().describe('<qemu:commandline>, for older ones.'),
    proxmoxArgs: z.string().nullable().describe('args: of Proxmox VE.'),
  })
  .nullable()
  .describe('All overrides as each tool takes them; null: too long for a message, see truncated.');
const overridesSaid = {
  overrides: list(override),
  removals: list(removal),
  rendered,
};
const reason = z
  .strictObject({
    kind: z.string(),
    text: z.string().nullable(),
    behaviour: z.string().nullable(),
    alias: z.string().nullable(),
    carried: z.string().nullable(),
    offered: z.string().nullable(),
    certainty: certainty.nullable(),
    evidence: evidence.nullable(),
    latchedBy: z.string().nullable().describe('Id of the event that latched the carried value.'),
  })
  .describe('Why the verdict is what it is.');
const need = z
  .strictObject({
    build,
    hosts: list(z.string()).describe('Hosts that run it and are alike; empty: none that reported.'),
    verdict,
    ...overridesSaid,
    why: list(reason),
    wayOut: list(z.string()),
  })
  .describe('What the guest needs to go there.');
const taint = z
  .strictObject({
    alias: z.string(),
    qomType: z.string().nullable(),
    behaviour: z.string(),
    title: z.string(),
    value: z.string().nullable().describe('What the guest carries; null: one of possible.'),
    possible: list(z.string()),
    reference: z.string().nullable().describe('What a correct build gives the machine type.'),
    latent: z.string().nullable().describe('What the next guest reset sets, where it is another value.'),
    certainty,
    heldBy: z.enum(['process', 'chain', 'plug', 'boot', 'negotiate']),
    consequence: z.enum(['load-fails', 'guest-breaks', 'guest-visible']),
    latched: z.strictObject({
      how: z.string(),
      event: z.string().nullable(),
      rule: z.string().nullable(),
      explicit: z.string().nullable(),
    }),
    evidence,
  })
  .describe('A carried value that differs from what a correct build gives.');
const end = z.strictObject({ host: z.string(), build: build.nullable() });
const hop = z.strictObject({
  id: z.string(),
  via: z.enum(['migration', 'restore']),
  outcome: z.enum(['prepared', 'in-flight', 'completed', 'unconfirmed', 'failed']),
  from: end.nullable(),
  to: end,
  startedAt: time,
  endedAt: time.nullable(),
  confirmedBy: list(z.enum(['source', 'destination'])),
  statistics: z
    .strictObject({
      totalMs: z.number().nullable(),
      downtimeMs: z.number().nullable(),
      transferredBytes: z.number().nullable(),
    })
    .nullable(),
  error: z.string().nullable().describe("The destination's words."),
  advice: z
    .strictObject({ event: z.string(), verdict, answer: z.string() })
    .nullable()
    .describe('What hopledger answered before it.'),
});
const ids = list(z.string()).describe('Ids of behaviours of the catalogue.');

const vm = z
  .strictObject({
    uuid: z.uuid(),
    name: z.string().nullable(),
    state: z.enum(['running', 'migrating', 'saved', 'stopped', 'unknown']),
    host: z.string().nullable(),
    build: build.nullable(),
    machineType: z.string().nullable(),
    labels: z.record(z.string(), z.string()).nullable(),
  })
  .describe('The VM as it is after the event.');
const truncated = z
  .strictObject({
    counts: z.record(z.string(), z.number()).describe('How long each was, by its path in data; 20 at most.'),
    see: z.string().describe('Where all of it is.'),
  })
  .optional()
  .describe('What is null, shorter or cut since the message was too long; left out: nothing is.');

const common = {
  position: z.string().describe("Of the event that this rests on, in the ledger's order."),
  event: z.string().describe('Its id.'),
  catalogueRevision: z.string(),
  truncated,
};

interface Described {
  readonly says: string;
  readonly data: z.ZodObject;
}

const ofVm = (says: string, shape: z.ZodRawShape): Described => ({
  says,
  data: z.strictObject({ ...common, vm, ...shape }),
});

/** Every type that is issued from the ledger; `endpoint.test` is made on request. */
export const BODIES: Readonly<Record<Exclude<MessageType, 'endpoint.test'>, Described>> = {
  'vm.tainted': ofVm('A guest carries a value that a correct build would not have given it.', {
    taints: list(taint).describe('New by this event.'),
    behaviours: ids,
    needs: list(need),
  }),
  'vm.cleared': ofVm('A guest no longer carries a taint.', {
    cleared: ids,
    behaviours: ids.describe('That it is still tainted with.'),
    by: z.enum(['power-off', 'cold-boot', 'other']),
    savedStates: list(z.string()).describe('Saved states that carry it still: a restore brings it back.'),
  }),
  'vm.overrides_changed': ofVm('The next hop needs other overrides than before.', {
    needs: list(need).describe('Those that changed.'),
  }),
  'vm.cold_boot_needed': ofVm('A taint that no override mends on any other build: only a cold boot does.', {
    behaviours: ids,
    taints: list(taint),
    needs: list(need).describe('That were tried.'),
  }),
  'vm.drift': ofVm('A value read out of the guest contradicts what was derived.', {
    drifts: list(
      z.strictObject({
        alias: z.string(),
        behaviour: z.string(),
        derived: z.string().nullable(),
        observed: z.string(),
        event: z.string(),
      }),
    ),
  }),
  'hop.advised': ofVm('hopledger answered before a hop.', {
    host: z.string(),
    build: build.nullable(),
    verdict,
    answer: z.enum(['unchanged', 'rewritten', 'refused', 'warned']),
    message: z.string().nullable(),
    ...overridesSaid,
  }),
  'hop.completed': ofVm('A guest arrived.', { hop }),
  'hop.failed': ofVm('A destination would not take a guest.', { hop }),
  'hop.unsafe': ofVm('A hop was made without what was advised, or without what the guest needed.', {
    hop,
    verdict: verdict.describe('Of the hop as it was made.'),
    why: list(reason),
    ignored: list(override).describe('Advised, and not there when the destination was launched.'),
    ...overridesSaid,
  }),
  'machine_type.ending': ofVm('The machine type of a guest is deprecated or will be gone.', {
    machineType: z.string(),
    build,
    text: z.string(),
    deprecatedFrom: z.string().nullable(),
    removedIn: z.string().nullable(),
  }),
  'catalogue.revised': {
    says: 'Answers rest on another catalogue from here on.',
    data: z.strictObject({
      ...common,
      vm: z.null(),
      revision: z.string(),
      previous: z.string().nullable(),
      diff: z.strictObject({
        added: ids,
        removed: ids,
        changed: list(z.strictObject({ id: z.string(), parts: list(z.string()) })),
        facts: list(z.strictObject({ kind: z.string(), before: z.number(), after: z.number() })),
      }),
      affected: z
        .record(z.string(), z.number())
        .nullable()
        .describe('VMs tainted with each behaviour that was added or changed; null: not counted.'),
    }),
  },
};

/** The CloudEvent around it. */
export const envelopeOf = (type: MessageType, data: z.ZodType) =>
  z.strictObject({
    specversion: z.literal('1.0'),
    id: z.uuid().describe('As webhook-id: the same however often it is sent.'),
    source: z.string(),
    type: z.literal(type),
    subject: z.string().describe('vm/<uuid>, or catalogue.'),
    time: time.describe('When what it tells of happened, by the clock of who attests to it.'),
    datacontenttype: z.literal('application/json'),
    dataschema: z.literal(schemaId(type)),
    data,
  });

export const schemaId = (type: MessageType): string => `urn:hopledger:webhook:${type}`;
