import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLettering } from './lettering.ts';
import { parseSetting } from './setting.ts';

const table: readonly (readonly [prompt: string, ...texts: string[]])[] = [
  ['a poster that says "HELLO WORLD"', 'HELLO WORLD'],
  ['海报，写着“你好世界”，湖边', '你好世界'],
  ['「東京」 at night', '東京'],
  ['『雪国』', '雪国'],
  ["a sign that says 'Mind the gap' on a wall", 'Mind the gap'],
  ['a sign that says OPEN in a street', 'OPEN'],
  ['a poster titled Summer Days, on a beach', 'Summer Days'],
  ['招牌上写着咖啡馆，街道', '咖啡馆'],
  ['"one" and "two"', 'one', 'two'],
  ["it's a dog's life in the farmer's field"],
  ['a mountain lake at dawn'],
  ['he says that the sea is calm'],
];
for (const [prompt, ...texts] of table) {
  test(`lettering of ${prompt}`, () => assert.deepEqual(parseLettering(prompt).texts, texts));
}

test('what is to be read selects no place', () => {
  assert.equal(parseSetting('a poster that says "ocean"', 1).sceneAsked, false);
  assert.equal(parseSetting('a poster that says "ocean" in the desert', 1).scene, 'desert');
  assert.equal(parseSetting('写着“森林”的海报', 1).sceneAsked, false);
});

test('a sign is told from a poster', () => {
  assert.equal(parseLettering('a neon sign that says "OPEN"').isSign, true);
  assert.equal(parseLettering('招牌写着“营业中”').isSign, true);
  assert.equal(parseLettering('a poster that says "No signs"').isSign, false);
});

test('long prompts are read in linear time, and long texts are cut', () => {
  const { texts } = parseLettering(`"${'a'.repeat(290)}" ${'“'.repeat(20_000)} ${'says '.repeat(5000)}`);
  assert.equal(texts[0]?.length, 120);
});
