import { z } from 'zod';
import type { Behaviour } from '../domain/catalogue/behaviour.js';
import { condition, toCondition } from './condition-schema.js';
import { contradictions } from './behaviour-contradictions.js';
import { patternFault } from './pattern.js';
import { machineVersions, releaseRange, toMachineVersions, toReleasePart } from './range-schema.js';

const text = z.string().min(1);
const name = z.string().regex(/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/, 'must be lower-case words joined by hyphens');
const qomType = z.string().regex(/^[\w.*,-]+$/, 'must be a QOM type, with * for any ending');
const pattern = text.superRefine((value, context) => {
  const message = patternFault(value);
  if (message !== null) context.addIssue({ code: 'custom', message });
});
export const evidence = z.strictObject({
  grade: z.enum(['measured', 'source', 'commit-message', 'documented', 'reported']),
  note: text,
});
export const commit = z.strictObject({
  hash: z.string().regex(/^[0-9a-f]{7,40}$/, 'must be a commit hash, 7 to 40 hex digits'),
  subject: text,
  release: text,
});

/** Keys that may be left out are `optional`; `toBehaviour` says what that means. */
const behaviourFields = {
  id: name,
  title: text,
  description: text,
  scope: z.enum(['device', 'machine']),
  machineTypes: z
    .strictObject({ families: z.array(text).min(1).optional(), versions: machineVersions.optional() })
    .optional(),
  selector: z
    .array(z.strictObject({ qomTypes: z.array(qomType).min(1), when: z.array(condition).optional() }))
    .optional(),
  sticky: z.enum(['process', 'chain', 'plug', 'boot', 'negotiate']),
  consequence: z.enum(['load-fails', 'guest-breaks', 'guest-visible']),
  values: z.array(text).min(1),
  rules: z
    .array(
      z.strictObject({
        id: name,
        releases: releaseRange.min(1).optional(),
        package: pattern.optional(),
        vendor: text.optional(),
        machineVersions: machineVersions.optional(),
        when: z.array(condition).optional(),
        value: text,
        evidence,
      }),
    )
    .min(1),
  ifUnknown: text.optional(),
  reference: z.array(z.strictObject({ machineVersions: machineVersions.optional(), value: text })),
  unmigratable: text.optional(),
  knobs: z
    .array(
      z.strictObject({
        qomTypes: z.array(qomType).min(1),
        abstractTypes: z.array(qomType).optional(),
        property: text,
        libvirtType: z.enum(['bool', 'unsigned', 'signed', 'string']),
        texts: z.record(text, text),
        settable: releaseRange.min(1),
        when: z.array(condition).optional(),
      }),
    )
    .optional(),
  acceptance: z.array(
    z.strictObject({
      carried: text,
      offered: text,
      releases: releaseRange.min(1).optional(),
      result: z.enum(['accept', 'fail', 'degrade']),
      documented: z.enum(['accept', 'fail']).optional(),
      evidence,
    }),
  ),
  latent: z.strictObject({ travelsInto: releaseRange.min(1), evidence }).optional(),
  observations: z
    .array(
      z.strictObject({ kind: z.enum(['property', 'register']), name: text, decode: z.record(text, text) }),
    )
    .optional(),
  errorPatterns: z.array(pattern).optional(),
  remedy: text.optional(),
  introducedBy: z.array(commit).optional(),
  fixedBy: z.array(commit).optional(),
  links: z.array(z.url({ protocol: /^https?$/, error: 'must be an address, as https://…' })).optional(),
  evidence,
};

const behaviourShape = z.strictObject(behaviourFields);
export type BehaviourFile = z.output<typeof behaviourShape>;

/** A behaviour's file, judged by itself. Not whether its rules are total: that takes all known releases. */
export const behaviourSchema = behaviourShape.superRefine((file, context) => {
  for (const { path, message } of contradictions(file))
    context.addIssue({ code: 'custom', message, path: [...path] });
});

/** The file as the domain knows it, with what was left out filled in. */
export const toBehaviour = (file: BehaviourFile): Behaviour => ({
  ...file,
  machineTypes:
    file.machineTypes === undefined
      ? null
      : {
          families: file.machineTypes.families ?? [],
          versions: toMachineVersions(file.machineTypes.versions),
        },
  selector: (file.selector ?? []).map(({ qomTypes, when }) => ({
    qomTypes,
    when: (when ?? []).map(toCondition),
  })),
  rules: file.rules.map((rule) => ({
    ...rule,
    releases: (rule.releases ?? []).map(toReleasePart),
    package: rule.package ?? null,
    machineVersions: toMachineVersions(rule.machineVersions),
    when: (rule.when ?? []).map(toCondition),
  })),
  ifUnknown: file.ifUnknown ?? null,
  reference: file.reference.map((rule) => ({
    ...rule,
    machineVersions: toMachineVersions(rule.machineVersions),
  })),
  unmigratable: file.unmigratable ?? null,
  knobs: (file.knobs ?? []).map((knob) => ({
    ...knob,
    abstractTypes: knob.abstractTypes ?? [],
    settable: knob.settable.map(toReleasePart),
    when: knob.when?.map(toCondition),
  })),
  acceptance: file.acceptance.map((entry) => ({
    ...entry,
    releases: (entry.releases ?? []).map(toReleasePart),
    documented: entry.documented ?? null,
  })),
  latent:
    file.latent === undefined
      ? null
      : { travelsInto: file.latent.travelsInto.map(toReleasePart), evidence: file.latent.evidence },
  observations: file.observations ?? [],
  errorPatterns: file.errorPatterns ?? [],
  remedy: file.remedy ?? null,
  introducedBy: file.introducedBy ?? [],
  fixedBy: file.fixedBy ?? [],
  links: file.links ?? [],
});
