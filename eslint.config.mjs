import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import typescript from 'typescript-eslint';
import { layers } from './scripts/lint/layers.mjs';

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name: the name is then the same everywhere.',
};

/** The domain is a function of its arguments: no clock, no chance, nothing outside. */
const impure = [
  ['NewExpression[callee.name="Date"][arguments.length=0]', 'the clock'],
  ['CallExpression[callee.name="Date"]', 'the clock'],
  ['MemberExpression[object.name="Date"][property.name="now"]', 'the clock'],
  ['MemberExpression[object.name="Math"][property.name="random"]', 'chance'],
].map(([selector, what]) => ({
  selector,
  message: `The domain does not know ${what}; take it as an argument.`,
}));
const outside = [
  'process',
  'console',
  'fetch',
  'setTimeout',
  'setInterval',
  'performance',
  'crypto',
  'Buffer',
];

export default defineConfig(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'src/graphql/schema.generated.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [typescript.configs.strictTypeChecked, typescript.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { hopledger: { rules: { layers } } },
    rules: {
      'hopledger/layers': 'error',
      'no-restricted-syntax': ['error', noDefaultExport],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only src/runtime/config*.ts reads the environment.' },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Numbers and big integers in messages are what the facts are made of.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Nest declares its options as classes and takes plain objects for them.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // A Nest module is a class with nothing in it.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // `async` says what a port promises, also where an engine has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // `environment['X']` reads as the look-up that it is.
      '@typescript-eslint/dot-notation': 'off',
      // Empty text is unset for environment variables and form fields.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
    },
  },
  {
    files: ['src/domain/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-syntax': ['error', noDefaultExport, ...impure],
      'no-restricted-globals': ['error', ...outside],
    },
  },
  { files: ['src/runtime/config*.ts'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'no-restricted-properties': 'off',
      // Jest's matchers (expect.any, expect.objectContaining) are any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'performance',
          'URL',
          'fetch',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'Buffer',
          'structuredClone',
          'AbortController',
          'WebSocket',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
