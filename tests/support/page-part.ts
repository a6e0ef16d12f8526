/** The part of a document that is made from the code: between `<!-- name: begin -->` and `<!-- name: end -->`. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Fails unless the part of the page is `wanted`; with UPDATE_GOLDEN=1 writes it. `page` from the project's root. */
export function assertPagePart(page: string, name: string, wanted: string): void {
  const path = join(root, page);
  const text = readFileSync(path, 'utf8');
  const mark = `<!-- ${name}: begin -->`;
  const begin = text.indexOf(mark) + mark.length;
  const end = text.indexOf(`<!-- ${name}: end -->`);
  assert.ok(begin >= mark.length && end >= begin, `${page} has no place for ${name}`);
  const whole = `\n${wanted}`;
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text.slice(0, begin) + whole + text.slice(end));
  else assert.equal(text.slice(begin, end), whole);
}
