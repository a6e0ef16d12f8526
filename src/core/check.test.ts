import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Check, findBreaches } from './check.ts';
import type { JsonObject } from './json.ts';

const rulesOf = (check: Omit<Check, 'rule'>, values: Record<string, number | string>, input: JsonObject = {}) =>
  findBreaches([{ rule: 'tried', ...check }], (name) => values[name], input).map(
    ({ field, predicate }) => `${field} ${predicate}`,
  );

test('at least one, at most one: nothing, zero items and an empty text are absent', () => {
  const one = { atLeastOne: ['images', 'videos'] };
  assert.deepEqual(rulesOf(one, { images: 0 }), ['images is required, unless there is videos']);
  assert.deepEqual(rulesOf(one, { images: '' }), ['images is required, unless there is videos']);
  assert.deepEqual(rulesOf(one, { videos: 1 }), []);
  const most = { atMostOne: ['a', 'b', 'c'] };
  assert.deepEqual(rulesOf(most, { b: 1 }), []);
  assert.deepEqual(rulesOf(most, { a: 1, c: 2 }), ['c may not stand beside a']);
});

test('a check holds back until its condition holds, and an absent field breaks nothing', () => {
  const check: Omit<Check, 'rule'> = { when: { duration: [8] }, must: { resolution: ['720p'] } };
  assert.deepEqual(rulesOf(check, { duration: 4, resolution: '1080p' }), []);
  assert.deepEqual(rulesOf(check, { duration: 8 }), []);
  assert.deepEqual(rulesOf(check, { duration: 8, resolution: '1080p' }), [
    'resolution must be 720p with duration 8; it is 1080p',
  ]);
  assert.deepEqual(rulesOf({ must: { images: { from: 1, to: 4 } } }, { images: 5 }), [
    'images must be 1 to 4; it is 5',
  ]);
});

test('values inside a list differ where they must', () => {
  const check = { unique: 'subjects.name' };
  assert.deepEqual(rulesOf(check, {}, { subjects: [{ name: 'a' }, { name: 'b' }, {}] }), []);
  assert.deepEqual(rulesOf(check, {}, { subjects: [{ name: 'a' }, { name: 'a' }] }), [
    'subjects may have each name once; a is there twice',
  ]);
  assert.deepEqual(rulesOf(check, {}, {}), []);
});

test('each item of a list has at least one of the fields, counted in that item alone', () => {
  const check = { each: 'subjects', atLeastOne: ['images', 'server_id'] };
  const subjects = [{ name: 'a' }, { name: 'b' }];
  assert.deepEqual(rulesOf(check, { 'subjects[0].images': 1, 'subjects[1].server_id': 1 }, { subjects }), []);
  assert.deepEqual(rulesOf(check, { 'subjects[0].images': 3, 'subjects.images': 3 }, { subjects }), [
    'subjects must have images or server_id in each; [1] has none',
  ]);
  assert.deepEqual(rulesOf(check, {}, {}), []);
});
