import type { RecordedOperation } from '../../src/demo/recording.js';
import { recording } from './fleet.js';

/** One HTTP request, to be sent again as it is until it is acknowledged. */
export type SyntheticDelivery =
  | {
      readonly path: '/v1/libvirt/hook';
      readonly body: {
        readonly host: string;
        readonly argv: readonly string[];
        readonly xml: string;
        readonly at: string;
        readonly id: string;
      };
    }
  | {
      readonly path: '/v1/libvirt/events';
      readonly body: { readonly host: string; readonly lines: readonly string[] };
    };

/** Whose life a recorded operation becomes a part of. */
export interface Retold {
  readonly uuid: string;
  readonly name: string;
  readonly mac: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Recorded host to synthetic host. */
  readonly hosts: ReadonlyMap<string, string>;
  /** Numbers the hook calls of the VM. */
  readonly nextId: () => string;
  /** The follower of the host's events is faster than its hooks. */
  readonly linesFirst: boolean;
  /** The hook script of its hosts passes on only calls that say more than the event lines do. */
  readonly fewHooks: boolean;
}

const TELLING: ReadonlySet<string> = new Set(['migrate', 'restore', 'started', 'release']);

/** The recorded operation as it happened to another VM, on other hosts, at another time. Lines come as one batch a host. */
export const retell = (operation: RecordedOperation, vm: Retold): readonly SyntheticDelivery[] => {
  const shiftMs = vm.at - Date.parse(operation.at);
  const hooks: SyntheticDelivery[] = [];
  const lines = new Map<string, string[]>();
  for (const delivery of operation.deliveries) {
    const host = vm.hosts.get(delivery.host) ?? delivery.host;
    const at = new Date(Date.parse(delivery.at) + shiftMs).toISOString();
    if (delivery.kind === 'event') {
      lines.set(host, [
        ...(lines.get(host) ?? []),
        ...delivery.lines.map((line) => retoldLine(line, at, vm)),
      ]);
      continue;
    }
    if (vm.fewHooks && !TELLING.has(delivery.argv[1] ?? '')) continue;
    const argv = [vm.name, ...delivery.argv.slice(1)];
    const xml = retoldXml(recordedXml(delivery.xml), vm);
    hooks.push({ path: '/v1/libvirt/hook', body: { host, argv, xml, at, id: vm.nextId() } });
  }
  const batches = [...lines].map(([host, batch]): SyntheticDelivery => ({
    path: '/v1/libvirt/events',
    body: { host, lines: batch },
  }));
  return vm.linesFirst ? [...batches, ...hooks] : [...hooks, ...batches];
};

/** `2026-11-21 03:10:21.127+0000: event 'lifecycle' for domain 'vm1': …`; further lines of an event have no time. */
const HEAD = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}\+0000: (event '[^']+' for domain) '[^']+'/;

const retoldLine = (line: string, at: string, { name }: Retold): string =>
  line.replace(HEAD, `${at.replace('T', ' ').replace('Z', '+0000')}: $1 '${name}'`);

const retoldXml = (xml: string, { uuid, name, mac }: Retold): string =>
  xml
    .replace(/<uuid>[^<]*<\/uuid>/, `<uuid>${uuid}</uuid>`)
    .replace(/<name>[^<]*<\/name>/, `<name>${name}</name>`)
    .replaceAll(/<mac address='[^']*'\/>/g, `<mac address='${mac}'/>`);

const texts = new Map<string, string>();
const recordedXml = (reference: string): string => {
  const text = texts.get(reference) ?? recording.xml(reference);
  texts.set(reference, text);
  return text;
};
