/** The log of the catalogue: what it asks for before a change is written down. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCatalog } from '../src/catalog.ts';
import type { Model } from '../src/core/model.ts';
import type { Update } from '../src/core/updates.ts';
import { createHistory, findGaps, renderUpdatesPage } from './catalog-history.ts';

const [model] = readCatalog().models as readonly [Model];
const first: Update = { date: model.modified, what: 'It begins.', models: ['*'] };
const known = createHistory([model]);
const today = '2030-01-02';
const gaps = (changed: Model, updates: readonly Update[] = [first], day = today) =>
  findGaps({ models: [changed], updates }, known, day);
const retired: Model = { ...model, isRetired: true };

test('what did not change, or only in words, needs no entry', () => {
  assert.deepEqual(gaps(model), []);
  assert.deepEqual(gaps({ ...model, title: 'A better title' }), []);
});

test('facts that change need their day, and an entry of that day about the model', () => {
  assert.match(gaps(retired)[0] ?? '', /its facts changed, and its day is still/);
  assert.deepEqual(gaps(retired, [first], model.modified), [], 'a second change on the same day');
  const dated = { ...retired, modified: today };
  assert.match(gaps(dated)[0] ?? '', /has no entry of that day about it/);
  const entry = { date: today, what: 'It ends.', models: [model.id] };
  assert.deepEqual(gaps(dated, [entry, first]), []);
  assert.equal(gaps(dated, [{ ...entry, models: ['other/*'] }, first]).length, 1);
});

test('a model is retired, not removed', () => {
  assert.match(findGaps({ models: [], updates: [] }, known, today)[0] ?? '', /is gone/);
});

test('the page tells day, words and how many models each entry is about', () => {
  assert.match(renderUpdatesPage({ models: [model], updates: [first] }), /\| It begins\. \| 1: `\*` \|/);
});
