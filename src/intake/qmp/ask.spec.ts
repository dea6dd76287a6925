import { describe, expect, it } from '@jest/globals';
import { scriptedQemu, type Script } from '../../../test/qmp/scripted-qemu.js';
import { askEverything } from './ask.js';
import { ProbeFailed } from './probe-failed.js';
import { propertyOf } from '../../domain/qemu/build-facts-lookup.js';
import { readBuildFacts } from './read-build-facts.js';

const PROPERTIES = [{ name: 'mac', type: 'str' }];

/** A binary with four device types; a change to what it answers may be given. */
const binary =
  (change: Script = () => 'is silent'): Script =>
  (command, given) => {
    const changed = change(command, given);
    if (changed !== 'is silent') return changed;
    switch (command) {
      case 'query-version':
        return { returns: { qemu: { major: 9, minor: 2, micro: 0 }, package: 'of a test' } };
      case 'query-target':
        return { returns: { arch: 'x86_64' } };
      case 'query-machines':
        return given['compat-props'] === true
          ? { refuses: "Parameter 'compat-props' is unexpected" }
          : { returns: [{ name: 'pc-q35-9.2', alias: 'q35' }] };
      case 'qom-list-types':
        return {
          returns: [
            { name: 'device', parent: 'object', abstract: true },
            { name: 'virtio-pci', parent: 'device', abstract: true },
            { name: 'nic', parent: 'device' },
            { name: 'virtio-nic-pci', parent: 'virtio-pci' },
          ],
        };
      case 'device-list-properties':
        return { returns: PROPERTIES };
      case 'qom-list-properties':
        return { returns: [{ name: 'virtio-backend', type: 'child<virtio-nic-device>' }] };
      default:
        return { refuses: `The command ${command} has not been found` };
    }
  };

const probe = (script: Script, mayEnd = true): Promise<Readonly<Record<string, unknown>>> =>
  askEverything(() => scriptedQemu(script), mayEnd, { timeoutMs: 2_000, totalMs: 20_000 });

describe('a probe', () => {
  it('asks for all there is, and takes no for an answer where QEMU may say it', async () => {
    const { facts, cpu } = readBuildFacts(await probe(binary()));
    expect(facts).toMatchObject({
      build: { version: '9.2.0', package: 'of a test' },
      machineTypes: [{ name: 'pc-q35-9.2', alias: 'q35', compatProps: null }],
      cpuModels: [],
    });
    expect(facts.types.find(({ name }) => name === 'virtio-nic-pci')?.inner).toBe('virtio-nic-device');
    expect(cpu).toEqual({ accelerator: 'tcg', wanting: [], host: null });
  });

  it('asks abstract types for nothing: QEMU refuses that', async () => {
    const asked: unknown[] = [];
    await probe(
      binary((command, given) => {
        if (command === 'device-list-properties') asked.push(given['typename']);
        return 'is silent';
      }),
    );
    expect(asked).toEqual(['nic', 'virtio-nic-pci']);
  });

  it('goes on with the next type when a question ends the binary, and leaves that type unknown', async () => {
    let started = 0;
    const ending = binary((command, given) =>
      command === 'device-list-properties' && given['typename'] === 'nic' ? 'ends' : 'is silent',
    );
    const answers = await askEverything(
      () => {
        started += 1;
        return scriptedQemu(ending);
      },
      true,
      { timeoutMs: 2_000, totalMs: 20_000 },
    );
    const { facts } = readBuildFacts(answers);
    expect(started).toBe(2);
    expect(propertyOf(facts, 'nic', 'mac')).toBeUndefined();
    expect(propertyOf(facts, 'virtio-nic-pci', 'mac')).toMatchObject({ type: 'str' });
  });

  it('gives up on a binary that every question ends, with its last words', async () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ name: `nic-${i}`, parent: 'device' }));
    const ending = binary((command) => {
      if (command === 'qom-list-types') return { returns: many };
      return command === 'device-list-properties' ? 'ends' : 'is silent';
    });
    await expect(probe(ending)).rejects.toMatchObject({ code: 'PROBE_FAILED', lastWords: 'its last words' });
  });

  it.each([
    ['query-version', 'ends'],
    ['query-version', { refuses: 'no' }],
    ['qom-list-types', { returns: 'nothing' }],
  ] as const)('fails where %s is answered by %j', async (wanted, reply) => {
    await expect(probe(binary((command) => (command === wanted ? reply : 'is silent')))).rejects.toThrow(
      ProbeFailed,
    );
  });

  it('has an end', async () => {
    const asking = askEverything(() => scriptedQemu(binary()), true, { timeoutMs: 2_000, totalMs: -1 });
    await expect(asking).rejects.toThrow('takes too long');
  });
});

describe('a probe of a process that is not its own', () => {
  const running = (type: string): Script =>
    binary((command) => (command === 'qom-get' ? { returns: type } : 'is silent'));

  it('asks one without a machine', async () => {
    expect(readBuildFacts(await probe(running('none-machine'), false)).facts.build.version).toBe('9.2.0');
  });

  it('does not ask what has ended binaries before: this one cannot be started anew', async () => {
    const asked: unknown[] = [];
    const script = binary((command, given) => {
      if (command === 'qom-get') return { returns: 'none-machine' };
      if (command === 'qom-list-types') return { returns: [{ name: 'nic' }, { name: 'virtio-vga-gl' }] };
      if (command === 'device-list-properties') asked.push(given['typename']);
      return 'is silent';
    });
    const { facts } = readBuildFacts(await probe(script, false));
    expect(asked).toEqual(['nic']);
    expect(propertyOf(facts, 'virtio-vga-gl', 'xres')).toBeUndefined();
  });

  it('leaves a guest alone: asking for all device properties has ended QEMUs', async () => {
    await expect(probe(running('pc-q35-9.2-machine'), false)).rejects.toThrow('with --qemu');
  });
});
