import { acceptance } from '../catalogue/acceptance.js';
import type { Behaviour } from '../catalogue/behaviour.js';
import { overrideFor } from '../catalogue/knob.js';
import { offeredValue, type ProcessOffer } from '../catalogue/offered.js';
import { buildLabel, type Build } from '../qemu/build.js';
import type { Device } from '../qemu/device.js';
import type { Override } from '../qemu/override.js';
import type { CarriedValue } from '../vm/carried.js';
import type { Reason } from './assessment.js';
import type { Finding } from './finding.js';

/** One value on one device: taken as offered, taken with an override, or not at all. */
export const judgeValue = (
  behaviour: Behaviour,
  value: CarriedValue,
  device: Device,
  offer: ProcessOffer,
  build: Build,
): readonly Finding[] => {
  const offered = offeredValue(behaviour, device, offer);
  const why = (
    kind: Reason['kind'],
    text: string,
    evidence: Reason['evidence'] = behaviour.evidence,
  ): Reason => ({
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
  const carriedMay = value.value === null ? value.possible : [value.value];
  const answers = carriedMay.flatMap((may) =>
    offered.possible.map((offers) => acceptance(behaviour, may, offers, build)),
  );
  const doubts: Finding[] =
    value.certainty === 'assumed' && carriedMay.some((may) => may !== value.reference)
      ? [
          {
            reason: why('assumed', `carries ${value.value ?? 'unknown'}, which rests on an assumption`),
            verdict: 'RISKY',
          },
        ]
      : [];
  if (answers.every(({ result }) => result === 'accept')) {
    const otherwise = answers.find(({ entry }) => entry?.documented === 'fail');
    return otherwise?.entry == null
      ? doubts
      : [
          ...doubts,
          {
            reason: why(
              'documented-otherwise',
              `documented to fail, measured to load (${behaviour.id})`,
              otherwise.entry.evidence,
            ),
            verdict: 'RISKY',
          },
        ];
  }
  if (answers.every(({ result }) => result === 'accept' || result === 'degrade')) {
    return [
      ...doubts,
      { reason: why('degraded', `loads, but ${behaviour.title.toLowerCase()} differs`), verdict: 'RISKY' },
    ];
  }
  const evidence = answers.find(({ result }) => result === 'fail')?.entry?.evidence ?? behaviour.evidence;
  const override = overrideTakenBy(behaviour, carriedMay, device, build);
  if (override !== null && value.value !== null) {
    const reason = why(
      'needs-override',
      `carries ${behaviour.id} ${value.value}; launch with ${override.property}=${override.value}`,
      evidence,
    );
    return [...doubts, { reason, verdict: 'NEEDS_OVERRIDES', override }];
  }
  if (value.value === null) {
    const hint =
      override === null ? '' : `; ${override.property}=${override.value} would be taken either way`;
    return [
      {
        reason: why(
          'value-unknown',
          `whether it carries ${behaviour.id} ${carriedMay.join(' or ')} is not known${hint}`,
          evidence,
        ),
        verdict: 'UNKNOWN',
      },
    ];
  }
  const refused = offered.value !== null && answers.every(({ result }) => result === 'fail');
  return refused
    ? [
        {
          reason: why(
            'refused',
            `carries ${behaviour.id} ${value.value}, which ${buildLabel(build)} refuses, and no property there changes that`,
            evidence,
          ),
          verdict: 'BLOCKED',
        },
      ]
    : [
        {
          reason: why(
            'acceptance-unknown',
            `whether ${buildLabel(build)} takes ${behaviour.id} ${value.value} is not known`,
            evidence,
          ),
          verdict: 'UNKNOWN',
        },
      ];
};

/** A setting that the destination can be given and that every value the VM may carry is taken with. */
const overrideTakenBy = (
  behaviour: Behaviour,
  carried: readonly string[],
  device: Device,
  build: Build,
): Override | null => {
  for (const target of [...carried, ...behaviour.values]) {
    if (!carried.every((may) => acceptance(behaviour, may, target, build).result === 'accept')) continue;
    const override = overrideFor(behaviour, device, target, build);
    if (override !== null) return override;
  }
  return null;
};
