import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startServer, type RunningServer } from '../e2e/running-server.js';

/**
 * Whatever comes in beside them, valid messages are recorded, and nothing makes the server fail. What is thrown in is
 * made of real messages: cut, with other values in their places, nested, or plain noise.
 */
const fixture = (path: string): string =>
  readFileSync(new URL(`../fixtures/sources/${path}`, import.meta.url), 'utf8');

const RUNS = { numRuns: 25 };
const uuidOf = (count: number): string => `11111111-2222-4333-8444-${count.toString(16).padStart(12, '0')}`;
let count = 0;
/** A VM that nobody spoke of yet, so that its history is what one message made. */
const newVm = (): string => uuidOf((count += 1));

/** Stands for a value that nests deep enough to exhaust the stack of whatever walks it. */
const DEEP = 'nested deep';
const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
const anything = fc.oneof(
  { weight: 20, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 5, arbitrary: fc.string({ unit: 'binary' }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '__proto__',
      'constructor',
      '\u0000',
      '\ud800',
      '-1',
      '9'.repeat(400),
      '../../etc',
    ),
  },
  { weight: 1, arbitrary: fc.constant(DEEP) },
);

/** Replaces, removes or adds members at random places of a message. */
const mutated = (value: unknown): fc.Arbitrary<unknown> =>
  fc
    .array(fc.tuple(fc.nat(), fc.nat(2), anything, fc.string()), { minLength: 1, maxLength: 4 })
    .map((changes) =>
      changes.reduce<unknown>((message, [at, how, other, name]) => {
        const copy = JSON.parse(JSON.stringify(message)) as unknown;
        const places = placesOf(copy, 5000);
        const place = places[at % Math.max(places.length, 1)];
        if (place === undefined) return other;
        const [object, key] = place;
        if (how === 0) Reflect.deleteProperty(object, key);
        else
          Object.defineProperty(object, how === 1 ? key : name, {
            value: other,
            enumerable: true,
            configurable: true,
            writable: true,
          });
        return copy;
      }, value),
    );

const placesOf = (value: unknown, most: number): [object, string][] => {
  const found: [object, string][] = [];
  const open: unknown[] = [value];
  for (let next = open.pop(); open.length > 0 || next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null || found.length > most) continue;
    for (const [key, inner] of Object.entries(next)) {
      found.push([next, key]);
      open.push(inner);
    }
  }
  return found;
};

const asJson = (value: unknown): string => JSON.stringify(value).replaceAll(JSON.stringify(DEEP), deep);

