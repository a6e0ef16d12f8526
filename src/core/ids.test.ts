import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { makeTaskId, parseArtifactId, parseTaskId, randomBase62 } from './ids.ts';

test('a made id is read back by its own parser and by no other', () => {
  const id = makeTaskId(randomBytes);
  assert.match(id, /^task_[0-9A-Za-z]{22}$/);
  assert.equal(parseTaskId(id), id);
  assert.equal(parseArtifactId(id), undefined);
  for (const wrong of ['', 'task_', `${id}x`, id.slice(1), `${id.slice(0, -1)}-`])
    assert.equal(parseTaskId(wrong), undefined);
});

test('base62 draws every character about as often: bytes that would bias it are drawn again', () => {
  const counts = new Map<string, number>();
  const text = randomBase62(62 * 2_000, randomBytes);
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  assert.equal(counts.size, 62);
  // 2000 +- 6 standard deviations of a binomial with p = 1/62.
  for (const count of counts.values()) assert.ok(Math.abs(count - 2_000) < 6 * Math.sqrt(2_000));
  assert.equal(
    randomBase62(2, () => Uint8Array.of(255, 248, 0, 61)),
    '0z',
  );
});
