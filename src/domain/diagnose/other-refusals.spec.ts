import { describe, expect, it } from '@jest/globals';
import { MEASURED } from '../../../test/domain/known-catalogue.js';
import { diagnose } from './diagnose.js';
import type { Finding } from './diagnosis.js';

const found = (text: string): readonly Finding[] => diagnose(text, MEASURED).findings;
const kindsOf = (text: string): readonly string[] => found(text).map(({ kind }) => kind);

describe('refusals of the state', () => {
  it.each([
    [
      "Machine type received is 'pc-q35-7.2' and local is 'pc-q35-10.0'",
      'machine-type-differs',
      { differs: { incoming: 'pc-q35-7.2', here: 'pc-q35-10.0' } },
    ],
    [
      'Size mismatch: pc.ram: 0x4000000 != 0x8000000: Invalid argument',
      'ram-size',
      { differs: { what: 'size of pc.ram', incoming: '64M (0x4000000)', here: '128M (0x8000000)' } },
    ],
    ['Size too large: /rom@etc/acpi/tables: 0x40000 > 0x20000', 'ram-size', {}],
    ['Length mismatch: pc.ram: 40000000 in != 80000000', 'ram-size', {}],
    [
      'Unknown ramblock "0000:00:05.0/vga.vram", cannot accept migration',
      'ram-block-unknown',
      { device: { address: '0000:00:05.0', stateName: null } },
    ],
    [
      "Unknown savevm section or instance '0000:00:10.0/e1000e' 0. Make sure that your current VM setup matches your saved VM setup, including any hotplugged devices",
      'section-unknown',
      { device: { address: '0000:00:10.0' } },
    ],
    ["Unknown section or instance '0000:00:02.0:00.0/virtio-scsi' 0. Make sure …", 'section-unknown', {}],
    ['Missing section footer for 0000:00:05.0/e1000e', 'section-footer', { device: { stateName: 'e1000e' } }],
    [
      "savevm: unsupported version 5 for 'esp' v4",
      'section-version',
      { differs: { incoming: '5', here: '4' } },
    ],
    [
      'e1000e: incoming version_id 3 is too new for local version_id 2',
      'section-version',
      { differs: { what: 'version of e1000e', incoming: '3', here: '2' } },
    ],
    [
      "State blocked by non-migratable device '0000:00:05.0/nvme'",
      'not-migratable',
      { device: { stateName: 'nvme' } },
    ],
    [
      'Capability postcopy-ram is off, but received capability is on',
      'capability-differs',
      { differs: { incoming: 'on', here: 'off' } },
    ],
    ['Configuration section missing', 'configuration-missing', {}],
    ['Not a migration stream', 'stream-broken', {}],
    ["Can't migrate the vm that was paused due to previous migration", 'source-not-ready', {}],
    ['Unable to write to socket: Broken pipe', 'connection', {}],
    ['error: failed to set MSR 0x48e to 0xfff9fffe04006172', 'kernel-refused', {}],
  ])('%s', (text, kind, facts) => {
    const [finding, ...others] = found(`qemu-system-x86_64: ${text}`);
    expect(finding).toMatchObject({ kind, severity: 'refused', ...facts });
    expect(others).toEqual([]);
  });

  it('of a kvmclock tell of another accelerator', () => {
    const [finding] = found("Unknown savevm section or instance 'kvmclock' 0. Make sure …");
    expect(finding?.summary).toContain('KVM at the source');
    expect(finding?.nextSteps[0]?.text).toBe('use the same accelerator at both ends');
  });

  it('of 11.1 say once that a section ends elsewhere, in two lines', () => {
    const [finding, ...others] = found(
      'Missing section footer for 0000:00:01.3/piix4_pm\nload of migration failed: Invalid argument: Section footer error, section_id: 16',
    );
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      kind: 'section-footer',
      device: { qomTypes: ['PIIX4_PM'] },
      suspects: [{ property: 'x-not-migrate-acpi-index' }],
    });
    expect(finding?.lines).toHaveLength(2);
  });

  it('without a cause say where to look', () => {
    const [finding] = found('load of migration failed: Invalid argument');
    expect(finding).toMatchObject({ kind: 'load-failed', errno: 'Invalid argument' });
    expect(finding?.nextSteps[0]?.text).toContain('/var/log/libvirt/qemu/');
  });
});

