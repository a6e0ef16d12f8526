import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exactRate, rateText } from './frame-rate.ts';

test('a rate told to three decimals is found again as it truly is', () => {
  for (const [told, text] of [
    [24, '24'],
    [23.976, '24000/1001'],
    [29.97, '30000/1001'],
    [59.94, '60000/1001'],
    [25.001, '25'],
    [12.5, '12500/1000'],
    [119.88, '120000/1001'],
  ] as const) {
    assert.equal(rateText(told), text);
    assert.equal(rateText(exactRate(told)), text);
  }
  assert.equal(exactRate(29.97), 30000 / 1001);
});
