import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { parseArtifactId, parseFileToken } from './ids.ts';
import { type LinkSigner, makeTicket, readOwnLink, readTicket } from './own-links.ts';

const base = 'https://media.example.org/gate';
const now = 1_000_000;
const signer: LinkSigner = {
  sign: (text) => createHmac('sha256', 'secret').update(text).digest('base64url'),
  isGenuine: (text, signature) => signer.sign(text) === signature,
};
const token = parseFileToken('mS6Ds8MMf1LtVoJyvEqYFf');
const artifactId = parseArtifactId('art_mS6Ds8MMf1LtVoJyvEqYFf');
assert.ok(token && artifactId);
const ticket = makeTicket({ artifactId, fileName: 'image.png', expiresAt: now + 1, disposition: 'inline' }, signer);
const read = (url: string, at = now) => readOwnLink(url, base, signer, at);

test('a result link is ours in every spelling that leads to us', () => {
  const spellings = [
    `${base}/files/${token}/image.png`,
    `${base}/files/${token}`,
    `${base}/files/${token}/image.png?download#a`,
    `HTTPS://MEDIA.example.org:443/gate/files/${token}/a`,
    `https://media.example.org./gate/files/${token}/a`,
    `https://media.ex%61mple.org/gate/files/${token}/a`,
    `https://ｍｅｄｉａ.example.org/gate/files/${token}/a`,
    `${base}/files/%6dS6Ds8MMf1LtVoJyvEqYFf/a`,
    `${base}/x/../files/./${token}/a`,
    `https:\\\\media.example.org\\gate\\files\\${token}\\a`,
  ];
  for (const url of spellings) assert.deepEqual(read(url), { token }, url);
});

test('what is elsewhere is not ours', () => {
  const elsewhere = [
    `https://media.example.org/files/${token}/a`,
    `https://media.example.org:8443/gate/files/${token}/a`,
    `http://media.example.org/gate/files/${token}/a`,
    `https://media.example.org.evil.net/gate/files/${token}/a`,
    `https://a.media.example.org/gate/files/${token}/a`,
    `https://media.example.org@evil.net/gate/files/${token}/a`,
    `https://evil.net/?${base}/files/${token}/a`,
    `${base}/v1/tasks`,
    `${base}/filesystem/${token}`,
    token,
    '',
  ];
  for (const url of elsewhere) assert.equal(read(url), undefined, url);
});

test('what lies where our links lie, and is none, leads to nothing and is not fetched either', () => {
  for (const path of ['', 'x', `${token}x/a`, 'signed', 'signed/a.b.c/d', '%/a', `%00${token}/a`]) {
    assert.equal(read(`${base}/files/${path}`), 'nothing', path);
  }
});

test('a signed link holds until its time, and no bit of it can be changed', () => {
  const url = `${base}/files/signed/${ticket}/image.png`;
  assert.deepEqual(read(url), { artifactId });
  assert.equal(read(url, now + 1), 'nothing');
  for (const [index, character] of [...ticket].entries()) {
    const forged = `${ticket.slice(0, index)}${character === 'A' ? 'B' : 'A'}${ticket.slice(index + 1)}`;
    assert.equal(readTicket(forged, 'image.png', signer, now), undefined, forged);
  }
  assert.equal(readTicket(`${ticket}.x`, 'image.png', signer, now), undefined);
  assert.equal(readTicket(ticket, 'image.pnf', signer, now), undefined);
  assert.equal(readTicket(ticket.replace('inline', 'attachment'), 'image.png', signer, now), undefined);
});