describe("libvirt's words", () => {
  it.each([
    [
      "error: operation failed: job 'migration in' failed: load of migration failed: Invalid argument",
      'load-failed',
      'refused',
    ],
    [
      "error: operation failed: job 'start' failed: load of migration failed: Invalid argument: error while loading state for instance 0x0 of device '0000:00:01.0/pcie-root-port': Failed to load element of type pci config for config",
      'device-state',
      'refused',
    ],
    [
      'error: Hook script execution failed: internal error: Child process (LC_ALL=C PATH=/usr/bin HOME=/root /etc/libvirt/hooks/qemu vm4 migrate begin -) unexpected exit status 1: not on this host',
      'hook-refused',
      'refused',
    ],
    [
      'error: unsupported configuration: Target domain machine type pc-q35-8.0 does not match source pc-q35-7.2',
      'machine-type-differs',
      'refused',
    ],
    [
      "error: Requested operation is not valid: cannot migrate domain: State blocked by non-migratable device '0000:00:05.0/nvme'",
      'not-migratable',
      'refused',
    ],
    [
      "error: internal error: qemu unexpectedly closed the monitor: 2026-11-21T03:10:29.266495Z qemu-system-x86_64: -device igb,id=net0: 'igb' is not a valid device model name",
      'device-model-unknown',
      'does-not-start',
    ],
    [
      "2026-11-21 03:10:29.270+0000: 52: error : qemuProcessReportLogError:1996 : internal error: process exited while connecting to monitor: can't apply global pci-device.x=on: Property 'mch.x' not found",
      'property-unknown',
      'does-not-start',
    ],
    ["error: unable to connect to server at '10.99.0.77:16509': No route to host", 'connection', 'refused'],
    [
      "failureReason: \"Live migration failed error encountered during MigrateToURI3 libvirt api call: virError(Code=9, Domain=10, Message='operation failed: job 'migration in' failed: load of migration failed: Operation not permitted')\"",
      'load-failed',
      'refused',
    ],
    [
      '{"error": {"class": "GenericError", "desc": "State blocked by non-migratable device \'0000:00:05.0/nvme\'"}}',
      'not-migratable',
      'refused',
    ],
  ])('%s', (text, kind, severity) => {
    expect(found(text)).toMatchObject([{ kind, severity }]);
  });

  it('give the features of the CPU that are too many and too few', () => {
    const cpuOf = (text: string) => found(text)[0]?.cpu;
    expect(
      cpuOf(
        "operation failed: guest CPU doesn't match specification: extra features: ht, missing features: vmx-exit-load,pdcm",
      ),
    ).toEqual({ extra: ['ht'], missing: ['vmx-exit-load', 'pdcm'] });
    expect(cpuOf("operation failed: guest CPU doesn't match specification: extra features: ht")).toEqual({
      extra: ['ht'],
      missing: [],
    });
    expect(cpuOf("operation failed: guest CPU doesn't match specification: missing features: ht")).toEqual({
      extra: [],
      missing: ['ht'],
    });
  });

  it("keep a hook's own message", () => {
    const [finding] = found(
      'Hook script execution failed: internal error: Child process (/etc/libvirt/hooks/qemu vm4 migrate begin -) unexpected exit status 1: hopledger: BLOCKED',
    );
    expect(finding?.detail).toBe('hopledger: BLOCKED');
  });

  it('are joined to what QEMU said of the same load, before or after', () => {
    const qemu =
      'Unknown ramblock "pc.bios", cannot accept migration\nload of migration failed: Invalid argument';
    const virsh =
      "error: operation failed: job 'migration in' failed: load of migration failed: Invalid argument";
    for (const text of [`${qemu}\n${virsh}`, `${virsh}\n${qemu}`]) {
      expect(kindsOf(text)).toEqual(['ram-block-unknown']);
      expect(found(text)[0]?.lines).toHaveLength(3);
    }
  });
});

describe('a log of several attempts', () => {
  it('has a finding for each device, and counts the same one again', () => {
    const attempt = (
      device: string,
    ): string => `2026-11-21 03:10:28.693+0000: starting up libvirt version: 11.3.0, qemu version: 10.0.13, kernel: 6.1, hostname: hostb
LC_ALL=C \\
/usr/bin/qemu-system-x86_64 \\
-name guest=vm1,debug-threads=on \\
-msg timestamp=on
2026-11-21T03:10:29.266495Z qemu-system-x86_64: get_pci_config_device: Bad config data: i=0x10a read: 40 device: 0 cmask: ff wmask: 0 w1cmask:0
2026-11-21T03:10:29.266578Z qemu-system-x86_64: error while loading state for instance 0x0 of device '${device}'
2026-11-21 03:10:29.270+0000: shutting down, reason=failed
2026-11-21T03:10:29.270438Z qemu-system-x86_64: terminating on signal 15 from pid 52 (libvirtd)`;
    const text = ['0000:00:01.0/pcie-root-port', '0000:00:01.0:00.0/e1000e', '0000:00:01.0/pcie-root-port']
      .map(attempt)
      .join('\n');
    const { findings, notUnderstood } = diagnose(text, MEASURED);
    expect(findings.map(({ device, times }) => [device?.section, times])).toEqual([
      ['0000:00:01.0/pcie-root-port', 2],
      ['0000:00:01.0:00.0/e1000e', 1],
    ]);
    expect(notUnderstood).toEqual([]);
    expect(findings[0]?.lines.map(({ number }) => number)).toEqual([6, 7, 24, 25]);
  });
});

describe('what is not known', () => {
  it('comes back as it stands, and is the reason where nothing else is', () => {
    const [finding] = found(
      "qemu-system-x86_64: frobnicator: out of cheese\nqemu-system-x86_64: error while loading state for instance 0x0 of device '0000:00:02.0/e1000e'\nqemu-system-x86_64: load of migration failed: Invalid argument",
    );
    expect(finding).toMatchObject({
      kind: 'unknown',
      severity: 'refused',
      detail: 'frobnicator: out of cheese',
      device: { stateName: 'e1000e' },
    });
  });

  it('is an error of its own beside others', () => {
    expect(kindsOf('qemu-system-x86_64: frobnicator\nqemu-system-x86_64: Not a migration stream')).toEqual([
      'unknown',
      'stream-broken',
    ]);
  });

  it('said by nobody is listed beside findings, and is one where there are none', () => {
    const { findings, notUnderstood } = diagnose('hello\nNot a migration stream\nworld', MEASURED);
    expect(findings.map(({ kind }) => kind)).toEqual(['stream-broken']);
    expect(notUnderstood).toEqual([
      { number: 1, text: 'hello' },
      { number: 3, text: 'world' },
    ]);
    expect(found('hello\nworld')).toMatchObject([
      { kind: 'unknown', lines: [{ text: 'hello' }, { text: 'world' }] },
    ]);
  });
});
