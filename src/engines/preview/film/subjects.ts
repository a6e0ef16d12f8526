/** What a prompt calls the references: `@Picture1`, `video 2`, `图1`, and the names of the request's subjects. Pure. */
import type { JsonObject } from '../../../core/json.ts';

/** A subject as the request lists it; its media are those of the field `subjects[<its place>]`. */
export type Subject = { readonly name: string };

/** What can be named: a reference's field, and whether it is a film. */
export type Nameable = { readonly field: string; readonly isFilm: boolean };

/** Where the prompt names something. */
export type Mention = {
  readonly at: number;
  /** As it stands in the prompt. */
  readonly words: string;
  /** Places in the list of references: all that belong to a subject, else one; none when nothing is called so. */
  readonly references: readonly number[];
};

export function subjectsOf({ subjects }: JsonObject): readonly Subject[] {
  if (!Array.isArray(subjects)) return [];
  return (subjects as readonly JsonObject[]).map(({ name, id }) => ({ name: String(name ?? id ?? '') }));
}

function subjectOf({ field }: Pick<Nameable, 'field'>): number | undefined {
  const place = /^subjects\[(\d+)\]\./.exec(field)?.[1];
  return place === undefined ? undefined : Number(place);
}

/** The name of the subject that a reference belongs to; empty when it has none. */
export function subjectName(reference: Pick<Nameable, 'field'>, subjects: readonly Subject[]): string {
  return subjects[subjectOf(reference) ?? -1]?.name ?? '';
}

const ordinals: readonly string[] = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh'];
const numerals = '一二三四五六七八九';

/** `1`, `first`, `一`. */
function readNumber(text: string): number {
  const ordinal = ordinals.indexOf(text.toLowerCase());
  if (ordinal >= 0) return ordinal + 1;
  const numeral = numerals.indexOf(text);
  return numeral >= 0 ? numeral + 1 : Number(text);
}

const picture = '(?:reference[ _-]?)?(?:picture|image|img|photo|pic)';
const film = '(?:reference[ _-]?)?(?:video|clip|footage)';
const number = '(\\d{1,2})(?![\\da-z:%])';
const ordinal = `(${ordinals.join('|')})`;
const zhPicture = '(?:参考)?(?:图片|图像|照片|图)';
const zhFilm = '(?:参考)?(?:视频|影片)';
const zhNumber = `(\\d{1,2}|[${numerals}])(?![\\d${numerals}])`;

const pictureNames = [
  `@?\\b${picture}[ _-]?#?${number}`,
  `\\b(?:the )?${ordinal} ${picture}\\b`,
  `@?${zhPicture} ?${zhNumber}`,
  `第${zhNumber}[张幅]${zhPicture}`,
];
const filmNames = [
  `@?\\b${film}[ _-]?#?${number}`,
  `\\b(?:the )?${ordinal} ${film}\\b`,
  `@?${zhFilm} ?${zhNumber}`,
  `第${zhNumber}[个段]${zhFilm}`,
];
/** Whatever else is called with an @: not by this request's names. An address with an @ in its middle is none. */
const otherName = '(?<![\\p{L}\\p{N}.])@[a-z0-9_-]+|(?<![\\p{L}\\p{N}.])@\\p{L}{1,8}';

function escapeForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** All that the prompt names, in its order. `prompt` should be NFKC. */
export function findMentions(
  prompt: string,
  references: readonly Nameable[],
  subjects: readonly Subject[],
): readonly Mention[] {
  const every = references.map((reference, index) => ({ ...reference, index }));
  const pictures = every.filter(({ isFilm }) => !isFilm);
  const films = every.filter(({ isFilm }) => isFilm);
  const places = (found: readonly { readonly index: number }[]) => found.map(({ index }) => index);
  // Longer names first, so that `@cat` is not found in `@cats`; nor is it where a longer word goes on.
  const named = subjects
    .map(({ name }, subject) => ({ name: name.normalize('NFKC').trim(), subject }))
    .filter(({ name }) => name !== '')
    .sort((one, other) => other.name.length - one.name.length);
  const patterns = [
    ...named.map(({ name, subject }) => ({
      pattern: `@${escapeForPattern(name)}${/[a-z0-9_]$/i.test(name) ? '(?![a-z0-9_])' : ''}`,
      find: () => places(every.filter((reference) => subjectOf(reference) === subject)),
    })),
    ...pictureNames.map((pattern) => ({ pattern, find: (n: number) => places(pictures.slice(n - 1, n)) })),
    ...filmNames.map((pattern) => ({ pattern, find: (n: number) => places(films.slice(n - 1, n)) })),
    { pattern: otherName, find: () => [] },
  ];
  const taken = new Uint8Array(prompt.length);
  const mentions: Mention[] = [];
  for (const { pattern, find } of patterns) {
    for (const match of prompt.matchAll(new RegExp(pattern, 'giu'))) {
      const end = match.index + match[0].length;
      if (taken.subarray(match.index, end).includes(1)) continue;
      taken.fill(1, match.index, end);
      const count = readNumber(match[1] ?? '');
      mentions.push({ at: match.index, words: match[0], references: count === 0 ? [] : find(count) });
    }
  }
  return mentions.sort((one, other) => one.at - other.at);
}
