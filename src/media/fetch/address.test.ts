import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMetadataAddress, isPublicAddress, parseAllowList } from './address.ts';

test('special-purpose addresses are not public, their neighbours are', () => {
  const special = [
    '0.0.0.0',
    '0.255.255.255',
    '10.0.0.0',
    '10.255.255.255',
    '100.64.0.0',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.255',
    '169.254.0.0',
    '169.254.255.255',
    '172.16.0.0',
    '172.31.255.255',
    '192.0.0.0',
    '192.0.2.5',
    '192.168.0.0',
    '192.168.255.255',
    '198.18.0.0',
    '198.19.255.255',
    '198.51.100.7',
    '203.0.113.9',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fdff::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    '100::1',
  ];
  const open = [
    '1.0.0.0',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2000::1',
    '2001:200::1',
    '2003::1',
    '2606:4700::1111',
  ];
  for (const address of special) assert.equal(isPublicAddress(address), false, address);
  for (const address of open) assert.equal(isPublicAddress(address), true, address);
});

test('an allow list takes doors and blocks, and refuses anything else', () => {
  const list = parseAllowList(['127.0.0.1:9000', 'Files.internal:80', '10.1.0.0/16', '[::1]:7000']);
  assert.equal(list.allowsDoor('127.0.0.1', 9000), true);
  assert.equal(list.allowsDoor('127.0.0.1', 9001), false);
  assert.equal(list.allowsDoor('FILES.internal', 80), true);
  assert.equal(list.allowsDoor('[::1]', 7000), true);
  assert.equal(list.allowsAddress('10.1.2.3'), true);
  assert.equal(list.allowsAddress('10.2.0.1'), false);
  for (const entry of ['127.0.0.1', '10.0.0.0/33', 'http://a:80', 'a:b', '*']) {
    assert.throws(() => parseAllowList([entry]), { code: 'invalid_request' }, entry);
  }
});

test('metadata services are known in both families', () => {
  assert.equal(isMetadataAddress('169.254.169.254'), true);
  assert.equal(isMetadataAddress('fd00:ec2::254'), true);
  assert.equal(isMetadataAddress('169.254.169.253'), false);
});
