import Ajv2020Module from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { BODIES, envelopeOf } from '../../src/webhooks/body-schemas.js';
import type { Message } from '../../src/webhooks/message.js';
import { ISSUED_TYPES, webhookSchema } from '../../src/webhooks/webhooks.reference.js';

// Both are CommonJS modules: the class and the function are a default in them.
const ajv = new Ajv2020Module.default({ strict: true, allErrors: true });
addFormatsModule.default(ajv);
const validators = new Map(ISSUED_TYPES.map((type) => [type as string, ajv.compile(webhookSchema(type))]));

/** What is wrong with a body by its published schema, and what it holds that no schema names; empty: nothing. */
export const faultsOf = ({ type, body }: Pick<Message, 'type' | 'body'>): readonly string[] => {
  const validate = validators.get(type);
  if (validate === undefined || type === 'endpoint.test') return [`${type} is not issued`];
  const found = validate(body) ? [] : (validate.errors ?? []).map((error) => JSON.stringify(error));
  const named = envelopeOf(type, BODIES[type].data).safeParse(body);
  return [...found, ...(named.success ? [] : named.error.issues.map((issue) => JSON.stringify(issue)))];
};
