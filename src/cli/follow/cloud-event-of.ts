import { createHash } from 'node:crypto';
import { INTAKE_TYPES } from '../../intake/cloudevents/event-types.js';
import type { Told } from '../../intake/qmp/process-story.js';
import type { OutgoingEvent } from './outbox.js';

const TYPE_OF = new Map(
  INTAKE_TYPES.flatMap(({ event, type }) => (event === null ? [] : [[event, type] as const])),
);

/** What was told of a VM, as the server takes it. Told again, with the same time, it is the same event. */
export const cloudEventOf = ({ event, at }: Told, uuid: string): OutgoingEvent => {
  const { type, ...fields } = event;
  const intakeType = TYPE_OF.get(type);
  if (intakeType === undefined || !('host' in fields)) throw new Error(`no host attests to ${type}`);
  const data = { uuid, ...fields };
  const time = new Date(at).toISOString();
  const id = createHash('sha256')
    .update(JSON.stringify([type, time, data]))
    .digest('hex')
    .slice(0, 32);
  return {
    specversion: '1.0',
    id,
    source: `/hosts/${fields.host}/qmp/${uuid}`,
    type: intakeType,
    subject: uuid,
    time,
    datacontenttype: 'application/json',
    data,
  };
};
