import type { Claim, RegisterDifference } from './diagnosis.js';
import type { Facts } from './find.js';

const certain = (text: string): Claim => ({ certainty: 'certain', text });
const inferred = (text: string): Claim => ({ certainty: 'inferred', text });

/** What is certain of a finding, and what follows from how QEMU lays things out. */
export const claimsOf = (facts: Facts): readonly Claim[] => [
  ...(facts.register === null ? [] : registerClaims(facts.register, facts)),
  ...featureClaims(facts),
  ...deviceClaims(facts),
  ...propertyClaims(facts),
  ...facts.explanations.flatMap(({ behaviour, carried, offered, certainty }) => {
    if (carried === null) return [];
    const here = offered === null ? '' : `; the destination offers ${offered}`;
    return { certainty, text: `the source carries ${behaviour} ${carried}${here}` };
  }),
];

const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;

const registerClaims = (register: RegisterDifference, { device }: Facts): readonly Claim[] => {
  const { offset, name, structure, byte, incoming, here, certainty, bits } = register;
  const claims = [
    certain(
      `byte 0x${offset.toString(16)} of config space: ${hex(incoming)} in the state, ${hex(here)} at the destination`,
    ),
  ];
  if (name === null)
    return [...claims, inferred(`what is at 0x${offset.toString(16)} depends on the device`)];
  const which = `it is byte ${byte} of ${name} (${structure ?? ''})`;
  claims.push(
    certainty === 'certain'
      ? certain(which)
      : inferred(`${which}, as QEMU lays out ${device?.stateName ?? 'such devices'}`),
  );
  for (const { bit, name: bitName, incoming: isSet } of bits) {
    if (bitName !== null)
      claims.push({ certainty, text: `bit ${bit}, ${bitName}: ${isSet ? 'set' : 'clear'} in the state` });
  }
  if (name === 'PCI_EXP_SLTSTA' && bits.some((bit) => bit.name === 'PCI_EXP_SLTSTA_PDS')) {
    const isMore = (incoming & 0x40) === 0;
    claims.push(
      inferred(
        isMore
          ? 'a device sits in this port at the destination and none did at the source'
          : 'a device sat in this port at the source and none does at the destination',
      ),
    );
  }
  if (name === 'PCI_CAPABILITY_LIST') {
    const [more, fewer] = incoming > here ? ['source', 'destination'] : ['destination', 'source'];
    claims.push(
      inferred(`the ${more} has a capability more than the ${fewer}: QEMU puts the last one first`),
    );
  }
  if (name === 'PCI_DSN')
    claims.push(inferred('it holds part of the MAC address: the NICs have different ones'));
  return claims;
};

/** Measured on 11.1.3, where 10.0.13 says for the same hop `0x10130bf8024`, and `0x179bf8064` allowed. */
const MASKED =
  'the text does not name the features at fault: QEMU 11.1 prints the set after it has taken them out';

const featureClaims = ({ features, device }: Facts): readonly Claim[] => {
  if (features === null) return [];
  if (features.missing.length === 0) return [inferred(MASKED)];
  const bits = features.missing.map(({ bit, name }) => `${bit}${name === null ? '' : ` ${name}`}`);
  const unnamed = device?.stateName == null && features.missing.some(({ name }) => name === null);
  return [
    certain(`bits that the guest took and the destination does not offer: ${bits.join(', ')}`),
    ...(unnamed
      ? [inferred('the bits have other names for each type of device, and the text does not name it')]
      : []),
  ];
};

/** `mch` and `i440FX` are the first PCI devices that are made. */
const propertyClaims = ({ kind, property }: Facts): readonly Claim[] =>
  kind !== 'property-unknown' || property?.from !== 'global' || property.onType === property.driver
    ? []
    : [
        certain(
          `the -global is for ${property.driver}; ${property.onType ?? 'the device'} is only the first device that it was tried on`,
        ),
      ];

const deviceClaims = ({ device }: Facts): readonly Claim[] => {
  const stateName = device?.stateName ?? null;
  // Where the alias is known, so is the device; the name of its state says no more.
  if (device === null || stateName === null || device.alias !== null) return [];
  const { path, qomTypes, behind } = device;
  if (path === null) return [];
  const [type] = qomTypes;
  const named =
    qomTypes.length === 1 && type !== stateName
      ? [certain(`${stateName} is the name under which ${type ?? ''} saves its state`)]
      : [];
  return behind === null
    ? named
    : [...named, certain(`it sits behind the port or bridge at ${behind}; its bus number is not said`)];
};
