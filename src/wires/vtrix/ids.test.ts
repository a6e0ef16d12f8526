import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { isVtrixId, makeVtrixId } from './ids.ts';

test('ids are twenty letters and digits, and every character of the alphabet is as likely', () => {
  const ids = Array.from({ length: 2_000 }, () => makeVtrixId(randomBytes));
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.every(isVtrixId));
  const counts = new Map<string, number>();
  for (const character of ids.join('')) counts.set(character, (counts.get(character) ?? 0) + 1);
  assert.equal(counts.size, 32);
  // 1250 each; six standard deviations are 209.
  assert.ok([...counts.values()].every((count) => Math.abs(count - 1_250) < 210));
  for (const text of [
    '',
    'A'.repeat(20),
    'a'.repeat(19),
    'a'.repeat(21),
    `${'a'.repeat(19)}/`,
    `${'a'.repeat(20)}\n`,
  ]) {
    assert.equal(isVtrixId(text), false, JSON.stringify(text));
  }
});
