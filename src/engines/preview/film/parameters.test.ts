import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFilmParameters } from './parameters.ts';

test('music is left out where the model says that it changes nothing, by the length the film will have', () => {
  const ineffective = { bgm: { duration: { from: 9, to: 10 } } };
  const hasSound = (duration: number) => readFilmParameters({ input: { bgm: true, duration }, ineffective }).hasSound;
  assert.deepEqual([8, 9, 10, 11].map(hasSound), [true, false, false, true]);
  assert.equal(readFilmParameters({ input: { bgm: true, duration: 9 }, ineffective: {} }).hasSound, true);
  const byResolution = { bgm: { resolution: ['720p'] } };
  const input = { bgm: true, resolution: '720p' };
  assert.equal(readFilmParameters({ input, ineffective: byResolution }).hasSound, false);
});

test('a film that is to have sound has it, whatever is said of music', () => {
  const ineffective = { bgm: { duration: { from: 1, to: 16 } } };
  assert.equal(readFilmParameters({ input: { audio: true }, ineffective }).hasSound, true);
  assert.equal(readFilmParameters({ input: { audio: true, bgm: false }, ineffective: {} }).hasSound, true);
  assert.equal(readFilmParameters({ input: { audio: false, bgm: true }, ineffective }).hasSound, false);
});
