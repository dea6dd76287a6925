import { loadCatalogue } from '../../src/catalogue/load.js';
import type { Behaviour } from '../../src/domain/catalogue/behaviour.js';
import { behaviourOf, type Catalogue } from '../../src/domain/catalogue/catalogue.js';

const bundled = loadCatalogue();

const bundledBehaviour = (id: string): Behaviour => {
  const found = behaviourOf(bundled, id);
  if (found === undefined) throw new Error(`the bundled catalogue has no ${id}`);
  return found;
};

/** PCIe AER mask: `plug`, off before 8.0, on for every machine type on 8.0.0, then by machine type. */
export const AER = bundledBehaviour('pcie-err-unc-mask');
/** Queues of 1024 entries: `negotiate`, of Debian's 10.0.13 alone. */
export const QUEUES = bundledBehaviour('virtio-queue-size-1024');

/** A catalogue of few behaviours, with the machine types of the bundled one: what others come later shows nowhere. */
export const catalogueOf = (...behaviours: readonly Behaviour[]): Catalogue => ({
  ...bundled,
  revision: 'of-few',
  behaviours,
});

/** The two that were measured on real QEMUs. */
export const MEASURED = catalogueOf(AER, QUEUES);
export const BUNDLED = bundled;

/** A behaviour made up for a test: a default per release, one property, equal values accepted. */
export const madeUp = (given: Partial<Behaviour> & Pick<Behaviour, 'id' | 'sticky'>): Behaviour => ({
  title: given.id,
  description: '',
  scope: 'device',
  machineTypes: null,
  ifUnknown: null,
  unmigratable: null,
  remedy: null,
  selector: [{ qomTypes: ['thing'], when: [] }],
  consequence: 'load-fails',
  values: ['old', 'new'],
  rules: [
    {
      id: 'before-9',
      releases: [{ toSeries: '8.2' }],
      package: null,
      machineVersions: { from: null, to: null },
      when: [],
      value: 'old',
      evidence: NOTED,
    },
    {
      id: 'since-9',
      releases: [],
      package: null,
      machineVersions: { from: null, to: null },
      when: [],
      value: 'new',
      evidence: NOTED,
    },
  ],
  reference: [{ machineVersions: { from: null, to: null }, value: 'old' }],
  knobs: [],
  acceptance: [],
  latent: null,
  observations: [],
  errorPatterns: [],
  introducedBy: [],
  fixedBy: [],
  links: [],
  evidence: NOTED,
  ...given,
});

export const NOTED = { grade: 'reported', note: 'made up' } as const;
