import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStyle } from './style.ts';

const table: readonly [prompt: string, style: string | undefined, edit: string | undefined][] = [
  ['make it black and white', 'monochrome', undefined],
  ['turn it into a sepia photograph', 'sepia', undefined],
  ['黑白照片', 'monochrome', undefined],
  ['a portrait on a beach', undefined, undefined],
  ['change the background to a desert', undefined, undefined],
  ['remove the background', undefined, undefined],
  ['remove her hat', undefined, 'remove'],
  ['change her hair to red', undefined, 'change her'],
  ['把帽子换成头盔', undefined, '换成'],
];

for (const [prompt, style, edit] of table) {
  test(`style of "${prompt}"`, () => {
    const found = parseStyle(prompt);
    assert.deepEqual([found.style, found.edit], [style, edit]);
  });
}
