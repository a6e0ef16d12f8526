import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashKey, keyBodyLength, keyHint, makeKeyText, mayBeKey } from './key-text.ts';

test('a made key is its prefix, its body and a checksum that finds any slip of one character', () => {
  const key = makeKeyText('aZ09'.repeat(keyBodyLength / 4));
  assert.match(key, /^fgk_[0-9A-Za-z]{38}$/);
  assert.equal(mayBeKey(key), true);
  for (let index = 4; index < key.length; index += 1) {
    const slip = `${key.slice(0, index)}${key[index] === 'x' ? 'y' : 'x'}${key.slice(index + 1)}`;
    assert.equal(mayBeKey(slip), false, slip);
  }
});

test("an owner's own key may be any text, and a hint never gives a key away", () => {
  for (const text of ['sixteen-letters-', 'fgk_short', 'fgk_with spaces?']) assert.equal(mayBeKey(text), true);
  assert.ok(keyHint(makeKeyText('a'.repeat(32))).length < 10);
  assert.match(hashKey('a'), /^[0-9a-f]{64}$/);
});
