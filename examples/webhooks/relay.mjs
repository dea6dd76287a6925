// Passes messages on to another tool, in its form: node relay.mjs alertmanager.json
// In the template `{{data.vm.name}}` stands for what the message holds there; lists are joined, what is missing is `-`.
import { readFileSync } from 'node:fs';
import { receive } from './receiver.mjs';

const { url, types, escape, template } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const target = process.env.RELAY_URL ?? url;

/** For tools that read markup, so that no VM's name can mention a channel. */
const ESCAPES = { markup: (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;') };
const escaped = ESCAPES[escape] ?? ((text) => text);

const at = (message, path) => path.split('.').reduce((value, name) => value?.[name], message);
const textOf = (value) => escaped(String(value ?? '-'));
const fill = (part, message) => {
  if (typeof part === 'string')
    return part.replace(/\{\{([\w.]+)\}\}/g, (_all, path) => {
      const value = at(message, path);
      return textOf(Array.isArray(value) ? value.join(', ') || '-' : value);
    });
  if (Array.isArray(part)) return part.map((inner) => fill(inner, message));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, fill(inner, message)]));
};

receive(async (message) => {
  if (types !== undefined && !types.includes(message.type)) return;
  const response = await fetch(target, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fill(template, message)),
    redirect: 'error',
  });
  // Thrown, so that hopledger sends the message again.
  if (!response.ok) throw new Error(`${new URL(target).host} answered ${response.status}`);
  console.log(`${message.type} ${message.id}: passed on`);
});
