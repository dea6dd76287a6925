import { describe, expect, it } from '@jest/globals';
import { Q800, Q820, Story, time, mask, ON } from '../../../test/domain/story.js';
import type { HostReport } from '../host/report.js';

const onHost = (host: string, build: HostReport['builds'][number]): HostReport => ({
  host,
  builds: [build],
  libvirt: null,
  kernel: '6.1.0',
  vendor: null,
  machineTypes: null,
  cpu: null,
});

describe('the build of a process', () => {
  it('is the host’s own report of the time, when the start did not say', () => {
    const hosts = new Map([
      [
        'a',
        [
          { at: Date.parse(time(-100)), report: onHost('a', Q800) },
          { at: Date.parse(time(500)), report: onHost('a', Q820) },
        ],
      ],
    ]);
    const story = new Story();
    story.startHooks(0, 'a', null);
    expect(story.vm({ hosts }).current).toMatchObject({
      build: Q800,
      buildCertainty: 'certain',
      kernel: '6.1.0',
    });
    expect(mask(story.vm({ hosts }))).toEqual(ON);
  });

  it('is assumed, and its values with it, when the host first reported later: it may have been upgraded since', () => {
    const hosts = new Map([['a', [{ at: Date.parse(time(500)), report: onHost('a', Q820) }]]]);
    const story = new Story();
    story.startHooks(0, 'a', null);
    expect(story.vm({ hosts }).current).toMatchObject({ build: Q820, buildCertainty: 'assumed' });
    expect(mask(story.vm({ hosts }))).toEqual({ 'pci.1': '(off)', net0: '(off)' });
  });

  it('is assumed where the host has several: libvirt’s default is one of them', () => {
    const report = { ...onHost('a', Q820), builds: [Q820, Q800] };
    const hosts = new Map([['a', [{ at: Date.parse(time(-100)), report }]]]);
    const story = new Story();
    story.startHooks(0, 'a', null);
    expect(story.vm({ hosts }).current).toMatchObject({ build: Q820, buildCertainty: 'assumed' });
  });

  it('is unknown when nobody said', () => {
    const story = new Story();
    story.startHooks(0, 'a', null);
    expect(story.vm().current).toMatchObject({ build: null, buildCertainty: 'unknown' });
    expect(mask(story.vm())).toEqual({ 'pci.1': '?', net0: '?' });
  });
});
