import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readStoryboard } from './storyboard.ts';
import { type Nameable, subjectsOf } from './subjects.ts';

const picture = (field = 'images'): Nameable => ({ field, isFilm: false });
const film = (field = 'videos'): Nameable => ({ field, isFilm: true });
/** Three pictures, 1 to 3, and a film, 4. */
const given = [picture(), picture(), picture(), film()];

/** Shots as `1walk+2idle`, parted by how the next begins; those that the prompt does not name follow a bar. */
function spell(prompt: string, references = given, input = {}): string {
  const { shots } = readStoryboard(prompt, references, subjectsOf(input));
  const one = ({ roles, transition }: (typeof shots)[number], isFirst: boolean) =>
    `${isFirst ? '' : ` ${transition?.kind ?? '>'} `}${roles.map(({ reference, action }) => `${reference + 1}${action}`).join('+')}`;
  const named = shots.filter(({ isNamed }) => isNamed);
  const others = shots.filter(({ isNamed }) => !isNamed);
  const text = named.map((shot, index) => one(shot, index === 0)).join('');
  return others.length === 0
    ? text
    : `${text} | ${others.map((shot, index) => one(shot, index === 0)).join('')}`.trim();
}

const rest = '| 3idle > 4idle';
const table: readonly (readonly [prompt: string, expected: string])[] = [
  ['@Picture2 walks along the beach, then @Picture1 looks at the sea', `2walk > 1idle ${rest}`],
  ['@Picture1 and @Picture2 meet in the park', `1idle+2idle ${rest}`],
  ['@Picture1, @Picture2 and @Picture3 dance', '1dance+2dance+3dance | 4idle'],
  ['@Picture1 walks, @Picture2 dances', `1walk > 2dance ${rest}`],
  ['In the park, @Picture1 and @Picture2 jump', `1jump+2jump ${rest}`],
  ['@Picture1 dances while @Picture2 watches', `1dance+2idle ${rest}`],
  ['@Picture1 walks. Then @Picture2 sits. Finally @Picture1 waves', `1walk > 2idle > 1wave ${rest}`],
  ['@Picture1 runs, then the camera zooms out; @Picture2 turns around', `1run > 2turn ${rest}`],
  ['@Picture1 waves. @Picture2 waves. They walk together', `1wave > 2wave > 1walk+2walk ${rest}`],
  ['@Picture1 sits, cut to @Video1', '1idle cut 4idle | 2idle > 3idle'],
  [
    '@Picture1 in the snow; whip pan to @Picture2, fade to black, @Picture3 flies',
    '1idle whip 2idle black 3float | 4idle',
  ],
  ['@Picture1 and @Video1', '1idle+4idle | 2idle > 3idle'],
  ['图1在海边跑步，然后图2在公园跳舞，切到视频1', '1run > 2dance cut 4idle | 3idle'],
  ['图1和图2在花园里散步', `1walk+2walk ${rest}`],
  ['图1挥手，叠化到图3', '1wave dissolve 3idle | 2idle > 4idle'],
  ['@Picture9 flies over @Picture1', '1float | 2idle > 3idle > 4idle'],
  ['slow zoom in', '| 1idle > 2idle > 3idle > 4idle'],
  ['slow zoom in, wipe transitions', '| 1idle wipe 2idle wipe 3idle wipe 4idle'],
  ['three friends dance together', '| 1dance+2dance+3dance > 4dance'],
  ['a sofa, cut to a cup, dissolve to a dog, cut to a film', '1idle cut 2idle dissolve 3idle cut 4idle'],
  ['', '| 1idle > 2idle > 3idle > 4idle'],
];

test('the prompt tells who appears when, with whom, doing what', () => {
  for (const [prompt, expected] of table) assert.equal(spell(prompt), expected, prompt);
});

test('a subject is seen from another side each time it is named, and what is left follows its first shot', () => {
  const views = [picture('subjects[0].images'), picture('subjects[0].images'), picture('subjects[1].images')];
  const input = { subjects: [{ name: 'cat' }, { name: 'dog' }] };
  assert.equal(spell('@cat jumps, then @dog runs, then @cat sits', views, input), '1jump > 3run > 2idle');
  assert.equal(spell('@dog, then @cat', views, input), '3idle > 1idle | 2idle');
});

test('each shot has its own words; those before the first name are about all', () => {
  const { shots, opening } = readStoryboard(
    'Cinematic, pan left. @Picture1 runs, then it turns. @Picture2 sits',
    given,
    [],
  );
  assert.equal(opening, 'Cinematic, pan left');
  assert.deepEqual(
    shots.map(({ text }) => text),
    ['runs, then it turns', 'sits', 'Cinematic, pan left', 'Cinematic, pan left'],
  );
});

test('what was not understood is told, and a fade at the end is the end', () => {
  const story = readStoryboard('@Picture9 and @Bob, @Picture1. Fade to black.', given, []);
  assert.deepEqual(story.unknown, ['@Picture9', '@Bob']);
  assert.deepEqual([story.ending, story.transitionWords], ['black', ['fade to black']]);
});

test('any text is read in time that grows evenly, and shows every reference', () => {
  for (const part of ['@Picture1 walks, then ', 'fade ', 'image ', ',', '@', '图', '\uE000']) {
    const { shots } = readStoryboard(part.repeat(5000), given, []);
    assert.equal(new Set(shots.flatMap(({ roles }) => roles.map(({ reference }) => reference))).size, 4, part);
  }
});
