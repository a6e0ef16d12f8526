import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { carriedAddresses, isMetadataAddress, isReachable, parseAllowList, specialNameOf } from './address.ts';
import { type Address, formatAddress, parseAddress } from './address-bytes.ts';
import { specialIpv4Blocks, specialIpv6Blocks } from './special-blocks.ts';

function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed, text);
  return parsed;
}

const nothing = parseAllowList([]);
const isPublic = (text: string) => isReachable(address(text), nothing, false);

/** The address `steps` behind the first or last of a block; undefined beyond the ends of its family. */
function neighbours(block: string): readonly { readonly text: string; readonly isInside: boolean }[] {
  const [start = '', length = ''] = block.split('/');
  const { family, bytes } = address(start);
  const width = family === 4 ? 32n : 128n;
  const first = BigInt(`0x${Buffer.from(bytes.slice(family === 4 ? 12 : 0)).toString('hex')}`);
  const final = first + (1n << (width - BigInt(length))) - 1n;
  const write = (value: bigint) => {
    const hex = value.toString(16).padStart(Number(width) / 4, '0');
    return family === 4
      ? (hex.match(/../g) ?? []).map((part) => Number.parseInt(part, 16)).join('.')
      : (hex.match(/.{4}/g) ?? []).join(':');
  };
  return [
    { text: write(first), isInside: true },
    { text: write(final), isInside: true },
    ...(first > 0n ? [{ text: write(first - 1n), isInside: false }] : []),
    ...(final < (1n << width) - 1n ? [{ text: write(final + 1n), isInside: false }] : []),
  ];
}

test('first and last of each special block are refused, and their neighbours are what the slow reader says', () => {
  for (const { block, name } of [...specialIpv4Blocks, ...specialIpv6Blocks]) {
    for (const { text, isInside } of neighbours(block)) {
      if (isInside) assert.equal(isPublic(text), false, `${text} of ${block}, ${name}`);
      assert.equal(isPublic(text), isPublicByText(text), `${text} at ${block}, ${name}`);
    }
  }
});

test('well-known public addresses are public', () => {
  for (const text of ['1.0.0.0', '8.8.8.8', '9.255.255.255', '93.184.216.34', '223.255.255.255', '100.128.0.0']) {
    assert.equal(isPublic(text), true, text);
  }
  for (const text of ['2000::1', '2001:200::1', '2003::1', '2606:4700::1111', '2a00:1450:4001::200e']) {
    assert.equal(isPublic(text), true, text);
  }
});

/**
 * The same question answered by somebody else: from the text of an address, digit by digit, with blocks written as the
 * beginnings of texts. Shares neither the parser nor the table nor the arithmetic.
 */
function isPublicByText(text: string): boolean {
  return text.includes(':') ? isPublicIpv6Text(spellOut(text)) : isPublicIpv4Text(text);
}

function spellOut(text: string): string {
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...middle, ...right].map((group) => group.padStart(4, '0')).join('');
}

const specialIpv4Texts = [
  /^0\./,
  /^10\./,
  /^100\.(6[4-9]|[789]\d|1[01]\d|12[0-7])\./,
  /^127\./,
  /^169\.254\./,
  /^172\.(1[6-9]|2\d|3[01])\./,
  /^192\.0\.[02]\./,
  /^192\.31\.196\./,
  /^192\.52\.193\./,
  /^192\.88\.99\./,
  /^192\.168\./,
  /^192\.175\.48\./,
  /^198\.1[89]\./,
  /^198\.51\.100\./,
  /^203\.0\.113\./,
  /^(22[4-9]|23\d|24\d|25[0-5])\./,
  /^168\.63\.129\.16$/,
];

function isPublicIpv4Text(text: string): boolean {
  return !specialIpv4Texts.some((pattern) => pattern.test(text));
}

/** On 32 hexadecimal digits. */
const specialIpv6Texts = /^(?:200100|200101|20010db8|2002|2620004f8000|3fff0)/;

function isPublicIpv6Text(digits: string): boolean {
  if (!/^[23]/.test(digits) || specialIpv6Texts.test(digits)) return false;
  if (!/^.{16}0[02]005efe/.test(digits)) return true;
  return isPublicIpv4Text((digits.slice(24).match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)).join('.'));
}

/** Addresses near the edges, where mistakes are: the bytes of some block's start with a few of them changed. */
function nearBlocks(starts: readonly string[], width: number) {
  return fc
    .tuple(
      fc.constantFrom(...starts.map((block) => address(block.split('/')[0] ?? '').bytes.slice(16 - width))),
      fc.array(fc.tuple(fc.nat(width - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
      fc.array(fc.tuple(fc.nat(width - 1), fc.constantFrom(-1, 1)), { maxLength: 1 }),
    )
    .map(([start, changes, steps]) => {
      const bytes = [...start];
      for (const [place, value] of changes) bytes[place] = value;
      for (const [place, step] of steps) bytes[place] = ((bytes[place] ?? 0) + step) & 0xff;
      return bytes;
    });
}

test('IPv4: the classifier agrees with the slow reader of texts', () => {
  const bytes = fc.oneof(
    fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 }),
    nearBlocks(
      specialIpv4Blocks.map(({ block }) => block),
      4,
    ),
  );
  fc.assert(
    fc.property(bytes, (four) => {
      const text = four.join('.');
      assert.equal(isPublic(text), isPublicByText(text), text);
    }),
    { numRuns: 20_000 },
  );
});

test('IPv6: the classifier agrees with the slow reader of texts', () => {
  const sixteen = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 16, maxLength: 16 });
  const isatap = fc
    .tuple(
      sixteen,
      fc.constantFrom(0, 2),
      nearBlocks(
        specialIpv4Blocks.map(({ block }) => block),
        4,
      ),
    )
    .map(([bytes, flag, inner]) => [0x26, 6, ...bytes.slice(2, 8), flag, 0, 0x5e, 0xfe, ...inner]);
  const bytes = fc.oneof(
    sixteen,
    sixteen.map(([first = 0, ...rest]) => [0x20 | (first & 0x1f), ...rest]),
    nearBlocks(
      specialIpv6Blocks.map(({ block }) => block),
      16,
    ),
    isatap,
  );
  fc.assert(
    fc.property(bytes, (given) => {
      const text = formatAddress({ family: 6, bytes: given });
      assert.equal(isPublic(text), isPublicByText(text), text);
    }),
    { numRuns: 20_000 },
  );
});

