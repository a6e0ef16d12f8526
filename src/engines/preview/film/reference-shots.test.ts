import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directShots, type Source } from './reference-shots.ts';
import { readStoryboard } from './storyboard.ts';

/** A photograph that was looked at, of which only what the choice of a camera depends on is known. */
function sourceOf(width: number, height: number, kind: 'person' | 'classical'): Source {
  const photo = { width, height };
  const subject = { source: kind, confidence: kind === 'person' ? 1 : 0 };
  const cutout = { kind: 'merged', photo, subject };
  const medium = { field: 'images', index: 0, path: '', facts: {} };
  return { medium, cutout, seconds: undefined, width, height } as never;
}

function movesOf(source: Source, seed: number) {
  const story = readStoryboard('', [{ field: 'images', isFilm: false }], []);
  const [shot] = directShots(story, [source], seed, { width: 640, height: 360 });
  return shot?.shot.segments.flat().map(({ kind }) => kind) ?? [];
}

test('a reference that nobody gave a camera gets the one that suits its picture', () => {
  for (let seed = 0; seed < 8; seed++) {
    assert.deepEqual(movesOf(sourceOf(120, 90, 'classical'), seed), ['static']);
    assert.deepEqual(movesOf(sourceOf(900, 600, 'person'), seed), ['dolly-in', 'orbit']);
    const along = movesOf(sourceOf(900, 600, 'classical'), seed);
    assert.ok(along.every((kind) => kind === 'truck' || kind === 'pan') && along.length === 1, String(along));
  }
});
