import { assemble } from './assemble.js';
import { deviceNamed } from './device-path.js';
import type { NamedDevice, RegisterDifference } from './diagnosis.js';
import { readLines } from './lines.js';
import { registerDifference } from './name-register.js';
import { spokenBy } from './speaker.js';

/** A byte of config space that a destination found in the state and did not take. */
export interface RefusedRegister {
  readonly device: NamedDevice;
  readonly register: RegisterDifference;
  /** QEMU's own words, without time and program. */
  readonly words: string;
}

/** What a destination's words say of registers in the state; only where they name the device too. */
export const refusedRegisters = (text: string): readonly RefusedRegister[] => {
  if (!text.includes('Bad config data')) return [];
  return assemble(readLines(text).lines).failures.flatMap(({ cause, section, lines: [line] }) => {
    if (cause.config === null || section === null || line === undefined) return [];
    const device = deviceNamed(section);
    return { device, register: registerDifference(cause.config, device), words: spokenBy(line.text).words };
  });
};
