/** Plants one violation of every import boundary in a small house of its own and looks whether it is reported. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';

const root = join(import.meta.dirname, '..');

/** A plain import and a type-only one: both tie two rooms together, so both must be seen. */
const value = (from: string) => `import { x } from '${from}'; export const y = x;`;
const type = (from: string) => `import type { X } from '${from}'; export type Y = X;`;

type Plant = { readonly rule: string; readonly file: string; readonly source: string };

const plants: readonly Plant[] = [
  { rule: 'core-stands-alone', file: 'src/core/a.ts', source: value('../http/target.ts') },
  { rule: 'core-stands-alone', file: 'src/core/b.ts', source: type('../util/target.ts') },
  { rule: 'core-stands-alone', file: 'src/core/c.ts', source: value('hono') },
  { rule: 'core-stands-alone', file: 'src/core/d.ts', source: value('node:fs') },
  { rule: 'core-stands-alone', file: 'src/core/e.ts', source: type('../main.ts') },
  { rule: 'dialects-stay-apart', file: 'src/dialects/one/a.ts', source: type('../two/target.ts') },
  { rule: 'dialects-stay-apart', file: 'src/dialects/three.ts', source: value('./two/target.ts') },
  { rule: 'dialects-stay-apart', file: 'src/dialects/one/c.ts', source: type('../registry.ts') },
  { rule: 'dialects-know-only-core', file: 'src/dialects/one/b.ts', source: type('../../engines/one/target.ts') },
  { rule: 'dialects-know-only-core', file: 'src/dialects/one/d.ts', source: value('../../store/target.ts') },
  { rule: 'dialects-know-only-core', file: 'src/dialects/one/f.ts', source: type('../../settings.ts') },
  { rule: 'dialects-speak-web-standards', file: 'src/dialects/one/e.ts', source: type('hono') },
  { rule: 'wires-know-only-core', file: 'src/wires/one/a.ts', source: type('../../dialects/dialect.ts') },
  { rule: 'wires-know-only-core', file: 'src/wires/one/b.ts', source: value('../two/target.ts') },
  { rule: 'engines-stay-apart', file: 'src/engines/one/a.ts', source: type('../two/target.ts') },
  { rule: 'engines-know-only-core', file: 'src/engines/one/b.ts', source: value('../../dialects/dialect.ts') },
  { rule: 'http-mounts-dialects', file: 'src/http/a.ts', source: type('../engines/one/target.ts') },
  { rule: 'http-mounts-dialects', file: 'src/http/b.ts', source: value('../dialects/two/target.ts') },
  { rule: 'http-mounts-dialects', file: 'src/http/c.ts', source: value('../store/target.ts') },
  { rule: 'store-media-worker-know-only-core', file: 'src/store/a.ts', source: type('../media/target.ts') },
  { rule: 'store-media-worker-know-only-core', file: 'src/media/deep/a.ts', source: value('../../http/target.ts') },
  { rule: 'store-media-worker-know-only-core', file: 'src/worker/a.ts', source: type('../engines/one/target.ts') },
  { rule: 'only-main-and-registries-name-adapters', file: 'src/cli/a.ts', source: value('../store/target.ts') },
  { rule: 'only-main-and-registries-name-adapters', file: 'src/config.ts', source: type('./engines/one/target.ts') },
  { rule: 'util-knows-nobody', file: 'src/util/a.ts', source: type('../core/target.ts') },
  { rule: 'source-never-needs-tests-or-tools', file: 'src/main-b.ts', source: value('../tests/support/target.ts') },
  { rule: 'source-never-needs-tests-or-tools', file: 'src/core/f.ts', source: type('./good.test.ts') },
  {
    rule: 'unit-tests-share-only-helpers-and-suites',
    file: 'src/core/g.test.ts',
    source: value('../../scripts/target.ts'),
  },
  { rule: 'sdk-stands-alone', file: 'sdk/a.ts', source: type('../src/core/target.ts') },
  { rule: 'sdk-stands-alone', file: 'sdk/b.ts', source: value('hono') },
  { rule: 'web-talks-through-the-sdk', file: 'web/src/a.ts', source: type('../../src/core/target.ts') },
  { rule: 'web-talks-through-the-sdk', file: 'web/src/b.ts', source: value('../../sdk/target.ts') },
  { rule: 'examples-use-the-public-api', file: 'examples/a.ts', source: value('../src/core/target.ts') },
  { rule: 'child-processes-belong-to-engines-and-media', file: 'src/worker/b.ts', source: value('node:child_process') },
  { rule: 'sockets-belong-to-http-and-fetch', file: 'src/worker/c.ts', source: value('node:https') },
  { rule: 'sockets-belong-to-http-and-fetch', file: 'src/media/probe/a.ts', source: value('node:http') },
  { rule: 'sockets-belong-to-http-and-fetch', file: 'src/engines/one/c.ts', source: value('node:tls') },
  { rule: 'the-store-alone-opens-databases', file: 'src/worker/d.ts', source: value('node:sqlite') },
  { rule: 'no-cycles', file: 'src/core/round.ts', source: type('./trip.ts') },
  { rule: 'imports-resolve', file: 'src/core/h.ts', source: value('./missing.ts') },
  { rule: 'packages-are-declared', file: 'src/http/d.ts', source: value('undeclared') },
  { rule: 'source-runs-without-development-packages', file: 'src/http/e.ts', source: value('fast-check') },
];

