import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createPageSessions, createSignInCodes } from './page-sessions.ts';

const key = 'fgk_of-somebody';
const sessions = createPageSessions({
  secret: 'a secret of this test',
  hosts: new Set(['127.0.0.1', 'localhost', '[::1]', 'media.example.org']),
  secureHost: 'media.example.org',
});
const local = { host: '127.0.0.1:8787' };

function headersWith(cookie: string, more: Record<string, string>): Headers {
  return new Headers({ ...local, cookie, ...more });
}

const cookieOf = (setCookie: string) => setCookie.split(';')[0] ?? '';
const begin = (isOwner: boolean, headers: Record<string, string> = local) =>
  sessions.begin(new Headers(headers), { key, isOwner });

test('the cookie is out of reach of scripts and of other sites, and knows the port', () => {
  assert.match(begin(false), /^framegate_8787=fgk_of-somebody; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/);
  assert.match(begin(true, { host: 'media.example.org' }), /^__Host-framegate=.*; SameSite=Strict; Secure$/);
  assert.match(sessions.end(new Headers(local)), /^framegate_8787=; Max-Age=0;/);
});

test('only what our own pages ask counts', () => {
  const cookie = cookieOf(begin(false));
  const read = (more: Record<string, string>) => sessions.read(headersWith(cookie, more));
  assert.deepEqual(read({ 'sec-fetch-site': 'same-origin' }), { key, isOwner: false });
  for (const site of ['cross-site', 'same-site', 'none']) {
    assert.equal(read({ 'sec-fetch-site': site, 'x-framegate-page': '1' }), undefined, site);
  }
  // A browser that does not say where a page is from.
  assert.deepEqual(read({ origin: 'http://127.0.0.1:8787' }), { key, isOwner: false });
  for (const origin of ['http://127.0.0.1:3000', 'https://127.0.0.1.example.org', 'null', '']) {
    assert.equal(read({ origin, 'x-framegate-page': '1' }), undefined, origin);
  }
  assert.deepEqual(read({ 'x-framegate-page': '1' }), { key, isOwner: false });
  assert.equal(read({}), undefined);
});

test('a name that somebody points at this machine has no session', () => {
  for (const host of ['evil.example.org:8787', '127.0.0.1.nip.io:8787', '', 'localhost.example.org:8787']) {
    const headers = headersWith('framegate_8787=fgk_of-somebody', { host, 'sec-fetch-site': 'same-origin' });
    assert.equal(sessions.read(headers), undefined, host);
  }
  const headers = headersWith('framegate_8787=fgk_of-somebody', {
    host: 'LOCALHOST:8787',
    'sec-fetch-site': 'same-origin',
  });
  assert.deepEqual(sessions.read(headers), { key, isOwner: false });
});

test('nobody makes itself the owner', () => {
  const own = { 'sec-fetch-site': 'same-origin' };
  const owner = cookieOf(begin(true));
  assert.deepEqual(sessions.read(headersWith(owner, own)), { key, isOwner: true });
  const signature = owner.split('~')[1] ?? '';
  const forged = [`${key}~`, `${key}~x`, `${key}~${signature.slice(0, -1)}`, `fgk_of-another~${signature}`];
  for (const value of forged) {
    assert.equal(sessions.read(headersWith(`framegate_8787=${value}`, own))?.isOwner, false, value);
  }
  assert.equal(sessions.read(headersWith('framegate_8787=%E0%A4%A', own)), undefined);
});

test('a code is good once, for an hour', () => {
  let now = 0;
  const codes = createSignInCodes({ now: () => now }, (length) => randomBytes(length));
  const { code, expiresAt } = codes.make();
  assert.equal(expiresAt, 3_600_000);
  assert.equal(codes.redeem('another'), false);
  assert.equal(codes.redeem(code), true);
  assert.equal(codes.redeem(code), false);
  const late = codes.make();
  now = 3_600_000;
  assert.equal(codes.redeem(late.code), false);
  const first = codes.make();
  for (let count = 0; count < 100; count += 1) codes.make();
  assert.equal(codes.redeem(first.code), false, 'only so many are kept');
});
