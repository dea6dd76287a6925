/** ESM project: Nest 12 has no CommonJS build, so Jest runs with vm-modules (see docs/adr). */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^fast-check$': '<rootDir>/test/seeded-fast-check.ts',
    // Packages are compiled: what is named .js there is that.
    '^(?!.*/node_modules/)(\\.{1,2}/.*)\\.js$': '$1',
  },
  workerIdleMemoryLimit: '768MB',
  // For a machine ten times slower than ours: a test that hangs is found all the same.
  testTimeout: 240_000,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
        },
        module: { type: 'es6' },
      },
    ],
  },
};
