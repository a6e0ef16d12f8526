import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { micros } from '../../core/money.ts';
import {
  creationId,
  formatTime,
  isTaskId,
  makeTaskId,
  parseCreationId,
  parseTime,
  parseUploadUri,
  toCredits,
  uploadUri,
  wholeCredits,
} from './words.ts';

test('task ids are 18 digits, differ, and give creation ids below 2^63', () => {
  const ids = Array.from({ length: 5_000 }, () => makeTaskId((length) => randomBytes(length)));
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) {
    assert.ok(isTaskId(id) && /^\d{18}$/.test(id));
    assert.ok(BigInt(creationId(id, 9)) < 2n ** 63n);
    assert.deepEqual(parseCreationId(creationId(id, 3)), { taskId: id, index: 3 });
  }
  for (const text of ['', '31', '0'.repeat(19), '9'.repeat(19), `${ids[0]}x`, `${ids[0]}11`]) {
    assert.equal(parseCreationId(text), undefined, text);
  }
});

test('a fraction of a credit is paid as a whole one, and buys nothing', () => {
  const cases: [number, number, number][] = [
    [0, 0, 0],
    [1, 1, 0],
    [5_000, 1, 1],
    [5_001, 2, 1],
    [575_000, 115, 115],
  ];
  for (const [amount, paid, left] of cases) {
    assert.deepEqual([toCredits(micros(amount)), wholeCredits(micros(amount))], [paid, left]);
  }
});

test('times have six decimals and are read back; other forms are not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), (time) => {
      const text = formatTime(time);
      assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      assert.equal(parseTime(text), time);
    }),
  );
  assert.equal(parseTime('2026-01-01T08:00:00+08:00'), parseTime('2026-01-01T00:00:00Z'));
  for (const text of ['', 'yesterday', '2026-01-01', '2026-13-01T00:00:00Z', '1767225600']) {
    assert.equal(parseTime(text), undefined, text);
  }
});

test('an uploaded file is named by an id, whatever is in it', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (id) => assert.equal(parseUploadUri(uploadUri(id)), id)));
  for (const text of ['', 'https://example.com', 'ssupload:id=1', 'ssupload:?id=%zz']) {
    assert.equal(parseUploadUri(text), undefined, text);
  }
});
