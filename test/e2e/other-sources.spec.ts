import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startServer, type Answer, type RunningServer } from './running-server.js';

const VM = '0f6b7c1e-52a4-4d0b-9c58-7f1de03a9b42';
const fixture = (path: string): string =>
  readFileSync(new URL(`../fixtures/sources/${path}`, import.meta.url), 'utf8');
const LINES = { 'content-type': 'application/x-ndjson' };
const YAML = { 'content-type': 'application/yaml' };

interface Process {
  readonly host: string;
  readonly origin: string;
  readonly endReason: string | null;
}
interface Hop {
  readonly outcome: string;
  readonly from: { readonly host: string } | null;
  readonly to: { readonly host: string };
  readonly error: string | null;
}
const statuses = ({ json }: Answer): readonly string[] =>
  (json as { items: { status: string }[] }).items.map(({ status }) => status);
const messages = ({ json }: Answer): readonly (string | null)[] =>
  (json as { items: { message: string | null }[] }).items.map(({ message }) => message);

describe('messages of other systems', () => {
  let server: RunningServer;
  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(() => server.stop());

  const life = async (uuid = VM) => {
    const { vm } = await server.graphql<{
      vm: {
        state: string;
        name: string | null;
        current: { host: string } | null;
        processes: { edges: { node: Process }[] };
        hops: { edges: { node: Hop }[] };
      } | null;
    }>(`{ vm(uuid: "${uuid}") { state name current { host }
      processes(first: 20) { edges { node { host origin endReason } } }
      hops(first: 20) { edges { node { outcome from { host } to { host } error } } } } }`);
    if (vm === null) throw new Error(`nothing of ${uuid}`);
    return {
      state: vm.state,
      name: vm.name,
      host: vm.current?.host ?? null,
      processes: vm.processes.edges.map(({ node }) => [node.host, node.origin, node.endReason]),
      hops: vm.hops.edges.map(({ node: { from, to, outcome, error } }) => [
        from?.host ?? null,
        to.host,
        outcome,
        ...(error === null ? [] : [error]),
      ]),
    };
  };

  /** Of the configuration, of the process, in the list of VMs once it has read on. */
  const machineTypes = async (uuid = VM): Promise<readonly (string | null)[]> => {
    const { vm } = await server.graphql<{
      vm: {
        position: string;
        current: { machineType: string | null; configuration: { machineType: string } | null };
      };
    }>(`{ vm(uuid: "${uuid}") { position current { machineType configuration { machineType } } } }`);
    const { vms } = await server.graphql<{ vms: { nodes: { uuid: string; machineType: string | null }[] } }>(
      `{ vms(first: 10, atLeast: "${vm.position}") { nodes { uuid machineType } } }`,
    );
    const { configuration, machineType } = vm.current;
    const listed = vms.nodes.find((node) => node.uuid === uuid)?.machineType ?? null;
    return [configuration?.machineType ?? null, machineType, listed];
  };

  describe('of Nova', () => {
    const nova = (text: string) => server.post('/v1/nova', text, LINES);

    it('tell of a hop, once', async () => {
      const created =
        fixture('nova/reboot-hard.jsonl').split('\n')[1]?.replaceAll('instance.reboot', 'instance.create') ??
        '';
      await nova(created.replace('2026-11-20 10:02:44', '2026-11-20 08:00:50'));
      const said = await nova(fixture('nova/live-migration-success.jsonl'));
      expect(statuses(said)).toEqual(['ignored', 'accepted', 'accepted', 'ignored', 'accepted', 'ignored']);
      expect(statuses(await nova(fixture('nova/live-migration-success.jsonl')))[4]).toBe('repeated');
      expect(await life()).toEqual({
        state: 'RUNNING',
        name: 'erp-db-01',
        host: 'hv-03',
        processes: [
          ['hv-02', 'COLD_BOOT', 'MIGRATED'],
          ['hv-03', 'HOP', null],
        ],
        hops: [['hv-02', 'hv-03', 'COMPLETED']],
      });
    });

    it('tell of a hop of a guest that was not known before', async () => {
      await nova(fixture('nova/live-migration-success.jsonl'));
      expect(await life()).toMatchObject({
        state: 'RUNNING',
        host: 'hv-03',
        hops: [['hv-02', 'hv-03', 'COMPLETED']],
      });
    });

    it('know a message in its wire envelope for the same', async () => {
      const wire = fixture('nova/wire-envelope.post_dest.end.json');
      expect(statuses(await server.post('/v1/nova', JSON.parse(wire)))).toEqual(['accepted']);
      const bare = (JSON.parse(wire) as { 'oslo.message': string })['oslo.message'];
      expect(statuses(await nova(bare))).toEqual(['repeated']);
    });

    it('leave a guest where it was when its hop was rolled back, whether it was known or not', async () => {
      await nova(fixture('nova/live-migration-rollback.jsonl'));
      const { state, host, hops } = await life();
      expect([state, host]).toEqual(['RUNNING', 'hv-02']);
      // Nobody had said until then where it ran.
      expect(hops).toEqual([[null, 'hv-03', 'FAILED']]);
    });

    it('tell of a reboot as the new process that Nova makes', async () => {
      await nova(fixture('nova/live-migration-success.jsonl'));
      await nova(fixture('nova/reboot-hard.jsonl').replaceAll('hv-02', 'hv-03'));
      expect((await life()).processes.at(-1)).toEqual(['hv-03', 'COLD_BOOT', null]);
    });

    it('of a service that is on no host of guests say nothing', async () => {
      const api = fixture('nova/reboot-hard.jsonl').replaceAll('nova-compute:hv-02', 'nova-api:controller');
      expect(statuses(await nova(api))).toEqual(['ignored', 'ignored']);
    });

    it('of more than a request may hold are refused before they are read', async () => {
      const { status, json } = await nova('x\n'.repeat(20_000));
      expect([status, json]).toMatchObject([413, { error: { code: 'PAYLOAD_TOO_LARGE' } }]);
    });

    it('are told when they are of the old format, or none at all', async () => {
      const old = {
        message_id: 'm',
        publisher_id: 'compute.hv',
        event_type: 'compute.instance.create.end',
        timestamp: '2026-11-20 08:00:00',
        payload: {},
      };
      const said = await nova(`${JSON.stringify(old)}\n{"broken\n${fixture('nova/reboot-hard.jsonl')}`);
      expect(statuses(said)).toEqual(['rejected', 'rejected', 'ignored', 'accepted']);
      expect(messages(said)[0]).toContain('notification_format=versioned');
    });
  });

  describe('of KubeVirt', () => {
    const UUID = '5d307ca9-b3ef-428c-8861-06e72d69f223';
    const kubevirt = (text: string) => server.post('/v1/kubevirt', text, YAML);
    const laterFailed = () =>
      fixture('kubevirt/vmim-failed.yaml').replace('sourceNode: worker-02', 'sourceNode: worker-03');
    const withUuid = (text: string) =>
      text.replace('status:\n', `spec:\n  domain:\n    firmware:\n      uuid: ${UUID}\nstatus:\n`);

    it('tell of hops of a VM that another object names, whichever comes first', async () => {
      const first = await kubevirt(`${fixture('kubevirt/vmim-succeeded.yaml')}---\n${laterFailed()}`);
      expect(statuses(first)).toEqual(['waiting', 'waiting']);
      expect(statuses(await kubevirt(withUuid(fixture('kubevirt/vmi-status.yaml'))))).toEqual(['ignored']);
      expect(await life(UUID)).toMatchObject({
        state: 'RUNNING',
        host: 'worker-03',
        hops: [
          ['worker-02', 'worker-03', 'COMPLETED'],
          ['worker-03', 'worker-05', 'FAILED', expect.stringContaining('Operation not permitted')],
        ],
      });
    });

    it('tell the whole life of a guest', async () => {
      const born = withUuid(fixture('kubevirt/vmi-status.yaml'))
        .replaceAll('worker-03', 'worker-02')
        .replace(/ {2}migrationState:[\s\S]*$/, '');
      expect(statuses(await kubevirt(born))).toEqual(['accepted']);
      expect(statuses(await kubevirt(fixture('kubevirt/vmim-succeeded.yaml')))).toEqual(['accepted']);
      const failed = laterFailed();
      expect(statuses(await kubevirt(failed))).toEqual(['accepted']);
      const now = withUuid(fixture('kubevirt/vmi-status.yaml')).replace(
        'completed: true',
        'completed: true\n    endTimestamp: "2026-11-20T09:14:55Z"\n    startTimestamp: "2026-11-20T09:14:51Z"',
      );
      expect(statuses(await kubevirt(now))).toEqual(['accepted']);
      expect(statuses(await kubevirt(failed))).toEqual(['repeated']);
      expect(await life(UUID)).toMatchObject({
        state: 'RUNNING',
        name: 'erp_erp-db-01',
        host: 'worker-03',
        processes: [
          ['worker-02', 'COLD_BOOT', 'MIGRATED'],
          ['worker-03', 'HOP', null],
          ['worker-05', 'HOP', 'FAILED'],
        ],
      });
      expect((await life(UUID)).hops.map(([, , outcome]) => outcome)).toEqual(['COMPLETED', 'FAILED']);
      expect(await machineTypes(UUID)).toEqual([null, 'pc-q35-rhel9.6.0', 'pc-q35-rhel9.6.0']);
    });

    it('do not end a guest whose node was not heard of any more', async () => {
      const born = withUuid(fixture('kubevirt/vmi-status.yaml')).replace(/ {2}migrationState:[\s\S]*$/, '');
      await kubevirt(born);
      const failed = (reason: string): string =>
        born
          .replace(/ {2}phase: Running\n/, `  phase: Failed\n  reason: ${reason}\n`)
          .replace(
            'phaseTransitionTimestamps:\n',
            'phaseTransitionTimestamps:\n  - phase: Failed\n    phaseTransitionTimestamp: "2026-11-20T12:00:00Z"\n',
          );
      await kubevirt(failed('NodeUnresponsive'));
      expect((await life(UUID)).state).toBe('RUNNING');
      await kubevirt(failed('Evicted'));
      expect((await life(UUID)).state).not.toBe('RUNNING');
    });

    it('in YAML of megabytes are refused: it is slow to read', async () => {
      const { status, json } = await kubevirt(`a: ${'x'.repeat(300_000)}`);
      expect([status, json]).toMatchObject([413, { error: { code: 'PAYLOAD_TOO_LARGE' } }]);
    });

    it('are taken from lists and watches; what is of another kind is told so', async () => {
      const vmi = {
        apiVersion: 'kubevirt.io/v1',
        kind: 'VirtualMachineInstance',
        metadata: { name: 'a', namespace: 'n', uid: 'u1' },
        spec: { domain: { firmware: { uuid: UUID } } },
        status: {
          phase: 'Running',
          nodeName: 'w1',
          phaseTransitionTimestamps: [{ phase: 'Running', phaseTransitionTimestamp: '2026-11-20T08:00:50Z' }],
        },
      };
      const { kind: _kind, apiVersion: _version, ...item } = vmi;
      const list = {
        apiVersion: 'kubevirt.io/v1',
        kind: 'VirtualMachineInstanceList',
        items: [item, 'x', null],
      };
      expect(statuses(await server.post('/v1/kubevirt', list))).toEqual(['accepted', 'rejected', 'rejected']);
      const watch = await server.post(
        '/v1/kubevirt',
        `${JSON.stringify({ type: 'MODIFIED', object: vmi })}\n{"type":"ERR`,
        LINES,
      );
      expect(statuses(watch)).toEqual(['repeated', 'rejected']);
      expect(messages(await kubevirt(fixture('kubevirt/node-labels.yaml')))).toEqual([
        'a Node says nothing of hops',
      ]);
    });
  });

  describe('of Proxmox VE', () => {
    const conf = fixture('proxmox/131.conf');
    const call = (host: string, phase: string, at: string, more = '') =>
      server.post(`/v1/proxmox?host=${host}&vmid=131&phase=${phase}&at=${at}${more}`, conf);
    // Started at 2026-11-20 09:14:50 and 09:20:11 UTC; the log is of a node one hour ahead.
    const upid = (at: string): string =>
      `UPID:pve1:0004FB12:01A2B3C4:${(Date.parse(at) / 1000).toString(16).toUpperCase()}:qmigrate:131:root@pam:`;

    it('tell of a hop by hookscripts and the task, and of an end', async () => {
      await call('pve1', 'post-start', '2026-11-20T08:00:50Z');
      await call('pve2', 'pre-start', '2026-11-20T09:14:50.100Z', '&migratedFrom=pve1');
      await call('pve2', 'post-start', '2026-11-20T09:14:52Z', '&migratedFrom=pve1');
      const task = {
        upid: upid('2026-11-20T09:14:50Z'),
        log: fixture('proxmox/qmigrate-ok.log'),
        config: conf,
      };
      expect(statuses(await server.post('/v1/proxmox', [task, task]))).toEqual(['accepted', 'repeated']);
      expect(await life()).toEqual({
        state: 'RUNNING',
        name: 'erp-db-01',
        host: 'pve2',
        processes: [
          ['pve1', 'COLD_BOOT', 'MIGRATED'],
          ['pve2', 'HOP', null],
        ],
        hops: [['pve1', 'pve2', 'COMPLETED']],
      });
      expect(await machineTypes()).toEqual([null, 'pc-q35-9.2+pve1', 'pc-q35-9.2+pve1']);
      const ended = await call('pve2', 'post-stop', '2026-11-20T11:00:00Z');
      expect(statuses(ended)).toEqual(['accepted']);
      expect((await life()).state).not.toBe('RUNNING');
    });

    it('leave a guest where it was when its migration failed', async () => {
      const task = {
        upid: upid('2026-11-20T09:20:11Z'),
        log: fixture('proxmox/qmigrate-failed.log'),
        uuid: VM,
      };
      expect(statuses(await server.post('/v1/proxmox', task))).toEqual(['accepted']);
      expect(await life()).toMatchObject({ state: 'RUNNING', host: 'pve1' });
    });

    it('do not say where a guest is whose migration failed after it was sent', async () => {
      const log = fixture('proxmox/qmigrate-failed.log')
        .replace('migration status error: failed', 'migration status: completed')
        .replace('ERROR: online migrate failure - aborting', 'ERROR: failed to clear migrate lock');
      const task = { upid: upid('2026-11-20T09:20:11Z'), log, uuid: VM };
      expect(statuses(await server.post('/v1/proxmox', task))).toEqual(['ignored']);
    });

    it('tell what is missing', async () => {
      const said = await server.post('/v1/proxmox', [
        { upid: upid('2026-11-20T09:14:50Z'), log: fixture('proxmox/qmigrate-ok.log') },
        { upid: 'UPID:pve1', log: '' },
        { host: 'pve1', vmid: 131, phase: 'post-start', at: '2026-11-20T09:00:00Z', config: 'name: x' },
        { host: 'pve1', vmid: 131, phase: 'pre-stop', at: '2026-11-20T09:00:00Z', config: conf },
      ]);
      expect(messages(said)).toEqual([
        'config: a task names its guest by number alone: send its config or uuid along',
        'upid: is no UPID of a guest',
        'config: smbios1 has no uuid',
        'an intention; post-stop tells of the end',
      ]);
    });
  });
});
