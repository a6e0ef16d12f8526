import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { whole } from './whole.ts';

test('rounds as Math.round does, and never to minus zero', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
      assert.ok(Object.is(whole(value), Math.round(value) + 0));
    }),
  );
  assert.ok(Object.is(whole(-0.2), 0));
});
