import type { Override } from '../../domain/qemu/override.js';
import { jsonMembers, type JsonMember } from './json-members.js';
import { libvirtValue } from './override-values.js';
import { optionParts } from './qemu-arguments.js';
import { applyEdits, type TextEdit } from './text-edits.js';

/** What becomes of a device's properties, by name: set as the override says, or taken out (null). */
export type PropertyChanges = ReadonlyMap<string, Override | null>;

/**
 * The argument of a `-device`, as an option list or as JSON, with its properties changed and every other character as
 * it was. What is there already, or not there to be taken out, changes nothing.
 * @throws {UnwritableOverride} for a value not of its type
 */
export const changeDeviceOption = (argument: string, changes: PropertyChanges): string => {
  const change = argument.startsWith('{') ? changeMember : changePart;
  return [...changes].reduce((text, [property, override]) => change(text, property, override), argument);
};

const changePart = (text: string, property: string, override: Override | null): string => {
  const parts = optionParts(text, 'driver');
  const present = parts.filter(({ key }) => key === property);
  if (override === null)
    return applyEdits(
      text,
      // With the comma before it: the first part is the driver.
      present.map(({ start, end }) => ({ start: Math.max(0, start - 1), end, text: '' })),
    );
  const written = `${property}=${optionValue(override)}`;
  const end = parts.at(-1)?.end ?? text.length;
  const edits: readonly TextEdit[] =
    present.length === 0
      ? [{ start: end, end, text: `,${written}` }]
      : // Of several QEMU takes the last.
        present.map((part) => ({ start: part.start, end: part.end, text: written }));
  return applyEdits(text, edits);
};

/** QEMU's words for a boolean in an option list, where a comma within a value is doubled. */
const optionValue = (override: Override): string => {
  const value = libvirtValue(override);
  if (override.libvirtType === 'bool') return value === 'true' ? 'on' : 'off';
  return value.replaceAll(',', ',,');
};

const changeMember = (text: string, property: string, override: Override | null): string => {
  const members = jsonMembers(text);
  const place = members.findIndex(({ key }) => key === property);
  const present = members[place];
  if (override === null) return present === undefined ? text : applyEdits(text, [cutMember(members, place)]);
  const value = jsonValue(override);
  if (present !== undefined) return applyEdits(text, [{ ...present.value, text: value }]);
  const last = members.at(-1);
  const at = last?.end ?? text.indexOf('{') + 1;
  const written = `${last === undefined ? '' : ','}${JSON.stringify(property)}:${value}`;
  return applyEdits(text, [{ start: at, end: at, text: written }]);
};

/** With one of the commas beside it. */
const cutMember = (members: readonly JsonMember[], place: number): TextEdit => {
  const [before, member, after] = [members[place - 1], members[place], members[place + 1]];
  if (member === undefined) throw new Error(`there is no member ${place}`);
  return before === undefined
    ? { start: member.start, end: after?.start ?? member.end, text: '' }
    : { start: before.end, end: member.end, text: '' };
};

/** QEMU wants JSON's own types here: `"on"` for a boolean is `Invalid parameter type … expected: boolean` (measured). */
const jsonValue = (override: Override): string =>
  override.libvirtType === 'string' ? JSON.stringify(override.value) : libvirtValue(override);
