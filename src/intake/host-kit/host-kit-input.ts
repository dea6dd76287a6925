import { z } from 'zod';
import { host, instant, optionalInstant, uuid, word } from '../libvirt/libvirt-input.js';

/** `GET /v1/libvirt/advice`. */
export const adviceQuery = z.strictObject({ host });

/** `POST /v1/libvirt/running`, a domain's live XML as the body. */
export const runningQuery = z.strictObject({
  host,
  /** As `virsh domstate --reason` says: `paused (user)`. */
  state: z.string().min(1).max(100),
  /** Whatever tells this QEMU process from every other of the host, before and after a reboot. */
  process: z.string().min(1).max(200),
  at: instant,
  sentAt: optionalInstant,
});

/** `POST /v1/libvirt/gone`: the UUIDs of all that runs on the host, a line each, as the body. */
export const goneQuery = z.strictObject({ host, at: instant, sentAt: optionalInstant });

/** `POST /v1/libvirt/gap`. */
export const gapQuery = z.strictObject({
  host,
  source: z.enum(['spool', 'follower']),
  /** How many reports are lost; left out where nobody can count them. */
  count: z.coerce.number().int().min(1).max(1_000_000_000).optional(),
  from: instant,
  to: instant,
  sentAt: optionalInstant,
});

/** `POST /v1/libvirt/probe`, what the binaries answered as the body. */
export const probeQuery = z.strictObject({ host, at: instant, sentAt: optionalInstant });

/** `GET /v1/libvirt/questions`. */
export const questionsQuery = z.strictObject({ host, uuid });

/** `POST /v1/libvirt/observed`, the answers to the questions as the body. */
export const observedQuery = z.strictObject({ host, uuid, name: word, at: instant, sentAt: optionalInstant });
