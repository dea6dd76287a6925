import { acceptance, type AcceptanceAnswer } from '../catalogue/acceptance.js';
import type { Behaviour } from '../catalogue/behaviour.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { Circumstances } from '../catalogue/condition.js';
import { overrideFor } from '../catalogue/override-for.js';
import { NOT_REPORTED } from '../catalogue/rule-value.js';
import { circumstancesOf, offeredValue, type ProcessOffer } from '../catalogue/offered.js';
import { buildLabel, type Build } from '../qemu/build.js';
import type { Device } from '../qemu/device.js';
import type { Override } from '../qemu/override.js';
import type { CarriedValue } from '../vm/carried.js';
import type { Reason } from './assessment.js';
import type { Finding } from './finding.js';

type Because = (kind: Reason['kind'], text: string, evidence?: Reason['evidence']) => Reason;

/** One value on one device: taken as offered, taken with an override, or not at all. */
export const judgeValue = (
  catalogue: Catalogue,
  behaviour: Behaviour,
  value: CarriedValue,
  device: Device,
  offer: ProcessOffer,
  build: Build,
): readonly Finding[] => {
  const offered = offeredValue(catalogue, behaviour, device, offer);
  const because: Because = (kind, text, evidence = behaviour.evidence) => ({
    kind,
    text: `${device.alias}: ${text}`,
    behaviour: behaviour.id,
    alias: device.alias,
    carried: value.value,
    offered: offered.value,
    certainty: value.certainty,
    evidence,
    latchedBy: value.because.eventId,
  });
  const where = circumstancesOf(device, offer);
  const may = value.value === null ? value.possible : [value.value];
  const answers = may.flatMap((carried) =>
    offered.possible.map((offers) => acceptance(behaviour, carried, offers, build)),
  );
  const doubts = doubtsOf(behaviour, value, offered.possible, build).map((text): Finding => ({
    reason: because('assumed', text),
    // Neither host reported what it hangs on: taken to be alike, as hosts are that nobody tells apart.
    verdict: value.because.ruleId === NOT_REPORTED && offered.ruleId === NOT_REPORTED ? 'SAFE' : 'RISKY',
  }));
  if (loads(answers)) {
    const kept = overrideTakenBy(catalogue, behaviour, may, device, build, where);
    return [...doubts, ...cautions(because, behaviour, answers, kept)];
  }
  const override = overrideTakenBy(catalogue, behaviour, may, device, build, where);
  const evidence = answers.find(({ result }) => result === 'fail')?.entry?.evidence ?? behaviour.evidence;
  if (value.value === null) return [unknownValue(because, behaviour, may, override, evidence)];
  const carries = `${behaviour.id} ${value.value}`;
  if (override !== null) {
    const text = `carries ${carries}; launch with ${override.property}=${override.value}`;
    return [
      ...doubts,
      { reason: because('needs-override', text, evidence), verdict: 'NEEDS_OVERRIDES', override },
    ];
  }
  return offered.value !== null && answers.every(({ result }) => result === 'fail')
    ? [refusal(because, carries, build, evidence)]
    : [openAcceptance(because, carries, build, evidence)];
};

const loads = (answers: readonly AcceptanceAnswer[]): boolean =>
  answers.length > 0 && answers.every(({ result }) => result === 'accept' || result === 'degrade');

/** What is to be said of a value that the destination will load. */
const cautions = (
  because: Because,
  behaviour: Behaviour,
  answers: readonly AcceptanceAnswer[],
  override: Override | null,
): readonly Finding[] => {
  const degraded = answers.find(({ result }) => result === 'degrade')?.entry;
  if (degraded != null) {
    const text = `${degraded.evidence.note} (${behaviour.id})`;
    const reason = because('degraded', text, degraded.evidence);
    return override === null
      ? [{ reason, verdict: 'RISKY' }]
      : [{ reason, verdict: 'NEEDS_OVERRIDES', override, loadsAnyway: true }];
  }
  const otherwise = answers.find(({ entry }) => entry?.documented === 'fail')?.entry;
  if (otherwise == null) return [];
  const text = `documented to fail, measured to load (${behaviour.id})`;
  return [{ reason: because('documented-otherwise', text, otherwise.evidence), verdict: 'RISKY' }];
};

const unknownValue = (
  because: Because,
  behaviour: Behaviour,
  may: readonly string[],
  override: Override | null,
  evidence: Reason['evidence'],
): Finding => {
  const hint = override === null ? '' : `; ${override.property}=${override.value} would be taken either way`;
  const text = `whether it carries ${behaviour.id} ${may.join(' or ')} is not known${hint}`;
  const cover = override === null ? {} : { cover: override };
  return { reason: because('value-unknown', text, evidence), verdict: 'UNKNOWN', ...cover };
};

const refusal = (because: Because, carries: string, build: Build, evidence: Reason['evidence']): Finding => {
  const text = `carries ${carries}, which ${buildLabel(build)} refuses, and no property there changes that`;
  return { reason: because('refused', text, evidence), verdict: 'BLOCKED' };
};

const openAcceptance = (
  because: Because,
  carries: string,
  build: Build,
  evidence: Reason['evidence'],
): Finding => {
  const text = `whether ${buildLabel(build)} takes ${carries} is not known`;
  return { reason: because('acceptance-unknown', text, evidence), verdict: 'UNKNOWN' };
};

/**
 * An assumed value is no harm where the destination takes every value alike; where it would refuse another, the
 * answer rests on the assumption and has to say so.
 */
const doubtsOf = (
  behaviour: Behaviour,
  value: CarriedValue,
  offered: readonly string[],
  build: Build,
): readonly string[] => {
  if (value.certainty !== 'assumed' || value.value === null) return [];
  const others = behaviour.values.filter((other) => other !== value.value);
  const refused = others.filter((other) =>
    offered.some((offers) => acceptance(behaviour, other, offers, build).result !== 'accept'),
  );
  return refused.length === 0 && value.value === value.reference
    ? []
    : [`carries ${behaviour.id} ${value.value} by assumption; it may be ${others.join(' or ')}`];
};

/** A setting that the destination can be given and that every value the VM may carry is taken with. */
const overrideTakenBy = (
  catalogue: Catalogue,
  behaviour: Behaviour,
  carried: readonly string[],
  device: Device,
  build: Build,
  where: Circumstances,
): Override | null => {
  for (const target of [...carried, ...behaviour.values]) {
    if (!carried.every((may) => acceptance(behaviour, may, target, build).result === 'accept')) continue;
    const override = overrideFor(catalogue, behaviour, device, target, build, where);
    if (override !== null) return override;
  }
  return null;
};
