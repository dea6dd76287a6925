import type { Build } from '../../domain/qemu/build.js';
import { readTimestamp } from './events-timestamp.js';

/** What libvirt writes before the command line of each process it starts. */
export interface LogHeader {
  /** `11.3.0`; null in logs of libvirt before 1.2.12, which wrote the time alone. */
  readonly libvirtVersion: string | null;
  readonly build: Build | null;
  readonly kernel: string | null;
  readonly hostname: string | null;
}

/** One line of `/var/log/libvirt/qemu/NAME.log`, outside a command line. */
export type LogLine =
  | { readonly kind: 'starting'; readonly at: string; readonly header: LogHeader }
  | { readonly kind: 'ended'; readonly at: string; readonly reason: string }
  /** A hop out of here begins, so the process holds a guest. */
  | { readonly kind: 'migrating' }
  | { readonly kind: 'complaint'; readonly words: string }
  /** Should be a start or an end, and cannot be read as one. */
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'other' };

export const readLogLine = (line: string): LogLine => {
  const stamped = readTimestamp(line);
  const words = (stamped?.rest ?? line).replace(/^: ?/, '');
  if (stamped === null && !/: (?:starting up|shutting down)\b/.test(line)) return complaintOr(words);
  if (/(?:^|: )starting up(?: libvirt|$)/.test(words)) {
    return stamped === null
      ? { kind: 'broken', why: 'a start without a time' }
      : { kind: 'starting', at: stamped.at, header: readHeader(words) };
  }
  const [ending, reason = 'unknown'] = /(?:^|: )shutting down(?:, reason=(.*))?$/.exec(words) ?? [];
  if (ending !== undefined) {
    return stamped === null
      ? { kind: 'broken', why: 'an end without a time' }
      : { kind: 'ended', at: stamped.at, reason: reason.trim() };
  }
  return words === 'initiating migration' ? { kind: 'migrating' } : complaintOr(words.trimStart());
};

/** libvirt's package, in the middle, may have commas in it (`Red Hat, Inc. …`). */
const HEADER =
  /^starting up libvirt version: ([^\s,]+)(?:, package: .*?)?, qemu version: (\d+(?:\.\d+)+)(.*?)(?:, kernel: (.*?))?(?:, hostname: (.*))?$/;

const readHeader = (words: string): LogHeader => {
  const [, libvirtVersion, version, hint = '', kernel, hostname] = HEADER.exec(words) ?? [];
  return {
    libvirtVersion: libvirtVersion ?? null,
    build: version === undefined ? null : { version, package: packageOf(hint) },
    kernel: kernel === undefined || kernel === '' ? null : kernel,
    hostname: hostname === undefined || hostname === '' ? null : hostname,
  };
};

/** Written right after the version, by some in parentheses: `10.0.13Debian 1:10.0.13+ds-0`, `2.12.0 (qemu-kvm-2.12.0-1)`. */
const packageOf = (hint: string): string | null => {
  const [, inner] = /^\((.*)\)$/.exec(hint.trim()) ?? [];
  return (inner ?? hint).trim() || null;
};

/** QEMU's own words, by the name of its binary, with the guest's name before it when so configured. */
const FROM_QEMU = /^(?:\S{1,255} )?\S{0,255}(?:qemu|kvm)\S{0,64}: (.*)$/;
/** Said by a QEMU that is well, or that libvirt stops. */
const NO_COMPLAINT = /^(?:warning: |info: |terminating on signal|RP: )/;

const complaintOr = (words: string): LogLine => {
  const [, said] = FROM_QEMU.exec(words) ?? [];
  return said === undefined || said === '' || NO_COMPLAINT.test(said)
    ? { kind: 'other' }
    : { kind: 'complaint', words: said };
};

/** Only a destination that does not take what it is sent says one of these. */
export const refusesState = (words: string): boolean =>
  /load of migration failed|error while loading state|Bad config data|Failed to load|Unknown savevm section|Unknown ramblock|Machine type received is/.test(
    words,
  );
