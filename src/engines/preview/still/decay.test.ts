import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decay } from './decay.ts';

test('the table is the exponential, as near as a picture can show', () => {
  for (let value = 0; value < 40; value += 0.0371) {
    assert.ok(Math.abs(decay(value) - Math.exp(-value)) < 1e-4, String(value));
  }
});
