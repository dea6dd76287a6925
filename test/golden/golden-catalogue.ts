import type { Behaviour } from '../../src/domain/catalogue/behaviour.js';
import type { Catalogue } from '../../src/domain/catalogue/catalogue.js';
import { AER_MASK } from '../domain/story.js';
import { madeUp, NOTED } from '../domain/known-catalogue.js';

const any = { from: null, to: null };
const rule = (id: string, releases: Behaviour['rules'][number]['releases'], value: string): Behaviour['rules'][number] => ({
  id,
  releases,
  package: null,
  machineVersions: any,
  when: [],
  value,
  evidence: NOTED,
});

/** Like the AER mask, and held still: what the catalogue learns later must not change what a golden log derives to. */
const MASK = madeUp({
  id: 'mask',
  sticky: 'plug',
  selector: [{ qomTypes: ['pcie-root-port', 'e1000e'], when: [] }],
  values: ['on', 'off'],
  rules: [rule('8.0.0', [{ series: '8.0', from: '8.0.0', to: '8.0.0' }], 'on'), rule('others', [], 'off')],
  reference: [{ machineVersions: any, value: 'off' }],
  knobs: [
    {
      qomTypes: ['pcie-root-port', 'e1000e'],
      abstractTypes: ['pci-device'],
      property: AER_MASK,
      libvirtType: 'bool',
      texts: { on: 'on', off: 'off' },
      settable: [{ fromSeries: '8.1' }],
    },
  ],
  observations: [{ kind: 'register', name: 'PCI_ERR_UNCOR_MASK', decode: { '0x02400000': 'on', '0x00000000': 'off' } }],
});

/** Like Debian's queue sizes. */
const QUEUE = madeUp({
  id: 'queue',
  sticky: 'negotiate',
  selector: [{ qomTypes: ['virtio-*-pci'], when: [] }],
  values: ['own', '1024'],
  rules: [rule('10.0.13', [{ series: '10.0', from: '10.0.13', to: '10.0.13' }], '1024'), rule('others', [], 'own')],
  reference: [{ machineVersions: any, value: 'own' }],
  latent: { travelsInto: [{ toSeries: '10.0' }], evidence: NOTED },
});

export const GOLDEN_CATALOGUE: Catalogue = {
  revision: 'golden',
  behaviours: [MASK, QUEUE],
  machineTypes: new Map(),
  vendorMachineTypes: new Map(),
  pins: [],
  releases: [],
  probedBuilds: [],
  deviceTypes: new Map(),
  knobRanges: [],
};
