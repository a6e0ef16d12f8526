import assert from 'node:assert/strict';
import { isIPv4, isIPv6 } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAddress, isInBlock, parseAddress, parseBlock } from './address-bytes.ts';

const byte = fc.integer({ min: 0, max: 255 });
const bytes16 = fc.array(byte, { minLength: 16, maxLength: 16 });

/** Whatever Node calls an address is one here, and nothing else is; zones excepted, which name an interface of ours. */
test('texts are addresses exactly when Node says so', () => {
  const piece = fc.constantFrom(
    '0',
    '1',
    '00',
    '7f',
    'ffff',
    '10000',
    '255',
    '256',
    '01',
    '127.0.0.1',
    ':',
    '::',
    '.',
    '%',
    'g',
    ' ',
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    fc.array(fc.constantFrom('0', '1', 'ffff', '', '127.0.0.1'), { maxLength: 9 }).map((groups) => groups.join(':')),
    fc.ipV4(),
    fc.ipV4Extended(),
    fc.ipV6(),
  );
  fc.assert(
    fc.property(text, (given) => {
      const expected = isIPv4(given) ? 4 : isIPv6(given) && !given.includes('%') ? 6 : undefined;
      assert.equal(parseAddress(given)?.family, expected, JSON.stringify(given));
    }),
    { numRuns: 5_000 },
  );
});

test('sixteen bytes survive every way to write them', () => {
  fc.assert(
    fc.property(bytes16, fc.boolean(), (bytes, isShort) => {
      const groups = Array.from({ length: 8 }, (_, index) =>
        Buffer.from(bytes).toString('hex', 2 * index, 2 * index + 2),
      );
      const full = groups.join(':');
      // The WHATWG parser writes the short form.
      const text = isShort ? new URL(`http://[${full}]`).hostname.slice(1, -1) : full.toUpperCase();
      assert.deepEqual(parseAddress(text), { family: 6, bytes });
      assert.deepEqual(parseAddress(formatAddress({ family: 6, bytes })), { family: 6, bytes });
      const tail = bytes.slice(12).join('.');
      assert.deepEqual(parseAddress(`${groups.slice(0, 6).join(':')}:${tail}`), { family: 6, bytes });
      assert.equal(formatAddress(parseAddress(tail) ?? { family: 6, bytes }), tail);
    }),
  );
});

test('an address is in a block exactly when their bits begin alike', () => {
  const bits = (bytes: readonly number[]) => bytes.map((one) => one.toString(2).padStart(8, '0')).join('');
  fc.assert(
    fc.property(
      bytes16,
      bytes16,
      fc.integer({ min: 0, max: 128 }),
      fc.integer({ min: 0, max: 128 }),
      (one, other, length, shared) => {
        // Share some bits, or two random addresses would hardly ever meet.
        const mixed = bits(one).slice(0, shared) + bits(other).slice(shared);
        const address = {
          family: 6 as const,
          bytes: (mixed.match(/.{8}/g) ?? []).map((part) => Number.parseInt(part, 2)),
        };
        const block = parseBlock(`${formatAddress({ family: 6, bytes: one })}/${length}`);
        assert.ok(block !== undefined);
        assert.equal(isInBlock(address, block), bits(address.bytes).startsWith(bits(one).slice(0, length)));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('the families stay apart, and a block must have a length that fits', () => {
  const everyIpv6 = parseBlock('::/0');
  const everyIpv4 = parseBlock('0.0.0.0/0');
  const mapped = parseAddress('::ffff:1.2.3.4');
  const plain = parseAddress('1.2.3.4');
  assert.ok(everyIpv4 && everyIpv6 && mapped && plain);
  assert.deepEqual([isInBlock(plain, everyIpv6), isInBlock(mapped, everyIpv4)], [false, false]);
  assert.deepEqual([isInBlock(plain, everyIpv4), isInBlock(mapped, everyIpv6)], [true, true]);
  for (const text of [
    '1.2.3.4',
    '1.2.3.4/33',
    '::/129',
    '1.2.3.4/',
    '1.2.3.4/08',
    '1.2.3.4/8/8',
    '/8',
    'a/8',
    '::/-1',
  ]) {
    assert.equal(parseBlock(text), undefined, text);
  }
});
