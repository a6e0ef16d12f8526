/** The counter of wrong keys: its window, its addresses and its bound. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressBucket, createFailureCounter, failureLimit, prefixFailureLimit } from './failures.ts';

/** One that begins like no other. */
let made = 0;
function key(): string {
  made += 1;
  return `${made}-key-of-the-test`;
}

test('an address may fail so often in a minute, then it is told how long to wait', () => {
  let now = 1_000;
  const note = createFailureCounter({ now: () => now });
  for (let count = 0; count < failureLimit; count += 1) assert.equal(note('192.0.2.1', key()), undefined);
  now += 20_000;
  assert.equal(note('192.0.2.1', key()), 40_000);
  assert.equal(note('192.0.2.2', key()), undefined);
  now += 40_000;
  assert.equal(note('192.0.2.1', key()), undefined);
});

test('keys that begin alike are counted together, wherever they come from', () => {
  const note = createFailureCounter({ now: () => 0 });
  const from = (index: number) => `192.0.${index >> 8}.${index & 255}`;
  for (let index = 0; index < prefixFailureLimit; index += 1) {
    assert.equal(note(from(index), `fgk_secret${index}`), undefined);
  }
  assert.equal(note('198.51.100.1', 'fgk_secretly'), 60_000);
  assert.equal(note('198.51.100.1', 'fgk_another'), undefined);
});

test('it remembers no more addresses than it may, and the newest of them', () => {
  const note = createFailureCounter({ now: () => 0 });
  for (let index = 0; index < 30_000; index += 1) note(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, key());
  for (let count = 1; count < failureLimit; count += 1) note('10.0.117.47', key());
  assert.notEqual(note('10.0.117.47', key()), undefined);
  for (let count = 0; count < failureLimit; count += 1) assert.equal(note('10.0.0.0', key()), undefined);
});

test('an IPv6 address counts with its /64, a mapped one as the IPv4 address it is', () => {
  const table: [string, string][] = [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0db8::7', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
  ];
  for (const [address, bucket] of table) assert.equal(addressBucket(address), bucket, address);
});
