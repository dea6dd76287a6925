import { HopledgerError } from '../../errors.js';
import { cpuFromFields } from '../qmp/cpu-features.js';
import { returnsOf, type QmpReturns } from '../qmp/recorded-returns.js';
import type { HostCpu } from '../../domain/host/report.js';

/** What a host sent of a probe: of itself, and the answers of each of its binaries. */
export interface ProbeText {
  readonly kernel: string | null;
  /** `11.3.0` */
  readonly libvirt: string | null;
  readonly vendor: string | null;
  readonly cpu: HostCpu | null;
  readonly binaries: readonly { readonly emulator: string; readonly returns: QmpReturns }[];
}

const MAX_BINARIES = 20;
const FIELDS = ['kernel', 'libvirt', 'vendor', 'cpu-model', 'cpu-vendor', 'cpu-flags'] as const;
type Field = (typeof FIELDS)[number];
const isField = (text: string): text is Field => FIELDS.some((field) => field === text);

/**
 * Reads the body of `POST /v1/libvirt/probe`: lines `NAME VALUE` of the host, then for each binary a line `emulator PATH`
 * and QEMU's answers as it wrote them, one a line, each with the `id` of its question.
 * @throws HopledgerError BAD_INPUT naming the line
 * @throws ProbeFailed when the answers are not QEMU's
 */
export const readProbeText = (text: string): ProbeText => {
  const fields = new Map<Field, string>();
  const binaries: { emulator: string; lines: string[] }[] = [];
  text.split('\n').forEach((line, index) => {
    const [word = '', ...rest] = line.split(' ');
    const value = rest.join(' ').trim();
    if (line.startsWith('{')) {
      const binary = binaries.at(-1);
      if (binary === undefined) throw badLine(index, 'an answer before any emulator');
      binary.lines.push(line);
    } else if (word === 'emulator') {
      if (binaries.length === MAX_BINARIES) throw badLine(index, `over ${MAX_BINARIES} emulators`);
      binaries.push({ emulator: value, lines: [] });
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
    binaries: binaries.map(({ emulator, lines }) => ({ emulator, returns: returnsOf(lines) })),
  };
};

const badLine = (index: number, why: string): HopledgerError =>
  new HopledgerError('BAD_INPUT', `line ${index + 1}: ${why}`, { field: `line ${index + 1}` });
