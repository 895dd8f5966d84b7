import tseslint from 'typescript-eslint';

/**
 * Who may import whom. Each room lists the workspace packages it may name; the reason is what a person reads when lint refuses.
 * The picture behind it: ARCHITECTURE.md, "Rooms and doors".
 */
const ROOMS = [
  { files: 'packages/oci', may: [], reason: 'oci holds the words everything else is written in, so it can depend on nothing.' },
  {
    files: 'packages/registry',
    may: ['oci'],
    reason: 'registry is the use cases and their ports: adapters depend on it, never the reverse, and it knows nothing of people.',
  },
  {
    files: 'packages/access',
    may: ['oci'],
    reason: 'access decides who may do what; it must be testable without storage, HTTP or the registry.',
  },
  { files: 'packages/tokens', may: ['oci', 'access'], reason: 'tokens prove who an actor is; what is stored where is behind its ports.' },
  {
    files: 'packages/database',
    may: ['oci', 'registry', 'access', 'tokens', 'migrations', 'testkit'],
    reason: 'database implements ports; it composes nothing.',
  },
  { files: 'packages/blob-store', may: ['oci', 'registry', 'testkit'], reason: 'blob-store implements one port of the registry.' },
  {
    files: 'packages/archives',
    may: ['oci'],
    reason: 'archives reads and writes files of images; where their content comes from and goes to is behind its ports.',
  },
  {
    files: 'packages/registry-client',
    may: ['oci', 'archives'],
    reason: 'registry-client speaks to any registry over HTTP, as clients do: it knows nothing of the server.',
  },
  {
    files: 'packages/migration',
    may: ['oci', 'registry-client'],
    reason: 'migration copies from one registry to another over their public APIs: it knows nothing of the server.',
  },
  { files: 'packages/api-contract', may: [], reason: 'the contract is shared with browsers: schemas only.' },
  {
    files: 'packages/testkit',
    may: ['oci', 'registry', 'access', 'tokens'],
    reason: 'testkit holds suites for ports; the adapters under test are handed to it.',
  },
  { files: 'migrations', may: [], reason: 'a migration must mean the same for ever, so it may not use code that changes.' },
  { files: 'certs', may: [], reason: 'the certificate tool is a library of its own, usable without a server.' },
  {
    files: 'e2e',
    may: ['testkit/ceph-rgw'],
    reason: 'end-to-end tests speak HTTP and commands only, as users do; testkit starts the S3 server that Berth speaks to.',
  },
  { files: 'apps/portal', may: ['api-contract'], reason: 'the portal knows the server by its contract only.' },
  {
    files: 'apps/server',
    may: ['oci', 'registry', 'access', 'tokens', 'archives', 'database', 'blob-store', 'api-contract', 'certs', 'testkit', 'migrations'],
    reason: 'the server composes the rooms; it never imports the command or the portal.',
  },
];

const CROSSING = { regex: '^(\\.\\./)+(apps|packages|migrations|certs|e2e)/', message: 'Cross a room by its package name, not by a path.' };

const roomRules = [...ROOMS, ...portalFloors()].map(({ files, may, reason, patterns = [] }) => ({
  files: [`${files}/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: may.length === 0 ? '^@berth/' : `^@berth/(?!(?:${may.join('|')})(?:/|$))`,
            message: `${reason} It may import ${may.length === 0 ? 'no workspace package' : `only ${may.map((name) => `@berth/${name}`).join(', ')}`}.`,
          },
          CROSSING,
          ...patterns,
        ],
      },
    ],
  },
}));

/** Inside the portal: shared <- features <- app. */
function portalFloors() {
  const portal = ROOMS.find(({ files }) => files === 'apps/portal');
  return [
    {
      ...portal,
      files: 'apps/portal/src/shared',
      patterns: [{ regex: '/(features|app)/', message: 'shared is what features are made of; it knows none of them.' }],
    },
    {
      ...portal,
      files: 'apps/portal/src/features',
      patterns: [
        { regex: '^\\.\\./(?!\\.\\./)', message: 'Features never import each other: what two need is shared.' },
        { regex: '/app/', message: 'app puts features together; a feature does not know where it is shown.' },
      ],
    },
  ];
}

const testFiles = ['**/*.test.ts', '**/*.e2e.ts', '**/testing/**', 'packages/testkit/**', 'e2e/**', '**/vitest.config.ts'];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'data/**', '**/*.js', '**/*.mjs', '**/coverage/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      'max-params': ['error', 3],
      'no-restricted-exports': [
        'error',
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } },
      ],
      'no-console': 'error',
      eqeqeq: ['error', 'always'],
    },
  },
  ...roomRules,
  {
    // The environment is read in one place, so that every key is documented, validated and also settable in berth.yml.
    files: ['apps/server/src/**/*.ts', 'packages/*/src/**/*.ts'],
    ignores: ['apps/server/src/config.ts', 'apps/server/src/config/**', ...testFiles],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'Only config.ts reads the environment; take the value from the configuration.',
        },
      ],
    },
  },
  {
    files: testFiles,
    rules: { 'max-params': 'off', 'no-console': 'off' },
  },
  {
    files: ['**/vitest.config.ts', '**/vite.config.ts', '**/playwright.config.ts', 'e2e/portal/start-scene.ts'],
    rules: { 'no-restricted-exports': 'off' },
  },
);
