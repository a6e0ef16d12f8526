/** Gives the document checks small repositories with one fault each. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findFaults } from './check-docs.ts';

const manifest = JSON.stringify({ dependencies: { hono: '4.13.18' } });
const record = '# 0001 Why hono\n\n2026-11-21\n\nWe take `hono`.';
const lock = (packages: object) => JSON.stringify({ packages: { '': {}, ...packages } });
const biome = { 'node_modules/biome': { optionalDependencies: { 'biome-moon': '1.0.0' } } };
const good: Readonly<Record<string, string>> = {
  'package.json': manifest,
  'package-lock.json': lock({ ...biome, 'node_modules/biome-moon': {} }),
  'docs/decisions/0001-hono.md': record,
  'docs/guide.md': '# Guide\n\n## Two words: `code`\n\n[back](../README.md) [here](#two-words-code)',
  'README.md': '[guide](docs/guide.md#two-words-code) [out](https://example.com/a) `[no](link.md)`',
};
/** Split, so that the check does not find them in this very file. */
const machine = `/${'work'}/main/x`;
const host = `https://${'registry'}.example.com/`;

const cases: readonly {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly says?: RegExp;
}[] = [
  { what: 'a repository in order', files: {} },
  {
    what: 'a link to a file that is not there',
    files: { 'README.md': '[x](docs/none.md)' },
    says: /^README.md: .*none.md leads to no file/,
  },
  {
    what: 'a picture that is not there',
    files: { 'README.md': '<img src="docs/none.png">' },
    says: /none.png leads to no file/,
  },
  {
    what: 'a link to a heading that is not there',
    files: { 'README.md': '[x](docs/guide.md#three)' },
    says: /#three leads to no heading/,
  },
  {
    what: 'a decision without a date',
    files: { 'docs/decisions/0001-hono.md': '# 0001 Why hono\n\n`hono`' },
    says: /a date such as/,
  },
  {
    what: 'a decision without a title',
    files: { 'docs/decisions/0001-hono.md': record.slice(2) },
    says: /the first line is/,
  },
  { what: 'two decisions of one number', files: { 'docs/decisions/0001-more.md': record }, says: /has the number of/ },
  {
    what: 'a dependency without a record',
    files: { 'package.json': manifest.replace('hono', 'koa') },
    says: /no decision record names `koa`/,
  },
  { what: 'a version range', files: { 'package.json': manifest.replace('4.', '^4.') }, says: /hono is not pinned/ },
  {
    what: 'a lock that lacks a platform',
    files: { 'package-lock.json': lock(biome) },
    says: /lacks biome-moon, which/,
  },
  {
    what: 'a script that does not say what it is for',
    files: { 'scripts/x.ts': 'import "a";' },
    says: /^scripts\/x.ts: the first line/,
  },
  { what: 'a path of one machine', files: { 'src/a.ts': `// see ${machine}` }, says: /^src\/a.ts: names .*main/ },
  { what: 'a host that serves packages', files: { '.npmrc': `x=${host}` }, says: /^.npmrc: names / },
];

describe('findFaults', () => {
  for (const { what, files, says } of cases) {
    it(what, () => {
      const all = { ...good, ...files };
      const folders = new Set(Object.keys(all));
      const faults = findFaults({
        files: Object.keys(all),
        read: (file) => all[file] ?? '',
        exists: (path) => folders.has(path),
      });
      assert.equal(faults.length, says === undefined ? 0 : 1, faults.join('\n'));
      if (says) assert.match(faults[0] ?? '', says);
    });
  }
});