test('IPv4 inside IPv6 is found in each form that carries it', () => {
  const carried = {
    '::ffff:127.0.0.1': ['127.0.0.1'],
    '::10.1.2.3': ['10.1.2.3'],
    '::': [],
    '::1': [],
    '::ffff:0:10.1.2.3': ['10.1.2.3'],
    '64:ff9b::169.254.169.254': ['169.254.169.254'],
    // One address in the four places RFC 6052 2.2 has for a prefix of 48, 56, 64 and 96 bits.
    '64:ff9b:1:7f01:2:300::': ['127.1.2.3', '1.2.3.0', '2.3.0.0'],
    '64:ff9b:1:7f:1:203::': ['0.127.1.2', '127.1.2.3', '1.2.3.0'],
    '64:ff9b:1:0:7f:102:300::': ['0.0.127.1', '0.127.1.2', '127.1.2.3', '3.0.0.0'],
    '64:ff9b:1::127.1.2.3': ['127.1.2.3'],
    '2002:7f00:1::': ['127.0.0.1'],
    '2001:0:808:808::80ff:fffe': ['8.8.8.8', '127.0.0.1'],
    '2606:4700::5efe:127.0.0.1': ['127.0.0.1'],
    '2606:4700::200:5efe:127.0.0.1': ['127.0.0.1'],
    '2606:4700::1111': [],
    '127.0.0.1': [],
  };
  for (const [text, inner] of Object.entries(carried)) {
    const found = carriedAddresses(address(text)).map(formatAddress);
    for (const one of inner) assert.ok(found.includes(one), `${text} carries ${one}, not only ${found}`);
    if (inner.length === 0) assert.deepEqual(found, [], text);
  }
});

test('an allow list takes doors and blocks, and refuses anything else', () => {
  const list = parseAllowList(['127.0.0.1:9000', 'Files.internal:80', '10.1.0.0/16', '[0:0::1]:7000', '0x7f.1:9001']);
  assert.equal(list.allowsDoor('127.0.0.1', 9000), true);
  assert.equal(list.allowsDoor('127.0.0.1', 9001), true);
  assert.equal(list.allowsDoor('127.0.0.1', 9002), false);
  assert.equal(list.allowsDoor('files.internal', 80), true);
  assert.equal(list.allowsDoor('[::1]', 7000), true);
  assert.equal(list.allowsAddress(address('10.1.2.3')), true);
  assert.equal(list.allowsAddress(address('10.2.0.1')), false);
  const entries = [
    '127.0.0.1',
    '10.0.0.0/33',
    'http://a:80',
    'a:b',
    '*',
    'a:0',
    'a:65536',
    '[::1]',
    'a b:80',
    '*.a:80',
    '',
    '1.2.3.999:80',
  ];
  for (const entry of entries) {
    assert.throws(() => parseAllowList([entry]), { code: 'invalid_request' }, entry);
  }
});

test('what is allowed is reachable; what it carries is not, and metadata never are', () => {
  const list = parseAllowList([
    '10.0.0.0/8',
    '169.254.0.0/16',
    '64:ff9b::/96',
    'fd00::/8',
    '168.63.129.16/32',
    '::1/128',
  ]);
  for (const text of [
    '10.1.2.3',
    '169.254.1.1',
    '64:ff9b::8.8.8.8',
    '64:ff9b::10.1.1.1',
    'fd00::1',
    '::1',
    '8.8.8.8',
  ]) {
    assert.equal(isReachable(address(text), list, false), true, text);
  }
  const refused = ['127.0.0.1', '64:ff9b::127.0.0.1', '64:ff9b::169.254.169.254', '::ffff:10.1.2.3', '169.254.169.254'];
  for (const text of [...refused, 'fd00:ec2::254', '168.63.129.16', 'fd00::5efe:192.168.0.1']) {
    assert.equal(isReachable(address(text), list, false), false, text);
  }
  assert.equal(isReachable(address('127.0.0.1'), nothing, true), true);
  for (const text of ['169.254.169.254', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', '100.100.100.200']) {
    assert.equal(isReachable(address(text), nothing, true), false, text);
  }
  assert.equal(isMetadataAddress(address('169.254.169.253')), false);
});

test('each row of the tables has its registry name, a month and a source, and stands there once', () => {
  const rows = [...specialIpv4Blocks, ...specialIpv6Blocks];
  assert.equal(new Set(rows.map(({ block }) => block)).size, rows.length);
  for (const { block, name, allocated, source } of rows) {
    assert.ok(name !== '' && /^\d{4}-\d{2}$/.test(allocated) && /^RFC \d+$/.test(source), block);
    assert.notEqual(specialNameOf(address(block.split('/')[0] ?? '')), undefined, block);
  }
});
