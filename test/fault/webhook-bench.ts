import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EndpointCommand } from '../../src/domain/endpoint/decide.js';
import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import { eventId } from '../../src/recording/event-id.js';
import { metadataOf, reportContext } from '../../src/recording/report-context.js';
import type { ViewsLog } from '../../src/views/views-log.js';
import type { Clock } from '../../src/webhooks/dispatch/clock.js';
import { Dispatcher, type EndpointNotes } from '../../src/webhooks/dispatch/dispatcher.js';
import { RecordedNotes } from '../../src/webhooks/dispatch/notes.js';
import { EndpointLog } from '../../src/webhooks/endpoint-log.js';
import { Journal } from '../../src/webhooks/journal.js';
import { KeyFile } from '../../src/webhooks/master-key.js';
import type { Message } from '../../src/webhooks/message.js';
import { AddressGuard } from '../../src/webhooks/send/address-guard.js';
import { HttpSender, type Sender } from '../../src/webhooks/send/sender.js';
import { WebhookProjector } from '../../src/webhooks/store/webhook-projector.js';
import { WebhookStore } from '../../src/webhooks/store/webhook-store.js';

export interface BenchOptions {
  readonly random?: () => number;
  readonly retriesMs?: readonly number[];
  readonly timeoutMs?: number;
  readonly failingMs?: number;
  /** @defaultValue one that sends over HTTP to 127.0.0.1 */
  readonly sender?: Sender;
  readonly clock?: Clock;
  /** In place of, or around, what records. */
  readonly notes?: (recorded: EndpointNotes) => EndpointNotes;
  readonly log?: ViewsLog;
}

/** The delivering half on a ledger in memory, with its real sender, and hurried retries. */
export class WebhookBench {
  readonly ledger = new MemoryLedger();
  readonly store: WebhookStore;
  readonly endpoints: EndpointLog;
  readonly journal: Journal;
  readonly keys: KeyFile;
  readonly #folder = mkdtempSync(join(tmpdir(), 'hopledger-webhooks-'));
  readonly #projector: WebhookProjector;
  readonly #dispatcher: Dispatcher;
  readonly #sender: Sender;
  #commands = 0;
  #through = 0;

  constructor({
    random = Math.random,
    timeoutMs = 1_000,
    sender,
    notes = (recorded) => recorded,
    ...rest
  }: BenchOptions = {}) {
    const keyFile = join(this.#folder, 'webhooks.key');
    writeFileSync(keyFile, randomBytes(32).toString('base64'), { mode: 0o600 });
    this.keys = new KeyFile({ path: keyFile, mayCreate: false });
    this.store = new WebhookStore({ path: ':memory:', retentionMs: 86_400_000 });
    this.#projector = new WebhookProjector({ ledger: this.ledger, store: this.store });
    this.endpoints = new EndpointLog(this.ledger);
    this.journal = new Journal({ ledger: this.ledger, name: 'bench', ttlMs: 15_000, sole: true });
    const guard = new AddressGuard({ allowed: ['127.0.0.1'], denied: [] });
    this.#sender = sender ?? new HttpSender({ guard, timeoutMs, version: 'test', allowInsecure: true });
    this.#dispatcher = new Dispatcher({
      store: this.store,
      journal: this.journal,
      ledger: this.ledger,
      sender: this.#sender,
      keys: this.keys,
      notes: notes(new RecordedNotes(this.endpoints, this.store)),
      random,
      ...rest,
    });
  }

  /** Resolves when it holds the lease. */
  async start(): Promise<void> {
    this.#projector.start();
    this.#dispatcher.start();
    const held = new Promise<void>((resolve) => void this.journal.onHolding(() => resolve()));
    this.journal.start();
    if (!this.journal.holding) await held;
  }

  async stop(): Promise<void> {
    await this.#dispatcher.stop();
    await this.journal.stop();
    await this.#projector.stop();
    await this.#sender.close();
    this.store.close();
    await this.ledger.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Records a command, and waits until the store has read it. */
  async say(command: EndpointCommand): Promise<void> {
    const id = eventId('command', String((this.#commands += 1)));
    const metadata = metadataOf(reportContext({ actor: 'test', tool: 'test' }), null, null);
    const { position } = await this.endpoints.execute(command, {
      id,
      metadata,
      recordedBefore: () => undefined,
    });
    await this.store.waitFor(position, 5_000);
  }

  /** @returns its secret */
  async register(
    endpoint: string,
    url: string,
    limits = { concurrency: 32, perSecond: 1_000 },
  ): Promise<string> {
    const key = this.keys.need();
    const filter = { types: null, vms: null, hosts: null, behaviours: null, labels: null };
    const settings = { url, description: null, filter, limits };
    await this.say({ type: 'register', endpoint, settings, keyId: key.id, createdBy: 'test', most: 100 });
    return key.secret(endpoint, 0);
  }

  /** Pauses as an operator's command does: until nothing is under way. */
  async pause(endpoint: string): Promise<boolean> {
    await this.say({ type: 'pause', endpoint, reason: 'operator', url: null });
    return this.store.waitUntil(() => this.store.endpoints.get(endpoint)?.paused?.quiet === true, 20_000);
  }

  async issue(messages: readonly Message[]): Promise<void> {
    const after = this.journal.state.through;
    this.#through += 1;
    const through = String(this.#through).padStart(16, '0') as Message['position'];
    await this.journal.issue({ after, through, messages });
  }

  /** Waits until nothing of this endpoint waits any more. */
  settled(endpoint: string, timeoutMs: number): Promise<boolean> {
    return this.store.waitUntil(() => this.store.read.counts(endpoint).waiting === 0, timeoutMs);
  }
}
