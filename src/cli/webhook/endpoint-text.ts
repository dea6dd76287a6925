import { harmless } from '../show/harmless.js';
import { count, when, words } from '../show/words.js';
import type { Style } from '../style.js';
import type { EndpointAnswer } from './answers.js';

/** `label env=prod|test`. */
const filterText = ({ filter }: EndpointAnswer): string => {
  const lists: readonly (readonly [string, readonly string[] | null])[] = [
    ['type', filter.types],
    ['vm', filter.vms],
    ['host', filter.hosts],
    ['behaviour', filter.behaviours],
    [
      'label',
      filter.labels?.map(({ name, values }) =>
        values.length === 0 ? name : `${name}=${values.join('|')}`,
      ) ?? null,
    ],
  ];
  const given = lists.flatMap(([name, list]) => (list === null ? [] : [`${name} ${list.join(', ')}`]));
  return given.length === 0 ? 'all messages' : given.join('; ');
};

const stateText = ({ paused, canSign, failingSince }: EndpointAnswer, style: Style): string => {
  if (!canSign) return style.bad('nothing is sent: the server has another master key, rotate the secret');
  if (paused !== null) {
    const quiet = paused.quiet ? '' : ', a request may still be under way';
    return style.warn(`paused since ${when(paused.at)}: ${words(paused.reason)}${quiet}`);
  }
  return failingSince === null ? style.good('active') : style.warn(`failing since ${when(failingSince)}`);
};

/** An endpoint for people. */
export const endpointLines = (endpoint: EndpointAnswer, style: Style): readonly string[] => {
  const { id, url, description, limits, counts, retiringUntil } = endpoint;
  const until = retiringUntil.map((instant) => `, the one before until ${when(instant)}`).join('');
  const facts: readonly (readonly [string, string])[] = [
    ['url', harmless(url)],
    ...(description === null ? [] : [['about', harmless(description)] as const]),
    ['state', stateText(endpoint, style)],
    ['gets', harmless(filterText(endpoint))],
    ['limits', `${limits.concurrency} at once, ${limits.perSecond} a second`],
    [
      'messages',
      `${count(counts.waiting, 'waits', 'wait')}, ${counts.delivered} delivered, ${counts.dead} dead`,
    ],
    ['secret', `rotated ${count(endpoint.secretGeneration, 'time')}${until}`],
    ['registered', `${when(endpoint.createdAt)} by ${harmless(endpoint.createdBy)}`],
  ];
  return [style.bold(id), ...facts.map(([title, text]) => `  ${style.dim(title.padEnd(11))}${text}`)];
};
