import type { Outgoing, Sender, Sent } from '../../src/webhooks/send/sender.js';

export const DELIVERED: Sent = { delivered: true, status: 204, error: null, retryAfterMs: null };
export const failed = (status: number, retryAfterMs: number | null = null): Sent => ({
  delivered: false,
  status,
  error: `answered ${status}`,
  retryAfterMs,
});

/** Sends nothing; answers what a test says. */
export class ScriptedSender implements Sender {
  readonly sent: Outgoing[] = [];

  constructor(public answer: (outgoing: Outgoing) => Sent | Promise<Sent> = () => DELIVERED) {}

  async send(outgoing: Outgoing): Promise<Sent> {
    this.sent.push(outgoing);
    return this.answer(outgoing);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** How many requests came for a URL. */
  to(url: string): number {
    return this.sent.filter((outgoing) => outgoing.url === url).length;
  }
}
