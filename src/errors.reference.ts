import { ERRORS, type ErrorKind } from './errors.js';

/** docs/reference/errors.md, from the table itself. */
export function renderErrorReference(): string {
  const rows = Object.entries<ErrorKind>(ERRORS).map(([code, { when, callerCan, http, graphql }]) => {
    const form = graphql === 'result' ? 'result' : '`extensions.code`';
    return `| \`${code}\` | ${when} | ${callerCan} | ${http} | ${form} |`;
  });
  return [
    '# Errors',
    '',
    'Written by `npm run generate` from `src/errors.ts`. Do not edit.',
    '',
    'Codes are stable; messages are for people and may change. Over HTTP an error is',
    '`{ "error": { "code": …, "message": …, "requestId": …, …facts } }` with the status of the table. Over GraphQL an',
    'expected outcome of a mutation is a member of its result union (`result`), anything else is an error with the code',
    'in `extensions.code`. A `503` may be sent again as it is; so may anything with an idempotency key or event ids.',
    '',
    '| code | when | the caller can | HTTP | GraphQL |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
