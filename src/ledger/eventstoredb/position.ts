import type { Position as ServerPosition } from '@eventstore/db-client';
import { START, type Position } from '../port.js';

/** 20 digits hold every 64-bit number, and a fixed width makes the order of strings the order of the log. */
const DIGITS = 20;
const FORM = /^(\d{20})(\d{20})?$/;

const text = (part: bigint): string => part.toString().padStart(DIGITS, '0');

/**
 * The commit position, and the prepare position only where it is another: in explicit transactions, which only
 * servers before version 20 wrote. As strings they sort by commit, then prepare.
 */
export function toPosition({ commit, prepare }: ServerPosition): Position {
  return (commit === prepare ? text(commit) : text(commit) + text(prepare)) as Position;
}

/** Undefined when malformed; `START` is no position of the server's. */
export function toServerPosition(position: Position): ServerPosition | undefined {
  const [, commit, prepare = commit] = FORM.exec(position) ?? [];
  if (commit === undefined || prepare === undefined) return undefined;
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
}

/** Where a subscription begins that is to yield what comes after `position`. */
export function fromAfter(position: Position): ServerPosition | 'start' {
  return position === START ? 'start' : (toServerPosition(position) ?? 'start');
}

export function later(a: Position, b: Position): Position {
  return a > b ? a : b;
}
