import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGlimpses } from './glimpses.ts';
import type { TaskId } from './ids.ts';

const id = (text: string) => text as TaskId;

test('the newest glimpse of a task is shown, numbered, until it is forgotten', () => {
  const glimpses = createGlimpses();
  glimpses.show(id('a'), new Uint8Array([1]));
  glimpses.show(id('a'), new Uint8Array([2]));
  assert.deepEqual(glimpses.of(id('a')), { bytes: new Uint8Array([2]), number: 2 });
  glimpses.show(id('a'), new Uint8Array(65 * 1024));
  assert.equal(glimpses.of(id('a'))?.number, 2, 'what is too large is not shown');
  glimpses.forget(id('a'));
  assert.equal(glimpses.of(id('a')), undefined);
});

test('there are never more than 500, and the one shown longest ago goes first', () => {
  const glimpses = createGlimpses();
  for (let count = 0; count < 500; count += 1) glimpses.show(id(`${count}`), new Uint8Array([1]));
  glimpses.show(id('0'), new Uint8Array([1]));
  glimpses.show(id('new'), new Uint8Array([1]));
  assert.equal(glimpses.of(id('1')), undefined);
  assert.ok(glimpses.of(id('0')));
  assert.ok(glimpses.of(id('new')));
});
