/** The words of the pages stand in their tables: none in a component, and none in a table that nobody says. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { en } from '../web/src/i18n/en.ts';
import { zh } from '../web/src/i18n/zh.ts';

const root = join(import.meta.dirname, '../web/src');
const sources = globSync('**/*.{ts,tsx}', { cwd: root })
  .filter((name) => !name.startsWith('i18n/'))
  .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));
/** What is called the same in every language, or typed as it stands. */
const names = new Set(['Framegate', 'English', '中文', 'npx framegate sign-in', 'SHA-256']);
/** Keys whose ends come from data. */
const families =
  /^(api\.step|api\.about|operation|maker|field|group|grouping|measure|scope|ledger|delivery|attempt|state|theme|media\.choose|media\.name)\./;

test('no component has words of its own', () => {
  const found = sources
    .filter(({ name }) => name.endsWith('.tsx'))
    .flatMap(({ name, text }) => {
      const between = [...text.matchAll(/(?<!=)>([^<>{}=;()]*\p{L}{2}[^<>{}=;()]*)<\//gu)].map(
        ([, words = '']) => words,
      );
      const attributes = [...text.matchAll(/(?:aria-label|title|placeholder|alt)="([^"]*)"/g)].map(
        ([, words = '']) => words,
      );
      return [...between, ...attributes].map((words) => `${name}: ${words.trim()}`);
    })
    .filter((line) => !names.has(line.split(': ')[1] ?? ''))
    .filter((line) => !/: $/.test(line));
  assert.deepEqual(found, []);
});

test('every message is said somewhere, and has the same blanks in both languages', () => {
  const all = sources.map(({ text }) => text).join('\n');
  const unsaid = Object.keys(en).filter((key) => !families.test(key) && !all.includes(`'${key}'`));
  assert.deepEqual(unsaid, []);
  const blanks = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([blank]) => blank).sort();
  for (const [key, text] of Object.entries(en)) {
    assert.deepEqual(blanks(zh[key as keyof typeof en]), blanks(text), key);
  }
});
