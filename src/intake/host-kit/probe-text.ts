import { HopledgerError } from '../../errors.js';
import { cpuFromFields } from '../qmp/cpu-features.js';
import { returnsOf, type QmpReturns } from '../qmp/recorded-returns.js';
import type { HostCpu } from '../../domain/host/report.js';

/** A binary that a host has. */
export interface SaidBinary {
  readonly emulator: string;
  /** Null: it is there, and gave no answer this time. */
  readonly returns: QmpReturns | null;
}

/** What a host sent of a probe: of itself, and the answers of each of its binaries. */
export interface ProbeText {
  readonly kernel: string | null;
  /** `11.3.0` */
  readonly libvirt: string | null;
  readonly vendor: string | null;
  readonly cpu: HostCpu | null;
  /** The one that libvirt uses by default first. */
  readonly binaries: readonly SaidBinary[];
}

const MAX_BINARIES = 20;
const FIELDS = ['kernel', 'libvirt', 'vendor', 'cpu-model', 'cpu-vendor', 'cpu-flags'] as const;
type Field = (typeof FIELDS)[number];
const isField = (text: string): text is Field => FIELDS.some((field) => field === text);

/**
 * Reads the body of `POST /v1/libvirt/probe`: lines `NAME VALUE` of the host, then for each binary a line `emulator PATH`
 * and QEMU's answers as it wrote them, one a line, each with the `id` of its question; or, for one that gave no answer, a
 * line `silent PATH`.
 * @throws HopledgerError BAD_INPUT naming the line
 * @throws ProbeFailed when the answers are not QEMU's
 */
export const readProbeText = (text: string): ProbeText => {
  const fields = new Map<Field, string>();
  const binaries: { emulator: string; lines: string[] | null }[] = [];
  text.split('\n').forEach((line, index) => {
    const [word = '', ...rest] = line.split(' ');
    const value = rest.join(' ').trim();
    if (line.startsWith('{')) {
      const lines = binaries.at(-1)?.lines ?? null;
      if (lines === null) throw badLine(index, 'an answer before any emulator');
      lines.push(line);
    } else if (word === 'emulator' || word === 'silent') {
      if (binaries.length === MAX_BINARIES) throw badLine(index, `over ${MAX_BINARIES} emulators`);
      if (!value.startsWith('/')) throw badLine(index, 'no absolute path');
      binaries.push({ emulator: value, lines: word === 'silent' ? null : [] });
    } else if (isField(word)) {
      if (value !== '') fields.set(word, value);
    } else if (line.trim() !== '') throw badLine(index, 'neither a field, an emulator nor an answer');
  });
  const said = (field: Field): string | null => fields.get(field) ?? null;
  return {
    kernel: said('kernel'),
    libvirt: said('libvirt'),
    vendor: said('vendor'),
    cpu: cpuFromFields(said('cpu-flags'), said('cpu-model'), said('cpu-vendor')),
    binaries: binaries.map(({ emulator, lines }) => ({
      emulator,
      returns: lines === null ? null : returnsOf(lines),
    })),
  };
};

const badLine = (index: number, why: string): HopledgerError =>
  new HopledgerError('BAD_INPUT', `line ${index + 1}: ${why}`, { field: `line ${index + 1}` });
