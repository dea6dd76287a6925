/** In packages of their own, or built only with an option that Debian changed its mind about. */
const OPTIONAL = [
  /^qxl/,
  /-gl(-|$)/,
  /rutabaga/,
  /^(xen|igd-passthrough)/,
  /xen$/,
  /^ccid-card-/,
  /^usb-redir$/,
];
/** Where the name of the inner device does not follow from that of the proxy. */
const INNER = { 'virtio-vga': 'virtio-gpu-device', 'vhost-user-vga': 'vhost-user-gpu' };
const PROXY = /^(.+)-(?:pci|ccw)(?:-(?:non-)?transitional)?$/;
const COMPLETE = 'device';

const isProcessor = (type) => type.endsWith('-cpu');
const versionsOf = (builds) => (builds.length === 0 ? null : builds.map(({ version }) => version));

/** The virtio device that a proxy creates: as a binary says, else by the names that QEMU gives. */
const innerOf = (name, known, builds, isProxy) => {
  const told = builds.flatMap(({ inner }) => inner.get(name) ?? []).at(-1);
  if (told !== undefined) return told;
  if (!isProxy) return null;
  const stem = PROXY.exec(name)?.[1];
  const candidates = [INNER[name], ...(stem === undefined ? [] : [`${stem}-device`, stem])];
  return candidates.find((candidate) => candidate !== undefined && known.has(candidate)) ?? null;
};

/** A complete list knows the parent; the list of PCI types only that a type is one of them. */
const parentsOf = (builds) => {
  const incompleteFirst = builds.toSorted(
    (a, b) => Number(a.covers === COMPLETE) - Number(b.covers === COMPLETE),
  );
  const parents = new Map([['pci-device', COMPLETE]]);
  for (const { types } of incompleteFirst) for (const [type, parent] of types) parents.set(type, parent);
  return parents.set(COMPLETE, null);
};

/** Every type of every build, as the file has it. */
export const deriveTypes = (builds) => {
  const parents = parentsOf(builds);
  const concrete = new Set(builds.flatMap(({ properties }) => [...properties.keys()]));
  const ancestors = (type) => {
    const up = [];
    for (let at = parents.get(type); at !== null; at = parents.get(at)) up.push(at);
    return up;
  };
  const below = new Map([...parents.keys()].map((type) => [type, []]));
  for (const type of concrete) for (const ancestor of ancestors(type)) below.get(ancestor).push(type);

  /** What a type has in a build: as asked, or for an abstract one what all below it have. Null: not asked. */
  const told = new Map();
  const toldIn = (build, type) => {
    const key = `${build.version} ${type}`;
    if (!told.has(key)) {
      const asked = (concrete.has(type) ? [type] : below.get(type)).flatMap((name) => {
        const properties = build.properties.get(name);
        return properties === undefined ? [] : [properties];
      });
      const [first, ...others] = asked;
      const common = first?.filter((property) => others.every((other) => other.includes(property)));
      told.set(key, common === undefined ? null : new Set(common));
    }
    return told.get(key);
  };

  /** The properties that an abstract type's entry tells. Few types have much in common by chance, so a complete list has to bear it out. */
  const isOfAbstract = (type, property) =>
    type === 'pci-device' ||
    builds.some((build) => build.covers === COMPLETE && toldIn(build, type)?.has(property));

  const entries = new Map();
  const aboveHas = (build, type, property) =>
    ancestors(type).some((up) => entries.get(up).mine.has(property) && toldIn(build, up)?.has(property));

  const describe = (name) => {
    const isAbstract = !concrete.has(name) && below.get(name).length > 0;
    const asked = builds.filter((build) => toldIn(build, name) !== null);
    const all = new Set(asked.flatMap((build) => [...toldIn(build, name)]));
    const isMine = (property) =>
      isAbstract
        ? isOfAbstract(name, property) && !ancestors(name).some((up) => entries.get(up).mine.has(property))
        : !isProcessor(name) &&
          asked.some((build) => toldIn(build, name).has(property) !== aboveHas(build, name, property));
    const mine = new Set([...all].filter(isMine));
    const groups = new Map();
    for (const property of [...mine].toSorted()) {
      const missingIn = versionsOf(asked.filter((build) => !toldIn(build, name).has(property)));
      const key = `${missingIn}`;
      groups.set(key, { missingIn, names: [...(groups.get(key)?.names ?? []), property] });
    }
    const isPci = ancestors(name).includes('pci-device');
    const absent = builds.filter(
      (build) => !build.types.has(name) && (build.covers === COMPLETE || (isPci && !isAbstract)),
    );
    const unasked = builds.filter((build) => build.types.has(name) && toldIn(build, name) === null);
    return {
      mine,
      entry: {
        name,
        parent: parents.get(name),
        inner: isAbstract ? null : innerOf(name, parents, builds, ancestors(name).includes('virtio-pci')),
        abstract: isAbstract ? true : null,
        optional: OPTIONAL.some((pattern) => pattern.test(name)) ? true : null,
        absentIn: name === COMPLETE ? null : versionsOf(absent),
        unaskedIn: isAbstract || isProcessor(name) ? null : versionsOf(unasked),
        groups: [...groups.values()],
      },
    };
  };

  const fromTheRoot = [...parents.keys()].toSorted((a, b) => ancestors(a).length - ancestors(b).length);
  for (const name of fromTheRoot) entries.set(name, describe(name));
  return [...entries.values()].map(({ entry }) => entry).toSorted((a, b) => (a.name < b.name ? -1 : 1));
};
