import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { Q1002 } from '../../../test/domain/story.js';
import { eventsOf, noticesAlong, sample, storyOf } from '../../../test/sources/told-by-source.js';
import { understandKubevirt } from './understand.js';

const UUID = '5d307ca9-b3ef-428c-8861-06e72d69f223';

/** The sample, of a VMI whose UUID is known; its last hop as a server has it, with times. */
const instance = (status: Readonly<Record<string, unknown>> = {}) => {
  const object = parse(sample('kubevirt/vmi-status.yaml')) as {
    readonly status: Readonly<Record<string, unknown>> & { readonly migrationState: object };
  };
  const times = { startTimestamp: '2026-11-20T09:14:51Z', endTimestamp: '2026-11-20T09:14:55Z' };
  return {
    ...object,
    spec: { domain: { firmware: { uuid: UUID } } },
    status: { ...object.status, migrationState: { ...object.status.migrationState, ...times }, ...status },
  };
};
const BORN = { migrationState: null };
const migrated = () => ({
  ...(parse(sample('kubevirt/vmim-succeeded.yaml')) as object),
});

describe('the machine type of a VirtualMachineInstance', () => {
  it.each([
    ['a first boot', BORN, 'VmLaunched'],
    ['a guest that arrived', {}, 'VmAdopted'],
  ])('is told with %s, and nothing else of its configuration is', (_what, status, type) => {
    expect(eventsOf(understandKubevirt(instance(status)))).toEqual([
      {
        type,
        host: 'worker-03',
        name: 'erp_erp-db-01',
        build: null,
        configuration: null,
        kernel: null,
        machineType: 'pc-q35-rhel9.6.0',
      },
    ]);
  });

  it.each([
    [undefined],
    [null],
    [{}],
    [{ type: '' }],
    [{ type: 'q35 (default)' }],
    [{ type: 'x'.repeat(200) }],
  ])('is not told by %j, and the rest of the object is all the same', (machine) => {
    const [launched, ...more] = eventsOf(understandKubevirt(instance({ ...BORN, machine })));
    expect(more).toEqual([]);
    expect(launched).toMatchObject({ type: 'VmLaunched', host: 'worker-03' });
    expect(launched).not.toHaveProperty('machineType');
  });

  it('is known where the guest is, while its configuration stays unknown', () => {
    const { current } = storyOf(
      understandKubevirt(instance({ ...BORN, nodeName: 'worker-02' })),
      understandKubevirt(migrated()),
    ).vm();
    expect(current).toMatchObject({
      host: 'worker-03',
      toldMachineType: 'pc-q35-rhel9.6.0',
      configuration: null,
    });
  });

  it('is one process’s when it is told a second time, with more', () => {
    const story = storyOf(
      understandKubevirt(instance({ ...BORN, machine: null })),
      understandKubevirt(instance(BORN)),
    );
    expect(story.vm().processes).toMatchObject([
      { origin: 'cold-boot', toldMachineType: 'pc-q35-rhel9.6.0' },
    ]);
  });

  it('has its end told of, once for each process', () => {
    const story = storyOf(
      understandKubevirt(instance({ ...BORN, nodeName: 'worker-02', machine: { type: 'pc-q35-5.2' } })),
      understandKubevirt(migrated()),
    );
    const endings = noticesAlong(story, Q1002, 'worker-02', 'worker-03').filter(
      ({ type }) => type === 'machine_type.ending',
    );
    expect(endings.map(({ hosts }) => hosts)).toEqual([['worker-02'], ['worker-03']]);
    expect(endings[0]?.data).toMatchObject({
      machineType: 'pc-q35-5.2',
      text: 'pc-q35-5.2 is deprecated from 9.1, gone in 11.2',
    });
  });
});
