import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureLoudness, sampleRate } from './loudness.ts';
import { composeTrack, moodOf } from './music.ts';
import { encodeWav } from './wav.ts';

const sine = (decibels: number) =>
  Float32Array.from(
    { length: sampleRate * 3 },
    (_, index) => 10 ** (decibels / 20) * Math.sin((2 * Math.PI * 997 * index) / sampleRate),
  );

test('the meter agrees with the reference tones of EBU Tech 3341', () => {
  // A 997 Hz sine with peaks at -20 dBFS on both channels reads -20 LUFS, on one channel 3 LU less.
  assert.ok(Math.abs(measureLoudness(sine(-20), sine(-20)) + 20) < 0.1);
  assert.ok(Math.abs(measureLoudness(sine(-20), new Float32Array(sampleRate * 3)) + 23) < 0.1);
  assert.ok(measureLoudness(new Float32Array(sampleRate), new Float32Array(sampleRate)) < -100);
});

for (const mood of ['calm', 'epic', 'happy'] as const) {
  test(`a ${mood} track is as long and as loud as asked, and never clips`, () => {
    for (const seconds of [1, 5]) {
      const track = composeTrack(7, seconds * sampleRate, mood);
      assert.equal(track.left.length, seconds * sampleRate);
      assert.ok(Math.abs(measureLoudness(track.left, track.right) + 16) < 0.5, `${seconds} s: ${track.loudness}`);
      const peak = track.left.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      assert.ok(peak <= 10 ** (-1.5 / 20) + 1e-6, String(peak));
    }
  });
}

test('a seed is a track', () => {
  const hash = (seed: number) =>
    encodeWav(composeTrack(seed, sampleRate, 'calm').left, new Float32Array(sampleRate)).toString('base64');
  assert.equal(hash(1), hash(1));
  assert.notEqual(hash(1), hash(2));
});

test('moods follow the prompt', () => {
  assert.equal(moodOf('an epic battle'), 'epic');
  assert.equal(moodOf('欢快的派对'), 'happy');
  assert.equal(moodOf('a quiet lake'), 'calm');
});
