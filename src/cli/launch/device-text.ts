import { InvalidArgumentError } from 'commander';
import type { CpuConfiguration, Device, GlobalProperty } from '../../domain/qemu/device.js';

/** Splits QEMU's option syntax: a comma that belongs to a value is written twice. */
const parts = (text: string): readonly string[] =>
  text
    .replaceAll(',,', '\u0000')
    .split(',')
    .map((part) => part.replaceAll('\u0000', ','));

const pair = (text: string, what: string): readonly [string, string] => {
  const equals = text.indexOf('=');
  if (equals <= 0) throw new InvalidArgumentError(`${JSON.stringify(text)} is not ${what}.`);
  return [text.slice(0, equals), text.slice(equals + 1)];
};

/** `alias=pci.1,type=pcie-root-port,address=0000:00:02.0,x-pcie-err-unc-mask=on`: all but the alias may be missing. */
export const deviceOf = (text: string): Device => {
  const properties = new Map<string, string>();
  for (const part of parts(text)) {
    const [name, value] = pair(part, 'NAME=VALUE');
    if (properties.has(name)) throw new InvalidArgumentError(`${name} is given twice.`);
    properties.set(name, value);
  }
  const take = (name: string): string | null => {
    const value = properties.get(name) ?? null;
    properties.delete(name);
    return value;
  };
  const [alias, qomType, address] = [take('alias'), take('type'), take('address')];
  if (alias === null || alias === '')
    throw new InvalidArgumentError('A device needs an alias: alias=pci.1,type=pcie-root-port');
  return { alias, qomType, address, properties: Object.fromEntries(properties) };
};

/** `pci-device.x-pcie-err-unc-mask=on`. Drivers may have dots in their names, properties have none. */
export const globalOf = (text: string): GlobalProperty => {
  const [path, value] = pair(text, 'DRIVER.PROPERTY=VALUE');
  const dot = path.lastIndexOf('.');
  if (dot <= 0 || dot === path.length - 1)
    throw new InvalidArgumentError(`${JSON.stringify(text)} is not DRIVER.PROPERTY=VALUE.`);
  return { driver: path.slice(0, dot), property: path.slice(dot + 1), value };
};

/** As `-cpu` takes it: `host,pcid=off`, `Skylake-Server,+avx2`. */
export const cpuOf = (text: string): CpuConfiguration => {
  const [model = '', ...rest] = parts(text);
  if (model === '') throw new InvalidArgumentError('It must be MODEL or MODEL,FEATURE=on|off,…');
  const features = rest.map((part) => {
    const sign = /^[+-]/.exec(part)?.[0];
    const [name, value] =
      sign === undefined
        ? pair(part, 'FEATURE=on or FEATURE=off')
        : [part.slice(1), sign === '+' ? 'on' : 'off'];
    if (value !== 'on' && value !== 'off') throw new InvalidArgumentError(`${part}: a feature is on or off.`);
    return { name, policy: value === 'on' ? 'require' : 'disable' };
  });
  if (model === 'host') return { mode: 'host-passthrough', model: null, features };
  if (model === 'max') return { mode: 'maximum', model: null, features };
  return { mode: 'custom', model, features };
};
