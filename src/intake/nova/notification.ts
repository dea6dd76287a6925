import { z } from 'zod';
import { HopledgerError } from '../../errors.js';
import { parseInput } from '../../recording/commands/parse-input.js';

/** What is read of a versioned notification of Nova about an instance. */
export interface NovaNotification {
  readonly messageId: string;
  /** Of `nova-compute:hv-03`: which service says so; empty when it is not told. */
  readonly service: string;
  /** And on which host. */
  readonly publisher: string;
  /** `instance.live_migration_post_dest.end` */
  readonly eventType: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly instance: {
    readonly uuid: string;
    readonly name: string | null;
    /** Where Nova has it, at the time of the notification. */
    readonly host: string | null;
    readonly powerState: string | null;
    readonly taskState: string | null;
    readonly requestId: string | null;
    readonly fault: string | null;
  } | null;
}

const word = z.string().min(1).max(255);
const maybe = z.string().max(2000).nullish();

const envelope = z.object({ 'oslo.version': word, 'oslo.message': z.string().max(16 * 1024 * 1024) });

const notification = z.object({
  message_id: word,
  publisher_id: word,
  event_type: word,
  timestamp: z.string().max(64),
  payload: z.unknown(),
});

const instancePayload = z.object({
  'nova_object.data': z.object({
    uuid: z.uuid(),
    display_name: maybe,
    host: maybe,
    power_state: maybe,
    task_state: maybe,
    request_id: maybe,
    fault: z
      .object({ 'nova_object.data': z.object({ exception_message: maybe }) })
      .nullish()
      .catch(null),
  }),
});

/**
 * Reads a notification as the message bus carries it, in oslo.messaging's envelope or bare.
 * @throws HopledgerError BAD_INPUT
 */
export const readNotification = (value: unknown): NovaNotification => {
  const said = parseInput(notification, unwrapped(value));
  const { message_id, publisher_id, event_type, timestamp } = said;
  if (!event_type.startsWith('instance.') || !isVersioned(said.payload)) {
    const isOld = event_type.startsWith('compute.instance.');
    if (isOld || event_type.startsWith('instance.'))
      throw new HopledgerError(
        'BAD_INPUT',
        'an unversioned notification; set notification_format=versioned in nova.conf',
        { field: 'payload' },
      );
  }
  const { 'nova_object.data': data } = event_type.startsWith('instance.')
    ? parseInput(instancePayload, said.payload, ['payload'])
    : { 'nova_object.data': null };
  return {
    messageId: message_id,
    service: publisher_id.slice(0, Math.max(publisher_id.indexOf(':'), 0)),
    publisher: publisher_id.slice(publisher_id.indexOf(':') + 1),
    eventType: event_type,
    at: timeOf(timestamp),
    instance:
      data === null
        ? null
        : {
            uuid: data.uuid.toLowerCase(),
            name: data.display_name ?? null,
            host: data.host ?? null,
            powerState: data.power_state ?? null,
            taskState: data.task_state ?? null,
            requestId: data.request_id ?? null,
            fault: data.fault?.['nova_object.data'].exception_message || null,
          },
  };
};

const unwrapped = (value: unknown): unknown => {
  const wire = envelope.safeParse(value);
  if (!wire.success) return value;
  try {
    return JSON.parse(wire.data['oslo.message']);
  } catch {
    throw new HopledgerError('BAD_INPUT', 'oslo.message: is no JSON', { field: 'oslo.message' });
  }
};

const isVersioned = (payload: unknown): boolean =>
  typeof payload === 'object' && payload !== null && 'nova_object.data' in payload;

/** `2026-11-20 09:20:11.120411`, in UTC, as Python prints it. */
const timeOf = (timestamp: string): string => {
  const plain = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z?$/.exec(timestamp);
  const at =
    plain === null
      ? Number.NaN
      : Date.parse(`${plain[1]}T${plain[2]}.${(plain[3] ?? '').padEnd(3, '0').slice(0, 3)}Z`);
  if (Number.isNaN(at))
    throw new HopledgerError('BAD_INPUT', 'timestamp: is no time', { field: 'timestamp' });
  return new Date(at).toISOString();
};
