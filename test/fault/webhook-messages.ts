import { eventId } from '../../src/recording/event-id.js';
import type { Message } from '../../src/webhooks/message.js';
import { toPosition } from '../../src/ledger/position.js';

/** UUID of the n-th VM of a test. */
export const vmOf = (n: number): string => eventId('vm', String(n));

/** The n-th message of a test, about one of so many VMs. Its body carries its number. */
export const sampleMessage = (n: number, vms: number): Message => {
  const id = eventId('message', String(n));
  const vm = vmOf(n % vms);
  const time = new Date(1_795_000_000_000 + n).toISOString();
  return {
    id,
    type: 'vm.tainted',
    vm,
    hosts: ['hosta'],
    behaviours: ['pcie-err-unc-mask'],
    labels: {},
    time,
    position: toPosition(n + 1),
    body: {
      specversion: '1.0',
      id,
      source: '/test',
      type: 'vm.tainted',
      subject: `vm/${vm}`,
      time,
      data: { n },
    },
  };
};
