import { BadPosition } from './errors.js';
import { START, type Position } from './port.js';

/** 16 digits hold every safe integer, and a fixed width makes the order of strings the order of the log. */
const DIGITS = 16;
const FORM = /^\d{16}$/;

/** `sequence` is the event's number in the log, from 1; 0 stands for the start. */
export function toPosition(sequence: number): Position {
  return sequence === 0 ? START : (String(sequence).padStart(DIGITS, '0') as Position);
}

/** @throws BadPosition when `position` is malformed or past `head` */
export function toSequence(position: Position, head: number): number {
  if (position === START) return 0;
  const sequence = FORM.test(position) ? Number(position) : Number.NaN;
  if (sequence >= 1 && sequence <= head) return sequence;
  throw new BadPosition(position, toPosition(head));
}
