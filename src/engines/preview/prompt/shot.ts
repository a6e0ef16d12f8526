/** Camera language: what a prompt says about how the camera moves, in English and Chinese. */
import { type AmbientKind, parseAmbient } from './ambient.ts';
import { type Composition, defaultMoves } from './composition.ts';
import { type FocusKind, parseFocus } from './focus.ts';
import { type LifeKind, parseLife } from './life.ts';
import { type Move, move, movePhrases, refusedMove, throughEyes } from './moves.ts';
import { parseTarget, type Target } from './target.ts';
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
  /** Whether the wind moves plants. */
  readonly isPlantWind: boolean;
  /** The place that the camera goes to, when the prompt names one. */
  readonly target: Target | undefined;
  /** Depth of field; undefined: as the picture has it. */
  readonly focus: FocusKind | undefined;
  /** The words that were understood, as they stood. */
  readonly words: readonly string[];
  /** What seems to speak of the camera and was not understood. */
  readonly notUnderstood: readonly string[];
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

/** What a sentence about the camera has in it; a camera that somebody holds is a thing. */
const speaksOfCamera =
  /(?<!\b(?:a|an|his|her|their|old|vintage) )\bcamera (?!in\b|on\b|bag|man|shop|lens|strap)|镜头|运镜/;
const mostNotUnderstood = 3;
const longestQuote = 80;

/**
 * The prompt's own shot, or a tasteful one when it says nothing about the camera: one that suits `composition`, which is
 * what is known of the picture.
 */
export function parseShot(prompt: string, seed: number, composition?: Composition): Shot {
  const text = normalisePrompt(prompt);
  const { kinds: ambient, words: airWords } = parseAmbient(text);
  const { kinds: life, isPlantWind, words: lifeWords } = parseLife(text);
  const { kind: focus, words: focusWords } = parseFocus(text);
  const { target, words: targetWords } = parseTarget(text);
  const camera = parseCamera(text);
  const { handheld, asked } = camera;
  const words = [...airWords, ...lifeWords, ...focusWords, ...targetWords, ...camera.words];
  const shot = { ...camera, ambient, life, isPlantWind, focus, target, words };
  if (camera.segments.length > 0) return shot;
  // A camera that must not move stands; so does one that is in somebody's hand and told nothing else.
  const segment = asked || handheld ? [move('static')] : defaultMoves(seed, composition);
  return { ...shot, segments: [segment] };
}

type Camera = Pick<Shot, 'segments' | 'handheld' | 'pace' | 'asked' | 'words' | 'notUnderstood'>;

/** What the words say about the camera alone. */
function parseCamera(text: string): Camera {
  const words: string[] = [];
  const notUnderstood: string[] = [];
  const segments: Move[][] = [];
  const pace = paceOf(text);
  let handheld = false;
  let asked = false;
  for (const clause of text.split(sequenceBreak)) {
    const { wanted, refused } = withoutRefusals(clause);
    const found = withoutRepeats(findPhrases(wanted, movePhrases));
    words.push(...found.map((one) => one.words.trim()), ...refused);
    asked ||= found.length + refused.length > 0;
    handheld ||= throughEyes.test(clause) || found.some((one) => one.meaning.kind === 'handheld');
    if (found.length + refused.length === 0 && speaksOfCamera.test(clause)) notUnderstood.push(clause.trim());
    const moves = found.map((one) => one.meaning).filter(({ kind }) => kind !== 'handheld');
    // "The camera stands still, zoom in" says both; the refusal wins.
    const isStill = moves.some(({ kind }) => kind === 'static');
    if (isStill || moves.length === 0 || segments.length === mostSegments) continue;
    // The first pace is that of the whole shot; a later one changes its own part.
    const share = found.length === 0 ? 1 : paceOf(clause, pace) / pace;
    segments.push(share === 1 ? moves : moves.map((one) => ({ ...one, share })));
  }
  return {
    segments,
    handheld,
    asked,
    words,
    pace: asked ? pace : 1,
    notUnderstood: notUnderstood.slice(0, mostNotUnderstood).map((clause) => clause.slice(0, longestQuote)),
  };
}

function paceOf(text: string, otherwise = 1): number {
  return findPhrases(text, paces)[0]?.meaning ?? otherwise;
}

/** Takes "do not zoom" out of a clause, so that the rest of it can be read. */
function withoutRefusals(clause: string): { wanted: string; refused: string[] } {
  const refused: string[] = [];
  const wanted = clause.replace(refusedMove, (words) => {
    refused.push(words.trim());
    return ' ';
  });
  return { wanted, refused };
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
