/** Plants test files with every kind of fault and looks whether the runner sees it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type FileResult, runTestFile } from './test-file.ts';

const heading = `import { describe, it } from 'node:test'; import assert from 'node:assert/strict';`;

type Plant = {
  readonly what: string;
  readonly source: string;
  readonly passed: number;
  /** What the failures must say, one pattern each, in order; empty means the file is good. */
  readonly says: readonly RegExp[];
  readonly excused?: readonly RegExp[];
};

const plants: readonly Plant[] = [
  {
    what: 'tests that pass',
    source: `describe('s', () => { it('a', () => {}); it('b', () => {}); });`,
    passed: 2,
    says: [],
  },
  {
    what: 'an assertion that fails, with its diff',
    source: `it('a', () => {}); describe('s', () => { it('b', () => assert.deepEqual([1, 2], [1, 3])); });`,
    passed: 1,
    says: [/^s > b \(line 1\).*\+ {3}2\n- {3}3/s],
  },
  {
    what: 'a hook that fails',
    source: `import { after } from 'node:test'; describe('s', () => { it('a', () => {}); after(() => { throw new Error('hook'); }); });`,
    passed: 1,
    says: [/^s .*hook/s],
  },
  {
    what: 'skips and todos without a reason',
    source: `it('a', { skip: true }, () => {}); it('b', { todo: true }, () => {}); it.todo('c'); describe('d', { skip: true }, () => {});`,
    passed: 0,
    says: [/^a .*skipped without/s, /^b .*todo without/s, /^c .*todo without/s, /^d .*skipped without/s],
  },
  {
    what: 'skips and todos with a reason',
    source: `it('a', { skip: 'needs a moon' }, () => {}); it('b', { todo: 'issue 9' }, () => { throw new Error('not yet'); });`,
    passed: 0,
    says: [],
    excused: [/^a .*skipped, needs a moon/, /^b .*todo, issue 9/],
  },
  { what: 'a file without tests', source: `console.log('nothing here');`, passed: 0, says: [/holds no test/] },
  {
    what: 'an import that does not resolve',
    source: `import './missing.ts'; it('a', () => {});`,
    passed: 0,
    says: [/code 1 before/],
  },
  {
    what: 'process.exit(0) in the middle',
    source: `it('a', () => {}); it('b', async () => { await new Promise((r) => setTimeout(r, 50)); process.exit(0); }); it('c', () => {});`,
    passed: 1,
    says: [/code 0 before its tests were done.*running: b/s],
  },
  {
    what: 'a crash',
    source: `it('a', () => process.kill(process.pid, 'SIGKILL'));`,
    passed: 0,
    says: [/ended by SIGKILL/],
  },
  {
    what: 'a rejection nobody handles while a test runs',
    source: `it('a', async () => { Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 50)); });`,
    passed: 0,
    says: [/^a .*lost/s],
  },
  {
    what: 'a rejection nobody handles after its test',
    source: `it('a', () => { setTimeout(() => Promise.reject(new Error('late')), 50); });`,
    passed: 1,
    says: [/code 1 although no test failed.*late/s],
  },
  {
    what: 'a handle left open',
    source: `it('a', () => { setInterval(() => {}, 1000); });`,
    passed: 1,
    says: [/the process goes on.*Timeout/s],
  },
  {
    what: 'a process left running',
    source: `import { spawn } from 'node:child_process'; it('a', () => { spawn('sleep', ['60'], { stdio: 'ignore' }).unref(); });`,
    passed: 1,
    says: [/left a process running/],
  },
  {
    what: 'a test that never ends',
    source: `it('quick', () => {}); it('for ever', () => new Promise((r) => setTimeout(r, 1e8)));`,
    passed: 1,
    says: [/was killed.*running: for ever/s],
  },
  {
    what: 'an endless loop',
    source: `it('round', () => { for (;;); });`,
    passed: 0,
    says: [/was killed/],
  },
];

describe('runTestFile', { concurrency: 2 }, () => {
  let root = '';
  before(async () => {
    process.env.TEST_LEAK_GRACE_MS = '400';
    root = await mkdtemp(join(tmpdir(), 'framegate-runner-'));
    await writeFile(join(root, 'package.json'), '{"type":"module"}');
  });
  after(() => rm(root, { recursive: true }));

  for (const [index, { what, source, passed, says, excused = [] }] of plants.entries()) {
    it(what, async () => {
      const file = `${index}.test.ts`;
      await writeFile(join(root, file), `${heading} ${source}`);
      const result = await runTestFile(file, { root, timeoutMs: 4_000, signal: new AbortController().signal });
      assert.equal(result.passed, passed, inspectResult(result));
      matchAll(
        result.failures.filter(({ isOutput }) => !isOutput).map(({ title, detail }) => `${title}\n${detail}`),
        says,
      );
      matchAll(result.excused, excused);
    });
  }

  it('shows what a failing file printed, and its own output does not disturb the count', async () => {
    await writeFile(
      join(root, 'loud.test.ts'),
      `${heading} it('a', () => { console.log('{"type":"passed"}'); assert.ok(false); });`,
    );
    const result = await runTestFile('loud.test.ts', { root, timeoutMs: 4_000, signal: new AbortController().signal });
    assert.equal(result.passed, 0);
    assert.match(result.failures.find(({ isOutput }) => isOutput)?.detail ?? '', /\{"type":"passed"\}/);
  });
});

function matchAll(texts: readonly string[], patterns: readonly RegExp[]): void {
  assert.equal(texts.length, patterns.length, texts.join('\n'));
  for (const [index, pattern] of patterns.entries()) assert.match(texts[index] ?? '', pattern);
}

function inspectResult({ failures }: FileResult): string {
  return failures.map(({ title, detail }) => `${title}: ${detail}`).join('\n');
}
