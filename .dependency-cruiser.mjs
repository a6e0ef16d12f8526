// Import boundaries: which room may know which. `npm run check` runs them; scripts/boundaries.test.ts proves that each bites.
//
//   web ──> sdk ──HTTP──> http
//   cli ──> main ──> http ──> dialects ──┐
//                └─> worker ─────────────┼──> core        implemented by: store · engines · media
//
const tests = '[.](test|suite|test-d)[.]ts$';
/** The lists of adapters; like main.ts, each knows its adapters and the settings they are made from. */
const registries = '^src/((dialects|engines)/registry|dialects/settings)[.]ts$';
/** Rooms whose insides are reached only through main.ts and the registries. */
const adapterRooms = '^src/(dialects|engines|store|media|worker|http)/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'core-stands-alone',
      comment:
        'Core says what a task is and what may happen to it. It does no I/O and knows only itself and the schema library.',
      severity: 'error',
      from: { path: '^src/core/', pathNot: tests },
      to: { pathNot: ['^src/core/', '^node_modules/typebox/'] },
    },
    {
      name: 'dialects-stay-apart',
      comment:
        'A dialect can be read, changed and removed alone. What two share belongs into core, or beside the contract dialect.ts.',
      severity: 'error',
      from: { path: '^src/dialects/([^/.]+)', pathNot: registries },
      to: { path: '^src/dialects/', pathNot: ['^src/dialects/$1(/|[.])', '^src/dialects/(dialect|openapi)[.]ts$'] },
    },
    {
      name: 'dialects-know-only-core',
      comment:
        'A dialect translates and nothing more: what serves the task, where it is stored and how it is fetched is not its business.',
      severity: 'error',
      from: { path: '^src/dialects/', pathNot: [registries, tests] },
      to: { path: '^src/', pathNot: '^src/(dialects|wires|core|util)/' },
    },
    {
      name: 'dialects-speak-web-standards',
      comment:
        'Dialects take a Request and give a Response, so the HTTP framework can be replaced without touching a wire API.',
      severity: 'error',
      from: { path: '^src/dialects/', pathNot: tests },
      to: { path: '^node_modules/', pathNot: '^node_modules/typebox/' },
    },
    {
      name: 'engines-stay-apart',
      comment: 'An engine can be read, changed and removed alone. What two share belongs into core or util.',
      severity: 'error',
      from: { path: '^src/engines/([^/.]+)', pathNot: registries },
      to: { path: '^src/engines/', pathNot: '^src/engines/$1(/|[.])' },
    },
    {
      name: 'engines-know-only-core',
      comment: 'An engine renders a job. It never learns which API asked, nor how the answer is stored.',
      severity: 'error',
      from: { path: '^src/engines/', pathNot: [registries, tests] },
      to: { path: '^src/', pathNot: '^src/(engines|wires|core|util)/' },
    },
    {
      name: 'wires-know-only-core',
      comment:
        "A wire is a vendor's API as data and pure functions: its schemas, words and codes, for whoever serves it and whoever calls it.",
      severity: 'error',
      from: { path: '^src/wires/([^/]+)/', pathNot: tests },
      to: { pathNot: ['^src/wires/$1/', '^src/(core|util)/', '^node_modules/typebox/', '^(node:)?crypto$'] },
    },
    {
      name: 'http-mounts-dialects',
      comment:
        'The server turns sockets into calls of core. Engines, store, worker and media reach it as ports, given by main.ts.',
      severity: 'error',
      from: { path: '^src/http/', pathNot: tests },
      to: { path: '^src/', pathNot: ['^src/(http|core|util)/', '^src/dialects/dialect[.]ts$'] },
    },
    {
      name: 'store-media-worker-know-only-core',
      comment: 'Each implements or drives ports of core, so each can be replaced, and tested, without the others.',
      severity: 'error',
      from: { path: '^src/(store|media|worker)/', pathNot: tests },
      to: { path: '^src/', pathNot: '^src/($1|core|util)/' },
    },
    {
      name: 'only-main-and-registries-name-adapters',
      comment: 'One place decides which concrete pieces run; everything else takes what it is given.',
      severity: 'error',
      from: { path: '^src/([^/]+/|)[^/]+$', pathNot: ['^src/main[.]ts$', registries, adapterRooms, tests] },
      // What an owner may set is one list; a dialect's part of it lies in the dialect.
      to: { path: adapterRooms, pathNot: '^src/dialects/settings[.]ts$' },
    },
    {
      name: 'util-knows-nobody',
      comment: 'Util is below every room; a helper that needs a room belongs into that room.',
      severity: 'error',
      from: { path: '^src/util/', pathNot: tests },
      to: { path: '^(src|node_modules)/', pathNot: '^src/util/' },
    },
    {
      name: 'source-never-needs-tests-or-tools',
      comment:
        'The gateway runs from src, catalog and node_modules alone; tests, benchmarks, scripts and examples look at it from outside.',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: { path: ['^(tests|bench|scripts|examples|bin|web|sdk)/', tests] },
    },
    {
      name: 'unit-tests-share-only-helpers-and-suites',
      comment:
        'A test beside the code may use the shared helpers and suites, never a script, a benchmark or another test.',
      severity: 'error',
      from: { path: `^src/.*${tests}` },
      to: { path: '^(tests|bench|scripts|examples|web|sdk)/', pathNot: '^tests/(support|conformance)/' },
    },
    {
      name: 'sdk-stands-alone',
      comment:
        'The client is for strangers: it knows the wire by the types written from it, and needs nothing but fetch.',
      severity: 'error',
      from: { path: '^sdk/', pathNot: tests },
      to: { pathNot: '^sdk/' },
    },
    {
      name: 'web-talks-through-the-sdk',
      comment: 'The pages have no private way into the server: what they do, any client can do.',
      severity: 'error',
      from: { path: '^web/' },
      to: { pathNot: ['^web/', '^sdk/index[.]ts$', '^node_modules/'] },
    },
    {
      name: 'examples-use-the-public-api',
      comment: 'An example does what a stranger can do: it talks HTTP.',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^(src|tests|scripts|bench)/' },
    },
    {
      name: 'child-processes-belong-to-engines-and-media',
      comment:
        'A child needs limits, a signal and reaping; only the rooms that decode and render start one, and the build of the pages.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(engines|media)/', '^src/cli/build-pages[.]ts$', tests] },
      to: { path: '^(node:)?(child_process|cluster)$' },
    },
    {
      name: 'sockets-belong-to-http-and-fetch',
      comment:
        'Addresses from outside go through the one guarded fetch; only the server listens. The command line calls its own server.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(http|cli|media/fetch)/', tests] },
      to: { path: '^((node:)?(http|https|http2|tls|dgram|dns|dns/promises)$|node_modules/undici/)' },
    },
    {
      name: 'the-store-alone-opens-databases',
      comment: 'One writer: a second connection that writes elsewhere would break group commit and the data lock.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/store/', tests] },
      to: { path: '^(node:)?sqlite$' },
    },
    {
      name: 'no-cycles',
      comment: 'Files that need each other are one file, or one of them knows too much.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'imports-resolve',
      comment: 'An import that leads nowhere fails when it runs, and hides from every other rule here.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'packages-are-declared',
      comment: 'A package that is only there because another one brought it disappears one day.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'source-runs-without-development-packages',
      comment: 'The gateway must start after `npm ci --omit=dev`.',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '__golden__' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
