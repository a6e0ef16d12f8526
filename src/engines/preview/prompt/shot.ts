/** Camera language: what a prompt says about how the camera moves, in English and Chinese. */
import { pick, randomStream } from '../random.ts';
import { type AmbientKind, parseAmbient } from './ambient.ts';
import { type FocusKind, parseFocus } from './focus.ts';
import { type LifeKind, parseLife } from './life.ts';
import { type Move, move, movePhrases } from './moves.ts';
import { findPhrases, normalisePrompt, type Phrase } from './words.ts';

export type Shot = {
  /** One after the other; the moves of one segment happen together. */
  readonly segments: readonly (readonly Move[])[];
  readonly handheld: boolean;
  /** Factor on the strength of every move, from words such as "slowly". */
  readonly pace: number;
  /** Whether the prompt spoke of the camera at all; otherwise the shot is the engine's own choice. */
  readonly asked: boolean;
  /** What falls and floats in the air. */
  readonly ambient: readonly AmbientKind[];
  /** What lives in the picture itself: wind, water, clouds, light. */
  readonly life: readonly LifeKind[];
  /** Depth of field; undefined: as the picture has it. */
  readonly focus: FocusKind | undefined;
  /** The words that were understood, as they stood. */
  readonly words: readonly string[];
};

const paces: readonly Phrase<number>[] = [
  [/\bvery slow(?:ly)?\b|\bextremely slow(?:ly)?\b|\bsubtl[ey]\b|\bimperceptibl[ey]\b|非常缓慢|极慢|轻微/, 0.5],
  [/\bslow(?:ly)?\b|\bgent(?:le|ly)\b|\bgradual(?:ly)?\b|\bsmooth(?:ly)?\b|缓慢|缓缓|慢慢|慢速|轻轻|柔和/, 0.7],
  [
    /\bfast\b|\bquick(?:ly)?\b|\brapid(?:ly)?\b|\bswift(?:ly)?\b|\bdramatic(?:ally)?\b|\bsudden(?:ly)?\b|快速|迅速|急速|猛地|猛然/,
    1.5,
  ],
];

/** Words that open the next segment. */
const sequenceBreak =
  /\b(?:and then|then|followed by|after that|afterwards|finally|before (?=pan|zoom|tilt|push|pull|orbit|dolly|crane|moving|rising)|next|ending (?:with|in)|while at the end)|[，,。;；]?(?:然后|接着|随后|之后|最后|再(?=[向往推拉摇升降环左右上下]))/;

/** A film holds this many segments; more would be cuts, not moves. */
const mostSegments = 4;

/** The prompt's own shot, or a tasteful one of the seed's choice when it says nothing about the camera. */
export function parseShot(prompt: string, seed: number): Shot {
  const text = normalisePrompt(prompt);
  const clauses = text.split(sequenceBreak);
  const { kinds: ambient, words: airWords } = parseAmbient(text);
  const { kinds: life, words: lifeWords } = parseLife(text);
  const { kind: focus, words: focusWords } = parseFocus(text);
  const words: string[] = [...airWords, ...lifeWords, ...focusWords];
  const segments: Move[][] = [];
  let handheld = false;
  let forbidden = false;
  let asked = false;
  for (const clause of clauses) {
    const found = withoutRepeats(findPhrases(clause, movePhrases));
    words.push(...found.map((one) => one.words.trim()));
    asked ||= found.length > 0;
    handheld ||= found.some((one) => one.meaning.kind === 'handheld');
    const moves = found.map((one) => one.meaning).filter(({ kind }) => kind !== 'handheld');
    // "do not zoom in" matches both; the refusal wins.
    if (moves.some(({ kind }) => kind === 'static')) {
      forbidden = true;
      continue;
    }
    if (moves.length > 0 && segments.length < mostSegments) segments.push(moves);
  }
  const pace = asked ? (findPhrases(text, paces)[0]?.meaning ?? 1) : 1;
  const shot = { handheld, pace, ambient, life, focus, asked, words };
  if (segments.length > 0) return { ...shot, segments };
  if (forbidden) return { ...shot, segments: [[move('static')]] };
  return { ...shot, segments: [defaultMoves(seed, handheld)] };
}

/** A handheld camera alone stands; otherwise a calm move that suits nearly everything. */
function defaultMoves(seed: number, handheld: boolean): Move[] {
  if (handheld) return [move('static')];
  const random = randomStream(seed, 'default-shot');
  const side = random() < 0.5 ? -1 : 1;
  return pick(random, [
    [move('dolly-in')],
    [move('dolly-in'), move('truck', side)],
    [move('orbit', side)],
    [move('truck', side)],
  ]);
}

type FoundMove = { readonly at: number; readonly words: string; readonly meaning: Move };

/**
 * Keeps one of several readings of the same words ("camera pans left" is also a bare "camera pans"): an earlier entry of
 * the table is the more exact one, so a later match that overlaps it, or says the same, goes.
 */
function withoutRepeats(found: readonly FoundMove[]): FoundMove[] {
  const order = (one: FoundMove) => movePhrases.findIndex(([, meaning]) => meaning === one.meaning);
  const kept: FoundMove[] = [];
  for (const one of found.toSorted((a, b) => order(a) - order(b))) {
    const end = one.at + one.words.length;
    const doubled = kept.some(
      (other) =>
        (one.at < other.at + other.words.length && other.at < end) ||
        (other.meaning.kind === one.meaning.kind &&
          (one.meaning.kind !== 'pan' || isSameAxis(one.meaning, other.meaning))),
    );
    if (!doubled) kept.push(one);
  }
  return kept.sort((a, b) => a.at - b.at);
}

function isSameAxis(one: Move, other: Move): boolean {
  return (one.x !== 0 && other.x !== 0) || (one.y !== 0 && other.y !== 0);
}
