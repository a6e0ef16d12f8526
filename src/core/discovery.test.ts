import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCatalog } from '../catalog.ts';
import { typicalPrice } from './discovery.ts';
import { micros } from './money.ts';

const rate = { microsPerDollar: micros(7_100_000), date: '2026-11-21' };
const [film] = readCatalog().models.filter(({ id }) => id === 'vidu/2.0/start-end-to-video');

test('a typical price is that of the next length which the model makes, at the resolution asked', () => {
  assert.ok(film !== undefined);
  const price = (terms: Parameters<typeof typicalPrice>[1]) => typicalPrice(film, terms, rate);
  // It makes 4 or 8 seconds; 8 cost 0.50.
  assert.equal(price({ minimumSeconds: 5 }), 500_000);
  assert.equal(price({ minimumSeconds: 8 }), 500_000);
  assert.equal(price({ minimumSeconds: 4, resolution: '720P' }), 200_000);
  assert.equal(price({ resolution: '1080p' }), 500_000);
});
