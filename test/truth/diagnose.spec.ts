import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../src/catalogue/load.js';
import { deviceMeant } from '../../src/domain/diagnose/device-path.js';
import { diagnose } from '../../src/domain/diagnose/diagnose.js';
import type { Diagnosis, Finding } from '../../src/domain/diagnose/diagnosis.js';
import {
  configurationOf,
  errorOf,
  type GivenDevice,
  type History,
  type Step,
} from '../../src/truth/history.js';
import { loadHistories } from './observed.js';

const catalogue = loadCatalogue();

interface Failed {
  readonly at: string;
  readonly history: History;
  readonly index: number;
  readonly step: Step;
  readonly text: string;
  readonly diagnosis: Diagnosis;
}

const failed: readonly Failed[] = loadHistories().flatMap((history) =>
  history.steps.flatMap((step, index) => {
    const text = errorOf(step);
    if (text === null) return [];
    const at = `${history.id} step ${index} (${step.do} ${step.result ?? ''})`;
    return { at, history, index, step, text, diagnosis: diagnose(text, catalogue) };
  }),
);

/** How test/fixtures/hops/README.md tells failures apart, and what each is to come out as. */
const CLASSES: readonly {
  readonly words: RegExp;
  readonly as: string;
  readonly isSo: (finding: Finding) => boolean;
}[] = [
  {
    words: /i=0x10a /,
    as: 'the AER mask',
    isSo: ({ kind, register, explanations }) =>
      kind === 'config-space' &&
      register?.name === 'PCI_ERR_UNCOR_MASK' &&
      explanations.some(({ behaviour, carried }) => behaviour === 'pcie-err-unc-mask' && carried === 'on'),
  },
  {
    words: /vring\.num \d+ exceeds/,
    as: 'queue sizes',
    isSo: ({ kind, explanations }) =>
      kind === 'queue-size' &&
      explanations.some(
        ({ behaviour, carried }) => behaviour === 'virtio-queue-size-1024' && carried === '1024',
      ),
  },
  {
    words: /\.x-pcie-err-unc-mask' not found/,
    as: 'an override that the build does not have',
    isSo: ({ kind, property, explanations }) =>
      kind === 'property-unknown' &&
      property?.name === 'x-pcie-err-unc-mask' &&
      explanations.some(({ behaviour }) => behaviour === 'pcie-err-unc-mask'),
  },
  {
    words: /\.aer' not found/,
    as: 'a property newer than the build',
    isSo: ({ kind, property }) => kind === 'property-unknown' && property?.name === 'aer',
  },
  {
    words: /is not a valid device model name/,
    as: 'a device newer than the build',
    isSo: ({ kind, device }) => kind === 'device-model-unknown' && device?.qomTypes[0] === 'igb',
  },
  {
    words: /unsupported machine type/,
    as: 'a machine type newer than the build',
    isSo: ({ kind }) => kind === 'machine-type-unknown',
  },
  {
    words: /Unknown (?:savevm )?section or instance/,
    as: 'a device that the destination lacks',
    isSo: ({ kind, device }) => kind === 'section-unknown' && device?.path != null,
  },
  {
    words: /i=0x(?:6e|aa) .*w1cmask:19/,
    as: 'slot status',
    isSo: ({ kind, register }) => kind === 'config-space' && register?.name === 'PCI_EXP_SLTSTA',
  },
  {
    words: /State blocked by non-migratable device/,
    as: 'nvme',
    isSo: ({ kind, device }) => kind === 'not-migratable' && device?.stateName === 'nvme',
  },
];

describe(`${failed.length} failures of real QEMUs`, () => {
  it('are all explained, to the last line', () => {
    const open = failed.filter(
      ({ diagnosis }) =>
        diagnosis.findings.length !== 1 ||
        diagnosis.notUnderstood.length > 0 ||
        diagnosis.findings.some(({ kind }) => ['unknown', 'load-failed', 'device-state'].includes(kind)),
    );
    expect(open.map(({ at }) => at)).toEqual([]);
    expect(failed).toHaveLength(345);
  });

  it('come out in the class that their words tell', () => {
    const counts = new Map<string, number>();
    for (const { at, text, diagnosis } of failed) {
      const classes = CLASSES.filter(({ words }) => words.test(text));
      expect({ at, classes: classes.length }).toEqual({ at, classes: 1 });
      for (const { as, isSo } of classes) {
        expect({ at, as, isSo: diagnosis.findings.every(isSo) }).toEqual({ at, as, isSo: true });
        counts.set(as, (counts.get(as) ?? 0) + 1);
      }
    }
    expect(Object.fromEntries(counts)).toEqual({
      'the AER mask': 196,
      'an override that the build does not have': 53,
      'a property newer than the build': 29,
      'queue sizes': 25,
      nvme: 14,
      'a machine type newer than the build': 12,
      'a device newer than the build': 8,
      'a device that the destination lacks': 6,
      'slot status': 2,
    });
  });

  it('are told apart into those that did not start and those that refused', () => {
    const wrong = failed.filter(({ step, diagnosis: { findings } }) => {
      // A plug is refused by a process that runs; the same words end one that starts.
      if (step.do === 'plug') return false;
      const severity = step.result === 'does-not-start' ? 'does-not-start' : 'refused';
      return findings.some((finding) => finding.severity !== severity);
    });
    expect(wrong.map(({ at }) => at)).toEqual([]);
  });

  it('name a device that the VM has, by its place and type, and its register was tainted indeed', () => {
    let compared = 0;
    for (const { at, history, index, step, diagnosis } of failed) {
      const [finding] = diagnosis.findings;
      if (finding?.device == null || finding.register?.name !== 'PCI_ERR_UNCOR_MASK') continue;
      const configuration = configurationOf(history.machine, placed(step), [], null);
      const meant = deviceMeant(finding.device, configuration.devices);
      expect({ at, found: meant !== null }).toEqual({ at, found: true });
      const given = step.devices?.[configuration.devices.findIndex((device) => device === meant)];
      const seen = step.do === 'hop' ? lastRegister(history, index, given?.['id'] ?? '') : undefined;
      if (seen === undefined) continue;
      compared += 1;
      expect({ at, register: seen }).toEqual({ at, register: '0x02400000' });
    }
    expect(compared).toBeGreaterThan(100);
  });
});

/** QEMU puts a device that has no address of its own into the first slot: a port has no other. */
const placed = ({ devices = [] }: Step): readonly GivenDevice[] =>
  devices.map((device) =>
    device['addr'] !== undefined || /^pcie?\.0$/.test(device['bus'] ?? 'pci.0')
      ? device
      : { ...device, addr: '0x0' },
  );

/** As read after the last step before; undefined where the device's register cannot be read from inside. */
const lastRegister = (history: History, before: number, id: string): string | undefined =>
  history.steps.slice(0, before).findLast(({ observed }) => observed !== undefined)?.observed?.aer?.[id];
