import { randomUUID } from 'node:crypto';
import type { TestServer, Answer } from './graphql-harness.js';

/** The seed case as a guest: AER devices behind a machine type that must not have the register. */
export const CONFIGURATION = {
  machineType: 'pc-q35-7.2',
  devices: [
    { alias: 'pci.1', qomType: 'pcie-root-port', address: '0000:00:01.0', properties: [] },
    { alias: 'net0', qomType: 'e1000e', address: '0000:01:00.0', properties: [] },
  ],
  accelerator: 'kvm',
  emulator: '/usr/bin/qemu-system-x86_64',
};
export const BAD = { version: '8.0.0' };
export const GOOD = { version: '8.2.0' };

const MUTATIONS = {
  recordLaunch: 'RecordLaunchInput',
  recordAdoption: 'RecordAdoptionInput',
  recordHopPrepared: 'RecordHopPreparedInput',
  recordHopStarted: 'RecordHopStartedInput',
  recordHopCompleted: 'RecordHopCompletedInput',
  recordHopFailed: 'RecordHopFailedInput',
  recordGuestReset: 'RecordGuestResetInput',
  recordDevicePlugged: 'RecordDevicePluggedInput',
  recordDeviceUnplugged: 'RecordDeviceUnpluggedInput',
  recordStateSaved: 'RecordStateSavedInput',
  recordStateRestored: 'RecordStateRestoredInput',
  recordStop: 'RecordStopInput',
  observeValue: 'ObserveValueInput',
  assertOrigin: 'AssertOriginInput',
  setLabels: 'SetLabelsInput',
  correctEvent: 'CorrectEventInput',
  retractEvent: 'RetractEventInput',
} as const;
export type MutationName = keyof typeof MUTATIONS;

export const document = (name: MutationName): string => `
  mutation ($input: ${MUTATIONS[name]}!) {
    ${name}(input: $input) {
      __typename
      ... on Recorded { eventIds position revision repeated vm { uuid state tainted } }
      ... on Problem { code message }
      ... on BadInput { field }
    }
  }`;

export type RecordedAnswer = Answer['data']['recordLaunch'] & { readonly eventIds: readonly [string] };

/** Records events of one VM by mutations, a second apart. */
export class Life {
  #at: number;
  constructor(
    private readonly server: TestServer,
    readonly uuid: string = randomUUID(),
    start = '2026-11-20T08:00:00Z',
    private readonly token?: string,
  ) {
    this.#at = Date.parse(start);
  }

  /** When the last event happened. */
  get now(): string {
    return new Date(this.#at).toISOString();
  }

  async try(name: MutationName, input: object): Promise<Answer> {
    this.#at += 60_000;
    const full = { idempotencyKey: randomUUID(), uuid: this.uuid, occurredAt: this.now, ...input };
    return this.server.ask(
      document(name),
      { input: full },
      this.token === undefined ? {} : { token: this.token },
    );
  }

  async record(name: MutationName, input: object): Promise<RecordedAnswer> {
    const answer = await this.try(name, input);
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
    return answer.data[name] as RecordedAnswer;
  }

  launch(host = 'hosta', build: object = BAD): Promise<RecordedAnswer> {
    return this.record('recordLaunch', { host, name: 'erp', build, configuration: CONFIGURATION });
  }

  /** Prepared, started, and seen to arrive by both ends. */
  async hop(from: string, to: string, build: object): Promise<RecordedAnswer> {
    await this.record('recordHopPrepared', { host: to, name: 'erp', configuration: CONFIGURATION });
    await this.record('recordHopStarted', { host: to, name: 'erp', build, configuration: CONFIGURATION });
    await this.record('recordHopCompleted', { host: to, attestedBy: 'DESTINATION' });
    return this.record('recordHopCompleted', {
      host: from,
      attestedBy: 'SOURCE',
      statistics: { totalMs: 900, downtimeMs: 21, transferredBytes: 5e9 },
    });
  }
}