describe('anything that is sent to a source', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  const types = async (vm: string): Promise<readonly string[]> => {
    const answer = await server.graphql<{ vm: { events: { edges: { node: { type: string } }[] } } | null }>(
      `{ vm(uuid: "${vm}") { events(first: 50) { edges { node { type } } } } }`,
    );
    return answer.vm?.events.edges.map(({ node }) => node.type) ?? [];
  };
  const send = async (
    path: string,
    body: string,
    contentType: string,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const answer = await server.post(path, body, { 'content-type': contentType, ...headers });
    expect([answer.status < 500, answer.text]).toEqual([true, answer.text]);
    return answer;
  };
  /** Valid messages with noise before, between and after. */
  const among = (noise: readonly unknown[], good: readonly unknown[]): readonly unknown[] => [
    ...noise.slice(0, 1),
    ...good.flatMap((message, at) => [message, ...noise.slice(at + 1, at + 2)]),
    ...noise.slice(good.length + 1),
  ];

  const cloudEvent = (vm: string, type = 'hopledger.vm.guest_reset') => ({
    specversion: '1.0',
    id: `id of ${vm} ${type}`,
    source: '/fuzz',
    type,
    time: '2026-11-20T08:00:00Z',
    data: { uuid: vm, host: 'hosta' },
  });

  it('as a batch of CloudEvents loses no valid one', async () => {
    const noise = fc.array(fc.oneof(mutated(cloudEvent(uuidOf(0xfffff))), anything), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(noise, async (bad) => {
        const vm = newVm();
        const good = [cloudEvent(vm), cloudEvent(vm, 'hopledger.vm.adopted')];
        const { status } = await send(
          '/v1/events',
          asJson(among(bad, good)),
          'application/cloudevents-batch+json',
        );
        expect(status).toBe(200);
        expect((await types(vm)).toSorted()).toEqual(['GuestReset', 'VmAdopted']);
      }),
      RUNS,
    );
  });

  it('as one CloudEvent, structured or binary, is taken or told to be wrong', async () => {
    const header = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(
        mutated(cloudEvent(uuidOf(0xffffe))),
        fc.dictionary(
          fc.constantFrom('ce-id', 'ce-source', 'ce-type', 'ce-time', 'ce-specversion', 'ce-subject', 'ce-x'),
          header,
        ),
        fc.oneof(fc.string(), fc.json()),
        async (event, headers, data) => {
          const structured = await send('/v1/events', asJson(event), 'application/cloudevents+json');
          expect([200, 400, 403, 409, 413]).toContain(structured.status);
          const binary = await send('/v1/events', data, 'application/json', {
            'ce-specversion': '1.0',
            ...headers,
          });
          expect([200, 400, 409]).toContain(binary.status);
        },
      ),
      RUNS,
    );
  });

  const novaMessage = (vm: string, messageId: string): unknown => {
    const line = fixture('nova/reboot-hard.jsonl').split('\n')[1] ?? '';
    const message = JSON.parse(line.replaceAll('0f6b7c1e-52a4-4d0b-9c58-7f1de03a9b42', vm)) as Record<
      string,
      unknown
    >;
    return { ...message, message_id: messageId };
  };

  it('as notifications of Nova loses no valid one, in an array or on lines', async () => {
    const wire = JSON.parse(fixture('nova/wire-envelope.post_dest.end.json')) as unknown;
    const noise = fc.array(fc.oneof(mutated(novaMessage(uuidOf(0xffffd), 'x')), mutated(wire), anything), {
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(noise, fc.boolean(), fc.string(), async (bad, onLines, text) => {
        const vm = newVm();
        const all = among(bad, [novaMessage(vm, `m of ${vm}`)]);
        const lines = [...all.map(asJson), text.replaceAll('\n', ' ')].join('\n');
        await send(
          '/v1/nova',
          onLines ? lines : asJson(all),
          onLines ? 'application/x-ndjson' : 'application/json',
        );
        expect(await types(vm)).toEqual(['VmLaunched']);
      }),
      RUNS,
    );
  });

  const vmi = (vm: string) => ({
    apiVersion: 'kubevirt.io/v1',
    kind: 'VirtualMachineInstance',
    metadata: { name: `vm-${vm}`, namespace: 'n', uid: vm, resourceVersion: '1' },
    spec: { domain: { firmware: { uuid: vm } } },
    status: {
      phase: 'Running',
      nodeName: 'worker',
      phaseTransitionTimestamps: [{ phase: 'Running', phaseTransitionTimestamp: '2026-11-20T08:00:50Z' }],
    },
  });

  it('as objects of KubeVirt loses no valid one, in a list, a watch or YAML', async () => {
    const migration = {
      apiVersion: 'kubevirt.io/v1',
      kind: 'VirtualMachineInstanceMigration',
      metadata: { name: 'm', namespace: 'n', uid: 'u' },
      spec: { vmiName: 'x' },
      status: {
        phase: 'Failed',
        migrationState: {
          sourceNode: 'a',
          targetNode: 'b',
          startTimestamp: '2026-11-20T08:00:50Z',
          completed: true,
          failed: true,
        },
      },
    };
    const noise = fc.array(fc.oneof(mutated(vmi(uuidOf(0xffffc))), mutated(migration), anything), {
      maxLength: 4,
    });
    const form = fc.constantFrom('list', 'watch', 'yaml', 'array');
    await fc.assert(
      fc.asyncProperty(noise, form, async (bad, how) => {
        const vm = newVm();
        const all = among(bad, [vmi(vm)]);
        const documents = all.map((one) => `---\n${asJson(one)}\n`).join('');
        const watch = all.map((object) => asJson({ type: 'MODIFIED', object })).join('\n');
        const list = asJson({ apiVersion: 'v1', kind: 'List', items: all });
        const body = { yaml: documents, watch, list, array: asJson(all) }[how];
        const contentType = {
          yaml: 'application/yaml',
          watch: 'application/x-ndjson',
          list: 'application/json',
          array: 'application/json',
        }[how];
        await send('/v1/kubevirt', body, contentType);
        expect(await types(vm)).toEqual(['VmLaunched']);
      }),
      RUNS,
    );
  });

  it('as calls and tasks of Proxmox loses no valid one', async () => {
    const conf = fixture('proxmox/131.conf');
    const call = (vm: string) => ({
      host: 'pve1',
      vmid: 131,
      phase: 'post-start',
      at: new Date(Date.UTC(2026, 10, 20) + count * 1000).toISOString(),
      config: conf.replace('0f6b7c1e-52a4-4d0b-9c58-7f1de03a9b42', vm),
    });
    const task = {
      upid: 'UPID:pve1:0004FB12:01A2B3C4:691EDB7A:qmigrate:131:root@pam:',
      log: fixture('proxmox/qmigrate-failed.log'),
      uuid: uuidOf(0xffffb),
    };
    const noise = fc.array(
      fc.oneof(mutated({ ...call(uuidOf(0xffffa)), at: '2026-01-01T00:00:00Z' }), mutated(task), anything),
      { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(noise, fc.string({ unit: 'binary' }), async (bad, text) => {
        const vm = newVm();
        await send('/v1/proxmox', asJson(among(bad, [call(vm)])), 'application/json');
        expect(await types(vm)).toEqual(['ProcessStarted']);
        await send(
          `/v1/proxmox?${new URLSearchParams({ host: 'pve1', vmid: text, phase: text }).toString()}`,
          text,
          'text/plain',
        );
      }),
      RUNS,
    );
  });

  it('as event lines of libvirt loses no valid one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.string({ unit: 'binary' }),
            fc.constantFrom(
              'event ',
              "2026-11-20 08:00:00.000+0000: event 'lifecycle' for domain",
              'x'.repeat(20_000),
            ),
          ),
          { maxLength: 6 },
        ),
        async (noise) => {
          const vm = newVm();
          const line = `2026-11-20 08:00:00.000+0000: event 'reboot' for domain 'vm-${vm}'`;
          const lines = [
            ...noise.slice(0, 3).map((text) => text.replaceAll('\n', '?')),
            line,
            ...noise.slice(3),
          ];
          const body = { host: 'hosta', lines: lines.join('\n'), domains: { [`vm-${vm}`]: vm } };
          await send('/v1/libvirt/events', JSON.stringify(body), 'application/json');
          expect(await types(vm)).toEqual(['GuestReset']);
        },
      ),
      RUNS,
    );
  });

  it('as a body of no form at all is refused, and the server goes on', async () => {
    const paths = fc.constantFrom('/v1/events', '/v1/nova', '/v1/kubevirt', '/v1/proxmox');
    const contentTypes = fc.constantFrom(
      'application/json',
      'application/yaml',
      'application/x-ndjson',
      'application/cloudevents+json',
      'application/cloudevents-batch+json',
      'text/plain',
      'application/octet-stream',
    );
    const bodies = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.constant('['.repeat(200_000)),
      fc.constant('&a [*a]'),
      fc.constant('- '.repeat(5000)),
    );
    await fc.assert(
      fc.asyncProperty(paths, contentTypes, bodies, async (path, contentType, body) => {
        await send(path, body, contentType);
      }),
      { numRuns: 60 },
    );
  });
});
