import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeMoney, encodeTime, isWireId, makeClientId, makeWireId, maskKey } from './values.ts';

test('an id has 19 digits and fits a signed 64-bit integer, whatever is drawn', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 8, maxLength: 8 }), { minLength: 1, maxLength: 3 }), (drawn) => {
      const queue = [...drawn];
      const id = makeWireId((length) => queue.shift() ?? new Uint8Array(randomBytes(length)));
      assert.ok(isWireId(id), id);
      assert.ok(BigInt(id) <= 2n ** 63n - 1n, id);
    }),
  );
  assert.equal(
    new Set(Array.from({ length: 1000 }, () => makeWireId((length) => new Uint8Array(randomBytes(length))))).size,
    1000,
  );
});

test('draws below the smallest id of 19 digits are drawn again', () => {
  const draws = [new Uint8Array(8), new Uint8Array(8).fill(255)];
  assert.equal(
    makeWireId(() => draws.shift() ?? assert.fail()),
    String(2n ** 63n - 1n),
  );
});

test('what is no id of this form', () => {
  for (const text of [
    '',
    '0',
    '0123456789012345678',
    '12345678901234567890',
    '204111222333444555x',
    ' 2041112223334445556',
  ]) {
    assert.equal(isWireId(text), false, text);
  }
});

test('money, times, connections and keys', () => {
  const amounts = [0, 100_000, 12_500_000, 12_345, 1, -30_000].map(encodeMoney);
  assert.deepEqual(amounts, ['0.000', '0.100', '12.500', '0.012345', '0.000001', '-0.030']);
  assert.equal(encodeTime(Date.UTC(2026, 0, 5, 10)), '2026-01-05T10:00:00.000');
  assert.match(
    makeClientId((length) => new Uint8Array(length).fill(10)),
    /^(0a){16}$/,
  );
  assert.equal(maskKey('fg_abcdefgh…'), 'fg_abcde****');
});
