import { writeFileSync } from 'node:fs';

/** An object on one line; what is null is left out. */
export const row = (fields) => {
  const known = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return `{ ${known.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(', ')} }`;
};

/** A list with one entry a line, so that a change of one fact is a change of one line. */
export const list = (key, lines, indent) =>
  [`${indent}"${key}": [`, lines.map((line) => `${indent}  ${line}`).join(',\n'), `${indent}]`].join('\n');

const typeText = ({ groups, ...type }) => {
  const head = row(type);
  if (groups.length === 0) return head;
  const properties = groups.map(({ missingIn, names }) => row({ missingIn, names }));
  return `${head.slice(0, -2)}, "properties": [\n${properties.map((line) => `      ${line}`).join(',\n')}\n    ] }`;
};

export const write = (path, about, builds, types) => {
  const head = about.split('\n').map((line) => `    ${JSON.stringify(line)}`);
  const build = ({ version, package: packaged, covers, fewerParts }) =>
    row({ id: version, version, package: packaged, covers, fewerParts: fewerParts ? true : null });
  const text = [
    '{',
    '  "about": [',
    head.join(',\n'),
    '  ],',
    `${list('builds', builds.map(build), '  ')},`,
    list('types', types.map(typeText), '  '),
    '}',
    '',
  ].join('\n');
  JSON.parse(text);
  writeFileSync(path, text);
  console.log(`${path}: ${types.length} types, ${text.length} bytes`);
};
