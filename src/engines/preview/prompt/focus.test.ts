import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFocus } from './focus.ts';
import { normalisePrompt } from './words.ts';

const table: readonly (readonly [prompt: string, kind: string | undefined])[] = [
  ['bokeh', 'shallow'],
  ['a portrait with shallow depth of field', 'shallow'],
  ['Shallow focus', 'shallow'],
  ['blurred background', 'shallow'],
  ['with a soft background', 'shallow'],
  ['the background is blurred', 'shallow'],
  ['blur the background', 'shallow'],
  ['rack focus', 'rack'],
  ['a focus pull to the man', 'rack'],
  ['the focus shifts to her', 'rack'],
  ['rack focus with bokeh', 'rack'],
  ['deep depth of field', undefined],
  ['no bokeh', undefined],
  ['she focuses on her work', undefined],
  ['a plain background', undefined],
  ['背景虚化', 'shallow'],
  ['浅景深', 'shallow'],
  ['虚化背景', 'shallow'],
  ['焦点转移到人物', 'rack'],
  ['不要背景虚化', undefined],
  ['', undefined],
];

for (const [prompt, kind] of table) {
  test(`focus of "${prompt}"`, () => {
    const found = parseFocus(normalisePrompt(prompt));
    assert.equal(found.kind, kind);
    assert.equal(found.words.length > 0, kind !== undefined);
  });
}