/** What the plants point at, and imports that are allowed and must stay so. */
const house: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['core', 'util', 'http', 'store', 'media', 'worker', 'dialects/two', 'engines/one', 'engines/two', 'wires/two'].map(
      (room) => [`src/${room}/target.ts`, 'export const x = 1; export type X = 1;'],
    ),
  ),
  'scripts/target.ts': 'export const x = 1;',
  'sdk/target.ts': 'export const x = 1;',
  'sdk/index.ts': value('./target.ts'),
  'web/src/good.ts': `import { y } from '../../sdk/index.ts'; import 'hono'; export const z = y;`,
  'tests/support/target.ts': 'export const x = 1;',
  'src/settings.ts': 'export type X = 1;',
  'src/core/trip.ts': type('./round.ts').replaceAll(/\b[XY]\b/g, (name) => (name === 'X' ? 'Y as X' : 'Y')),
  'src/dialects/dialect.ts': `import type { X } from '../core/target.ts'; export type Y = X; export const x = 1;`,
  'src/main.ts': `import { x } from './store/target.ts'; import './http/target.ts'; export type X = typeof x;`,
  'src/dialects/registry.ts': `import { x } from './two/target.ts'; import type { X as S } from '../settings.ts'; export type X = S; export const y = x;`,
  'src/engines/registry.ts': value('./one/target.ts'),
  'src/core/good.ts': value('typebox'),
  'src/core/good.test.ts': `import { x } from '../../tests/support/target.ts'; import 'fast-check'; import 'node:fs'; export type X = typeof x;`,
  'src/http/good.ts': `import { x } from '../dialects/dialect.ts'; import 'hono'; import 'node:http'; export const y = x;`,
  'src/engines/two/good.ts': `import { x } from '../../util/target.ts'; import 'node:child_process'; export const y = x;`,
  'src/store/good.ts': `import { x } from '../core/target.ts'; import 'node:sqlite'; export const y = x;`,
  'src/dialects/two/good.ts': value('../../wires/two/target.ts'),
  'src/engines/two/wired.ts': value('../../wires/two/target.ts'),
  'package.json': JSON.stringify({
    type: 'module',
    dependencies: { typebox: '1', hono: '1' },
    devDependencies: { 'fast-check': '1' },
  }),
  ...Object.fromEntries(
    ['typebox', 'hono', 'fast-check', 'undeclared'].flatMap((name) => [
      [`node_modules/${name}/package.json`, JSON.stringify({ name, type: 'module', exports: './index.js' })],
      [`node_modules/${name}/index.js`, 'export const x = 1;'],
    ]),
  ),
};

type Rule = { readonly name: string; readonly comment?: string; readonly severity: string };
type Violation = { readonly from: string; readonly rule: Pick<Rule, 'name'> };
type Summary = {
  readonly violations: readonly Violation[];
  readonly ruleSetUsed: { readonly forbidden: readonly Rule[] };
};

describe('import boundaries', () => {
  let directory = '';
  let violations: readonly Violation[] = [];
  let rules: readonly Rule[] = [];
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'framegate-boundaries-'));
    const files = { ...house, ...Object.fromEntries(plants.map(({ file, source }) => [file, source])) };
    for (const [file, source] of Object.entries(files)) {
      await mkdir(join(directory, dirname(file)), { recursive: true });
      await writeFile(join(directory, file), source);
    }
    for (const file of ['.dependency-cruiser.mjs', 'tsconfig.json']) await cp(join(root, file), join(directory, file));
    const cruise = spawnSync(
      join(root, 'node_modules/.bin/depcruise'),
      [
        '--config',
        '.dependency-cruiser.mjs',
        '--output-type',
        'json',
        'src',
        'sdk',
        'web',
        'scripts',
        'tests',
        'examples',
      ],
      { cwd: directory, encoding: 'utf8', maxBuffer: 2 ** 26 },
    );
    assert.notEqual(cruise.stdout, '', cruise.stderr);
    const { summary } = JSON.parse(cruise.stdout) as { summary: Summary };
    violations = summary.violations;
    rules = summary.ruleSetUsed.forbidden;
  });
  after(() => rm(directory, { recursive: true }));

  for (const { rule, file, source } of plants) {
    it(`${rule}: ${file}, ${source.slice(0, source.indexOf(';'))}`, () => {
      const reported = violations.filter(({ from }) => from === file).map(({ rule: { name } }) => name);
      assert.ok(reported.includes(rule), `reported: ${reported.join(', ') || 'nothing'}`);
    });
  }

  it('leaves alone what is allowed', () => {
    const planted = new Set([...plants.map(({ file }) => file), 'src/core/trip.ts']);
    assert.deepEqual(
      violations.filter(({ from }) => !planted.has(from)).map(({ from, rule }) => `${rule.name}: ${from}`),
      [],
    );
  });

  it('plants every rule, and every rule carries its reason', () => {
    assert.deepEqual([...new Set(plants.map(({ rule }) => rule))].sort(), rules.map(({ name }) => name).sort());
    for (const { name, comment, severity } of rules) assert.ok(comment && severity === 'error', name);
  });
});
