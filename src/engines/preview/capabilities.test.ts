import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPreviewOperation, previewOperations, refusalOf } from './capabilities.ts';

test('what it cannot do is refused with the engine it needs', () => {
  for (const [operation, needed] of [
    ['motion-control', 'carries movement'],
    ['lip-sync', 'moves mouths'],
    ['edit-video', 'edits by instruction'],
    ['audio-to-video', 'follows sound'],
    ['text-to-speech', 'makes sound'],
    ['music', 'makes sound'],
    ['image-to-3d', 'three-dimensional'],
    ['text-to-world', 'three-dimensional'],
    ['video-to-text', 'language model'],
    ['template-to-video', 'a generative engine'],
  ] as const) {
    assert.equal(isPreviewOperation(operation), false);
    assert.ok(refusalOf(operation).startsWith(`The preview engine cannot do ${operation}: it needs `));
    assert.ok(refusalOf(operation).includes(needed), refusalOf(operation));
  }
  assert.ok(previewOperations.every(isPreviewOperation));
});
