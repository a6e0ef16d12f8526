import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createDocs } from './docs.ts';

const directory = mkdtempSync(join(tmpdir(), 'framegate-docs-'));
mkdirSync(join(directory, 'decisions'));
writeFileSync(join(directory, 'secret.txt'), 'no page');
writeFileSync(
  join(directory, 'one.md'),
  '# One & all\n\n[Two](decisions/two.md#a-b), [out](../src/x.ts), [far](https://example.org)\n\n| a |\n| --- |\n| `b` |\n',
);
writeFileSync(join(directory, 'decisions/two.md'), '# Two\n\n## A, b\n\n[One](../one.md)\n');
const docs = createDocs(directory, 'main{}');
after(() => rmSync(directory, { recursive: true }));

const bodyOf = async (path: string) => (await docs.page(path)?.text()) ?? '';

test('the list names every page by its title', async () => {
  const html = await bodyOf('');
  assert.match(html, /<a href="one.md">One &amp; all<\/a>/);
  assert.match(html, /<h2 id="decisions">Decisions<\/h2>/);
  assert.match(html, /<a href="decisions\/two.md">Two<\/a>/);
});

test('a page links to pages and to the web, and to nothing else', async () => {
  const html = await bodyOf('one.md');
  assert.match(html, /<a href="decisions\/two.md#a-b">Two<\/a>, out, <a href="https:\/\/example.org">far<\/a>/);
  assert.match(html, /<div class="wide"><table>/);
  assert.match(html, /<td><code>b<\/code><\/td>/);
  const two = await bodyOf('decisions/two.md');
  assert.match(two, /<h2 id="a-b">A, b<\/h2>/);
  assert.match(two, /href="\.\.\/style.css"/);
  assert.match(two, /<a href="\.\.\/one.md">/);
});

test('nothing but pages and their style is served, each with a policy', async () => {
  for (const path of ['secret.txt', '../package.json', 'decisions', 'two.md', '/etc/passwd']) {
    assert.equal(docs.page(path), undefined, path);
  }
  const style = docs.page('style.css');
  assert.equal(await style?.text(), 'main{}');
  assert.match(style?.headers.get('content-security-policy') ?? '', /default-src 'none'/);
});
