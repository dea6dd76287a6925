/**
 * Which folder of src may import from which: the arrows of the architecture go one way.
 *
 * domain ← catalogue, ledger ← recording ← views ← edges. The domain imports nothing but itself, no package and no
 * module of Node; what translates libvirt's messages imports the domain alone.
 */
import { dirname, posix, relative, sep } from 'node:path';

const CORE = ['domain', 'catalogue', 'ledger', 'recording', 'views'];
const MAY_IMPORT = {
  domain: [],
  catalogue: ['domain'],
  ledger: ['domain'],
  recording: ['domain', 'catalogue', 'ledger'],
  views: ['domain', 'catalogue', 'ledger', 'recording'],
};
/** Files of intake/libvirt that record what was translated, or connect it to HTTP. All others there translate. */
const CONNECTS =
  /^intake\/libvirt\/(.*\.(controller|module)|answer-hook|hook-call|hook-events|hook-judgement|import-log|libvirt-input|record-event-lines|request-context|unclaimed-follower|unclaimed-lines)(\.spec)?\.ts$/;
/** Beside the layers: the error codes, and the configuration, for anyone but the domain. */
const SHARED = /^(errors(\.reference)?|runtime\/(config(\.[\w-]+)?|loopback))\.ts$/;

/** @returns why `from` may not import `to` (paths below src), or undefined */
export function forbidden(from, to) {
  const [layer] = from.split('/');
  const [target] = to.split('/');
  if (layer === 'domain') return target === 'domain' ? undefined : 'the domain imports nothing but itself';
  if (SHARED.test(to)) return undefined;
  if (from.startsWith('intake/libvirt/') && !CONNECTS.test(from)) {
    return target === 'domain' || to.startsWith('intake/libvirt/')
      ? undefined
      : 'what translates libvirt messages imports the domain alone';
  }
  const allowed = MAY_IMPORT[layer];
  if (allowed === undefined || layer === target || allowed.includes(target)) return undefined;
  const may = CORE.includes(target) ? allowed.join(', ') : `${allowed.join(', ')}, and no edge`;
  return `${layer} may import ${may}`;
}

/** Paths as they are below src, with `/`; undefined outside. */
function belowSrc(file, cwd) {
  const path = relative(cwd, file).split(sep).join('/');
  return path.startsWith('src/') ? path.slice('src/'.length) : undefined;
}

export const layers = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { layer: '{{from}} must not import {{to}}: {{why}}' },
  },
  create(context) {
    const from = belowSrc(context.filename, context.cwd);
    if (from === undefined) return {};
    const isSpec = from.endsWith('.spec.ts');

    function check(source) {
      if (typeof source?.value !== 'string') return;
      const name = source.value;
      const report = (to, why) =>
        context.report({ node: source, messageId: 'layer', data: { from, to, why } });
      if (!name.startsWith('.')) {
        if (from.startsWith('domain/') && !isSpec)
          report(name, 'the domain imports no package and no module of Node');
        return;
      }
      const to = posix.join(dirname(from), name).replace(/\.js$/, '.ts');
      // A spec may use the helpers of test/, which lie outside src.
      if (to.startsWith('../')) {
        if (!isSpec) report(name, 'it lies outside src');
        return;
      }
      const why = forbidden(from, to);
      if (why !== undefined) report(to, why);
    }

    return {
      ImportDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
    };
  },
};
