import { isIP } from 'node:net';
import { z } from 'zod';
import type { EndpointFilter, EndpointLimits } from '../domain/endpoint/events.js';
import { hostName, line, prose, uuid } from '../recording/commands/schema-text.js';
import type { AddressGuard } from './send/address-guard.js';

const MAX_URL = 2000;
const MAX_LIST = 100;
const MAX_LABELS = 20;

/** What an endpoint's URL is held against. */
export interface UrlRules {
  readonly guard: AddressGuard;
  /** Plain `http` is taken for any host. */
  readonly allowInsecure: boolean;
}

/** The URL as it will be called, or what is wrong with it. */
export const checkUrl = (
  text: string,
  { guard, allowInsecure }: UrlRules,
): { readonly url: string } | { readonly fault: string } => {
  if (text.length > MAX_URL) return { fault: `is over ${MAX_URL} characters` };
  if (!URL.canParse(text)) return { fault: 'is no URL' };
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { fault: 'is not https' };
  if (url.protocol === 'http:' && !allowInsecure)
    return { fault: 'is not https (webhooks.allowInsecure permits http)' };
  if (url.username !== '' || url.password !== '') return { fault: 'holds a user name or a password' };
  if (url.hash !== '') return { fault: 'has a fragment, which is never sent' };
  if (url.port === '0') return { fault: 'has port 0, at which nothing listens' };
  if (url.href.length > MAX_URL) return { fault: `is over ${MAX_URL} characters` };
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  // Names are judged by what they resolve to, at each connection.
  const objection = isIP(host) === 0 ? null : guard.objection(host);
  if (objection !== null)
    return { fault: `leads to ${host}, which is ${objection} (webhooks.allowedNetworks)` };
  return { url: url.href };
};

const listOf = <T extends z.ZodType<string>>(entry: T) =>
  z.array(entry).min(1, 'is an empty list').max(MAX_LIST, `has over ${MAX_LIST} entries`).nullable();

const filterSchema = (types: readonly string[]): z.ZodType<EndpointFilter> =>
  z.strictObject({
    types: listOf(z.string().refine((type) => types.includes(type), 'is no type of message')),
    vms: listOf(uuid),
    hosts: listOf(hostName),
    behaviours: listOf(line(200)),
    labels: z
      .array(
        z.strictObject({
          name: line(100),
          values: z.array(line(200)).max(MAX_LIST, `has over ${MAX_LIST} entries`),
        }),
      )
      .min(1, 'is an empty list')
      .max(MAX_LABELS, `has over ${MAX_LABELS} entries`)
      .nullable(),
  });

const limitsSchema: z.ZodType<EndpointLimits> = z.strictObject({
  concurrency: z.int().min(1, 'is below 1').max(32, 'is over 32'),
  perSecond: z.int().min(1, 'is below 1').max(1000, 'is over 1000'),
});

/** What an operator may say of an endpoint. @param types of messages that there are */
export const endpointSchema = (types: readonly string[], rules: UrlRules) =>
  z.strictObject({
    url: z.string().transform((text, context) => {
      const checked = checkUrl(text, rules);
      if ('url' in checked) return checked.url;
      context.addIssue({ code: 'custom', message: checked.fault });
      return z.NEVER;
    }),
    description: prose(500).nullable(),
    filter: filterSchema(types),
    limits: limitsSchema,
  });
