import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findMentions, type Nameable, subjectName, subjectsOf } from './subjects.ts';

const picture = (field = 'images'): Nameable => ({ field, isFilm: false });
const film = (field = 'videos'): Nameable => ({ field, isFilm: true });
const plain = [picture(), picture(), film()];

/** `words=places`, in the order of the prompt; a name that nothing was given for has no place. */
function spell(prompt: string, references: readonly Nameable[], input = {}): string[] {
  return findMentions(prompt, references, subjectsOf(input)).map((one) => `${one.words}=${one.references.join('+')}`);
}

const table: readonly (readonly [prompt: string, expected: readonly string[]])[] = [
  ['@Picture2 meets @picture1', ['@Picture2=1', '@picture1=0']],
  ['@Image1, [@image_2] and @Video1', ['@Image1=0', '@image_2=1', '@Video1=2']],
  ['image 1 and Image #2, then video 1', ['image 1=0', 'Image #2=1', 'video 1=2']],
  ['photo 2 beside the reference image 1', ['photo 2=1', 'reference image 1=0']],
  [
    'the first picture, the second image, the first video',
    ['the first picture=0', 'the second image=1', 'the first video=2'],
  ],
  ['图1和图片2，然后视频1', ['图1=0', '图片2=1', '视频1=2']],
  ['图一在跑，@图2在跳，第二张照片', ['图一=0', '@图2=1', '第二张照片=1']],
  ['@Picture9 and @Bob', ['@Picture9=', '@Bob=']],
  ['a 4k image 16:9, video 4k, image 100, me@home.com', []],
];

test('references are called by kind and number, in two languages', () => {
  for (const [prompt, expected] of table) assert.deepEqual(spell(prompt, plain), expected, prompt);
});

test('subjects are called by their names, the longest that fits', () => {
  const input = { subjects: [{ name: 'cat' }, { id: 'cats' }, { name: '猫' }, { name: 'a.b' }] };
  const all = [
    picture('subjects[0].images'),
    picture('subjects[0].images'),
    film('subjects[0].videos'),
    picture('subjects[1].images'),
    picture('subjects[2].images'),
    picture('subjects[3].images'),
  ];
  assert.deepEqual(spell('@cats chase [@cat], then @猫在跑', all, input), ['@cats=3', '@cat=0+1+2', '@猫=4']);
  assert.deepEqual(spell("@Cat's tail, @category, @a.b", all, input), ['@Cat=0+1+2', '@category=', '@a.b=5']);
  assert.deepEqual(subjectName(picture('subjects[1].images'), subjectsOf(input)), 'cats');
  assert.deepEqual(subjectName(picture(), subjectsOf(input)), '');
  assert.deepEqual(subjectsOf({}), []);
});
