import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, parseIdempotencyKey } from './idempotency.ts';

test('two spellings of one value are one text, two values are two', () => {
  assert.equal(canonicalJson({ b: 1, a: [{ d: null, c: 'x' }] }), '{"a":[{"c":"x","d":null}],"b":1}');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)));
    }),
  );
  assert.notEqual(canonicalJson({ a: ['b'] }), canonicalJson({ a: 'b' }));
});

test('a key has 1 to 255 printable characters', () => {
  for (const key of ['a', ' ', '~'.repeat(255)]) assert.equal(parseIdempotencyKey(key), key);
  for (const key of ['', 'ä', '\u0000', 'a\n', 'a'.repeat(256)]) {
    assert.throws(() => parseIdempotencyKey(key), { code: 'invalid_request' });
  }
});
