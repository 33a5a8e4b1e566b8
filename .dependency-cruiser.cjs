// Who may know whom. A part under shared/ is entered through its index.ts only; tests may look inside.
const part = (name) => `^shared/${name}/`;

/**
 * Where a part is entered. What loads a heavy library stands beside the index, so that the delivery thread starts without:
 * what needs zod (the schemas, a variable) and the metrics (prom-client); so does what describes a service, which is loaded
 * when its documents are first asked for.
 */
const besideIndex = {
  ...{ purchase: '|schemas', telemetry: '|metrics', 'crash-points': '|variable' },
  ...{ openapi: '|describe', receiver: '|describe' },
};
const entry = (name) => `^shared/${name}/(index${besideIndex[name] ?? ''})\\.ts$`;

/** What all three services are made of. */
const common = ['http', 'purchase', 'telemetry', 'sqlite', 'environment', 'crash-points', 'openapi'];

/** `from` may import these parts of shared/ and no others. */
const onlyParts = (from, allowed) => ({
  name: `${from.replace(/[^a-z]+/g, '-')}-knows-only-its-parts`,
  severity: 'error',
  from: { path: `^${from}/` },
  to: {
    path: '^(shared|services)/',
    pathNot: [`^${from}/`, ...allowed.map(entry)],
  },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    onlyParts('services/checkout', ['journal', 'outbox', ...common]),
    onlyParts('services/warehouse', ['receiver', 'receiver-service', ...common]),
    onlyParts('services/finance', ['receiver', 'receiver-service', ...common]),
    onlyParts('services/wal', ['wal', 'journal', 'purchase', 'command-line']),
    onlyParts('services/check-receiver', ['outbox', 'environment', 'purchase', 'command-line']),
    onlyParts('services/audit', ['audit', 'shop-client', 'environment', 'command-line']),
    onlyParts('services/load', ['shop-client', 'customers', 'purchase', 'environment', 'command-line']),
    onlyParts('services/demo', ['audit', 'shop-client', 'customers', 'shop-processes', 'environment', 'command-line']),
    onlyParts('services/start', ['http', 'environment']),
    onlyParts('shared/receiver-service', ['receiver', 'http', 'sqlite', 'telemetry', 'environment', 'crash-points']),
    onlyParts('shared/receiver', ['http', 'purchase', 'sqlite', 'telemetry', 'openapi']),
    {
      ...onlyParts('shared/receiver/kit', ['http', 'sqlite']),
      comment: 'outsiders copy it together with these two: it must not need anything else of the project',
    },
    {
      name: 'the-kit-is-entered-through-its-index',
      severity: 'error',
      from: { path: '^(services|shared)/', pathNot: '^shared/receiver/kit/' },
      to: { path: '^shared/receiver/kit/', pathNot: '/index\\.ts$' },
    },
    {
      name: 'the-kit-needs-few-packages',
      comment: 'zod, better-sqlite3 and express are what http and sqlite need; the kit has no package of its own',
      severity: 'error',
      from: { path: '^shared/receiver/kit/' },
      to: {
        path: 'node_modules/',
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/(@types/)?(express|better-sqlite3)/',
      },
    },
    onlyParts('shared/wal', []),
    onlyParts('shared/outbox', []),
    onlyParts('shared/purchase', []),
    onlyParts('shared/sqlite', []),
    onlyParts('shared/telemetry', ['http']),
    onlyParts('shared/http', []),
    onlyParts('shared/openapi', ['http']),
    onlyParts('shared/environment', []),
    onlyParts('shared/command-line', []),
    onlyParts('shared/shop-client', ['purchase']),
    onlyParts('shared/audit', ['shop-client']),
    onlyParts('shared/customers', ['shop-client', 'purchase']),
    onlyParts('shared/shop-processes', ['shop-client']),
    onlyParts('shared/crash-points', []),
    {
      name: 'journal-knows-the-log-and-the-outbox-port',
      comment: 'of the outbox, a journal engine sees the port it implements and the arithmetic of the mark',
      severity: 'error',
      from: { path: part('journal') },
      to: {
        path: '^(shared|services)/',
        pathNot: [
          part('journal'),
          '^shared/(wal|purchase|sqlite)/index\\.ts$',
          '^shared/outbox/(types|low-water-mark)\\.ts$',
        ],
      },
    },
    {
      name: 'documents-are-loaded-when-they-are-asked-for',
      comment: 'a service that starts, or starts again after a kill, must not wait for what describes it',
      severity: 'error',
      from: {
        path: '^(services|shared)/',
        pathNot: ['^shared/openapi/', '/describe[a-z-]*\\.ts$', '-(operations|parameters|webhook)\\.ts$'],
      },
      to: {
        path: [
          '^shared/(openapi|receiver)/describe\\.ts$',
          '/describe-(checkout|warehouse|finance)\\.ts$',
          '-operations\\.ts$',
        ],
        dependencyTypesNot: ['dynamic-import', 'type-only'],
      },
    },
    {
      name: 'the-delivery-thread-knows-no-documents',
      severity: 'error',
      from: { path: '^services/checkout/delivery/main\\.ts$' },
      to: { path: '^shared/openapi/', reachable: true },
    },
    {
      name: 'outbox-and-log-know-no-framework',
      severity: 'error',
      from: { path: '^shared/(outbox|wal)/' },
      to: { path: 'node_modules/(express|zod|pino|prom-client)/' },
    },
    {
      name: 'outbox-knows-no-files-and-no-sqlite',
      severity: 'error',
      from: { path: part('outbox') },
      to: { path: ['node_modules/better-sqlite3/', '^(node:)?fs'] },
    },
    {
      name: 'one-file-touches-the-disk-for-the-log',
      comment: 'W12: everything else in shared/wal goes through the file port',
      severity: 'error',
      from: { path: part('wal'), pathNot: 'node-files\\.ts$' },
      to: { path: '^(node:)?fs' },
    },
    {
      name: 'siblings-do-not-go-through-the-index',
      severity: 'error',
      from: { path: '^shared/([^/]+)/', pathNot: 'index\\.ts$' },
      to: { path: '^shared/$1/index\\.ts$' },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^(services|shared)/' },
      to: { path: '^test/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies-in-the-product',
      severity: 'error',
      from: { path: '^(services|shared)/', pathNot: '^services/start/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '\\.test\\.ts$|main\\.ts$|\\.d\\.ts$' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // They have packages of their own, which need not be there.
    exclude: { path: '^test/bench/peers/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
