/** Where a prompt wants each reference: `@Picture1 on the left, @Picture2 behind it`, `图2在图1左边`. */
import { normalisePrompt } from './words.ts';

export type Side = 'left' | 'middle' | 'right';
/** How one reference stands to another one. */
export type Relation = 'left' | 'right' | 'beside' | 'front' | 'behind' | 'held';

/** What is wanted of one reference; nothing is a wish, too. */
export type Wish = {
  readonly side?: Side;
  readonly relation?: { readonly to: number; readonly how: Relation };
  readonly size?: 'large' | 'small';
};

const name =
  /@?(?:picture|image|photo|img|pic|reference) ?#?([1-9])(?!\d)|(?:参考)?(?:图片|图像|照片|图) ?([1-9])(?!\d)|\bthe (first|second|third|fourth|fifth|sixth|seventh) (?:one|picture|image|photo|reference|subject)\b|第([一二三四五六七])(?:张|个)(?:图片?|照片|人)?/g;
const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh'];
const chineseOrdinals = '一二三四五六七';

type Meaning = { readonly side: Side } | { readonly how: Relation } | { readonly size: 'large' | 'small' };
/** A relation counts as one only with a second name; `left` and `right` without one are sides of the picture. */
const words: readonly (readonly [RegExp, Meaning])[] = [
  [/\bin front of\b|前面|前方|之前/g, { how: 'front' }],
  [/\bbehind\b|\bat the back of\b|后面|后方|身后|背后/g, { how: 'behind' }],
  [
    /\b(?:beside|next to|alongside|by the side of|together with|side by side with)\b|旁边|身边|旁|挨着/g,
    { how: 'beside' },
  ],
  [/\b(?:is )?(?:holding|holds|carrying|carries)\b|拿着|抱着|手持|捧着/g, { how: 'held' }],
  [/\b(?:to |at )?(?:the )?left of\b/g, { how: 'left' }],
  [/\b(?:to |at )?(?:the )?right of\b/g, { how: 'right' }],
  [/\b(?:on|at|to|in) the (?:far )?left\b(?! of)|\bleft[- ]hand side\b|左边|左侧|左面|左方/g, { side: 'left' }],
  [/\b(?:on|at|to|in) the (?:far )?right\b(?! of)|\bright[- ]hand side\b|右边|右侧|右面|右方/g, { side: 'right' }],
  [/\b(?:in|at) the (?:middle|cent(?:er|re))\b|中间|中央|正中/g, { side: 'middle' }],
  [/\bin the (?:foreground|front)\b|\bclose[- ]up\b|\b(?:huge|giant|large|big)\b|前景|巨大|特写/g, { size: 'large' }],
  [/\bin the (?:background|distance)\b|\bfar away\b|\b(?:tiny|small|little)\b|远处|背景中|小小的/g, { size: 'small' }],
];

type Token = { readonly at: number; readonly end: number } & (
  | { readonly reference: number }
  | { readonly meaning: Meaning }
);

function tokensOf(clause: string): Token[] {
  const tokens: Token[] = [];
  for (const match of clause.matchAll(name)) {
    const [whole, digit, chineseDigit, ordinal, chineseOrdinal] = match;
    const reference =
      ordinal !== undefined
        ? ordinals.indexOf(ordinal)
        : chineseOrdinal !== undefined
          ? chineseOrdinals.indexOf(chineseOrdinal)
          : Number(digit ?? chineseDigit) - 1;
    tokens.push({ at: match.index, end: match.index + whole.length, reference });
  }
  for (const [pattern, meaning] of words) {
    for (const match of clause.matchAll(pattern)) {
      tokens.push({ at: match.index, end: match.index + match[0].length, meaning });
    }
  }
  return tokens.sort((one, other) => one.at - other.at);
}

/** What is wanted of each of `count` references. Linear in the length of the prompt. */
export function parsePlacement(prompt: string, count: number): readonly Wish[] {
  const wishes: Wish[] = Array.from({ length: count }, () => ({}));
  const add = (reference: number | undefined, wish: Wish) => {
    if (reference !== undefined && reference < count) wishes[reference] = { ...wishes[reference], ...wish };
  };
  let last: number | undefined;
  for (const clause of normalisePrompt(prompt).split(
    /[,;.!?，；。！？]|\bwhile\b|\band (?=@|the (?:first|second|third))/,
  )) {
    const tokens = tokensOf(clause);
    const names = tokens.flatMap((token) => ('reference' in token ? [token] : []));
    for (const token of tokens) {
      if (!('meaning' in token)) continue;
      const before = names.filter(({ end }) => end <= token.at).map(({ reference }) => reference);
      const after = names.find(({ at }) => at >= token.end)?.reference;
      const { meaning } = token;
      if ('side' in meaning) {
        // `图2在图1左边`: the second name is what the first one stands to the left of.
        const [subject, object] = before;
        if (
          subject !== undefined &&
          object !== undefined &&
          meaning.side !== 'middle' &&
          /\p{Script=Han}/u.test(clause)
        ) {
          add(subject, { relation: { to: object, how: meaning.side } });
        } else add(before.at(-1) ?? after ?? last, { side: meaning.side });
      } else if ('size' in meaning) add(before.at(-1) ?? after ?? last, { size: meaning.size });
      else relate(meaning.how, before, after);
    }
    last = names.at(-1)?.reference ?? last;
  }
  return wishes;

  function relate(how: Relation, before: readonly number[], after: number | undefined): void {
    const [subject, object] = after === undefined ? [before.at(0), before.at(1)] : [before.at(-1) ?? last, after];
    if (subject === undefined || object === undefined || subject === object || Math.max(subject, object) >= count) {
      if (how === 'left' || how === 'right') add(subject, { side: how });
      return;
    }
    // Who holds something stays where it is; what is held goes there.
    if (how === 'held') add(object, { relation: { to: subject, how } });
    else add(subject, { relation: { to: object, how } });
  }
}
