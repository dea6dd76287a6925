import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { RuleTester } from 'eslint';
import typescript from 'typescript-eslint';
import { forbidden, layers } from './layers.mjs';

const allowed = [
  ['domain/vm/evolve.ts', 'domain/qemu/build.ts'],
  ['catalogue/load.ts', 'domain/catalogue/catalogue.ts'],
  ['ledger/open.ts', 'domain/brand.ts'],
  ['ledger/open.ts', 'errors.ts'],
  ['recording/recorder.ts', 'ledger/port.ts'],
  ['views/projector.ts', 'runtime/config.ts'],
  ['intake/libvirt/domain-xml.ts', 'domain/qemu/device.ts'],
  ['intake/libvirt/domain-xml.ts', 'intake/libvirt/markup.ts'],
  ['intake/libvirt/hook.controller.ts', 'recording/recorder.ts'],
  ['intake/qmp/reader.ts', 'recording/recorder.ts'],
  ['graphql/vm.resolver.ts', 'views/vms.ts'],
  ['graphql/vm.resolver.ts', 'runtime/provided.ts'],
  ['main.ts', 'runtime/server.ts'],
];
const refused = [
  ['domain/vm/evolve.ts', 'ledger/port.ts'],
  ['domain/vm/evolve.ts', 'errors.ts'],
  ['domain/vm/evolve.ts', 'runtime/config.ts'],
  ['catalogue/load.ts', 'ledger/port.ts'],
  ['ledger/open.ts', 'catalogue/load.ts'],
  ['recording/recorder.ts', 'views/vms.ts'],
  ['recording/recorder.ts', 'runtime/metrics.ts'],
  ['views/projector.ts', 'graphql/vm.resolver.ts'],
  ['intake/libvirt/domain-xml.ts', 'recording/recorder.ts'],
  ['intake/libvirt/domain-xml.ts', 'intake/qmp/reader.ts'],
];

describe('the arrows between layers', () => {
  for (const [from, to] of allowed)
    it(`let ${from} import ${to}`, () => assert.equal(forbidden(from, to), undefined));
  for (const [from, to] of refused) it(`keep ${to} from ${from}`, () => assert.ok(forbidden(from, to)));
});

test('the rule sees every form of import', () => {
  const tester = new RuleTester({ languageOptions: { parser: typescript.parser } });
  const filename = `${process.cwd()}/src/domain/vm/trial.ts`;
  const spec = `${process.cwd()}/src/domain/vm/trial.spec.ts`;
  const bad = (code) => ({ filename, code, errors: [{ messageId: 'layer' }] });
  tester.run('layers', layers, {
    valid: [
      { filename, code: "import { a } from '../qemu/build.js'" },
      { filename: spec, code: "import fc from 'fast-check'; import { b } from '../../../test/build.js'" },
      { filename: `${process.cwd()}/bench/x.ts`, code: "import 'node:fs'" },
    ],
    invalid: [
      bad("import { readFileSync } from 'node:fs'"),
      bad("import { z } from 'zod'"),
      bad("import type { Ledger } from '../../ledger/port.js'"),
      bad("export * from '../../ledger/port.js'"),
      bad("export { a } from '../../ledger/port.js'"),
      bad("const a = await import('../../ledger/port.js')"),
      bad("let a: import('../../ledger/port.js').Ledger"),
      bad("import { a } from '../../../test/build.js'"),
      { filename: spec, code: "import '../../ledger/port.js'", errors: [{ messageId: 'layer' }] },
    ],
  });
});
