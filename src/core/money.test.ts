/** Dollars as text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dollarsText, micros, parseDollars, toDollars } from './money.ts';

test('a text of dollars becomes exact micro-dollars, or nothing', () => {
  const table: [string, number | undefined][] = [
    ['0', 0],
    ['12', 12_000_000],
    ['0.1', 100_000],
    ['0.000001', 1],
    ['1.15', 1_150_000],
    ['999999999.999999', 999_999_999_999_999],
    ['', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['1.0000001', undefined],
    ['1,5', undefined],
    ['$1', undefined],
  ];
  for (const [text, amount] of table) assert.equal(parseDollars(text), amount, text);
  for (let amount = 1; amount < 1e15; amount = amount * 3 + 1) {
    const text = `${Math.floor(amount / 1_000_000)}.${String(amount % 1_000_000).padStart(6, '0')}`;
    const parsed = parseDollars(text);
    assert.equal(parsed, amount);
    assert.equal(parsed === undefined ? undefined : toDollars(parsed), Number(text));
    if (parsed !== undefined) assert.equal(parseDollars(dollarsText(parsed)), parsed);
  }
});

test('dollars as text have as many decimals as it takes', () => {
  const table: [number, string][] = [
    [0, '0'],
    [60_000, '0.06'],
    [1, '0.000001'],
    [10_000_000, '10'],
    [1_500_000, '1.5'],
    [100_100_000, '100.1'],
  ];
  for (const [amount, text] of table) assert.equal(dollarsText(micros(amount)), text);
});
