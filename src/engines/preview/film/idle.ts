// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** How a cut-out moves of itself, by what the prompt says it does. Always as a whole, so that nothing is ever torn. */
import { findPhrases, normalisePrompt, type Phrase } from '../prompt/words.ts';
import type { Grid } from './grid.ts';

export const actions = ['idle', 'walk', 'run', 'jump', 'dance', 'wave', 'turn', 'float'] as const;
export type Action = (typeof actions)[number];

const phrases: readonly Phrase<Action>[] = [
  [/\bdanc(?:e|es|ing)\b|\bsway(?:s|ing)?\b|\bspin(?:s|ning)?\b|跳舞|舞蹈|起舞|摇摆/, 'dance'],
  [/\b(?:jump|hop|leap|bounc|skip)(?:s|es|e|ing|ping)?\b|跳跃|跳起|蹦|跃|跳/, 'jump'],
  [/\brun(?:s|ning)?\b|\b(?:rush|dash|race|chas|sprint)(?:es|e|s|ing)?\b|奔跑|跑|冲/, 'run'],
  [/\b(?:walk|stroll|stride|wander|march|approach|cross)(?:s|es|ing)?\b|\bstep(?:s|ping)?\b|走|散步|漫步|迈步/, 'walk'],
  [
    /\b(?:fl(?:y|ies|ying)|float(?:s|ing)?|hover(?:s|ing)?|drift(?:s|ing)?|swim(?:s|ming)?|glid(?:e|es|ing))\b|飞|漂浮|飘|游/,
    'float',
  ],
  [/\bwav(?:e|es|ing)\b|\b(?:greet|nod|clap|cheer|laugh)(?:s|ing)?\b|挥手|招手|点头|鼓掌|笑/, 'wave'],
  [/\bturn(?:s|ing)?\b|\blook(?:s|ing)? (?:back|around)\b|转身|转头|回头|转/, 'turn'],
];

/** The first thing that the words say somebody does. */
export function actionIn(text: string): Action {
  return findPhrases(normalisePrompt(text), phrases)[0]?.meaning ?? 'idle';
}

export type Idle = {
  readonly action: Action;
  /** Where it stands, in shares of the frame; its feet stay there. */
  readonly footX: number;
  readonly footY: number;
  /** Its height as a share of the frame's. */
  readonly tall: number;
  /** It reaches the frame's lower edge, and must never come away from it. */
  readonly isRooted: boolean;
  /** It stands at a side of the frame, and must not leave it. */
  readonly isHeld: boolean;
  /** -1 or 1: the way it walks. */
  readonly side: number;
  /** Radians. */
  readonly phase: number;
  readonly seconds: number;
};

export type Shift = {
  /** Shares of the frame's width and height. */
  readonly x: number;
  readonly y: number;
  /** Sideways lean, widths for a height of the frame above the feet. */
  readonly lean: number;
  /** Factor on the height above the feet, and on the width. */
  readonly stretch: number;
  readonly widen: number;
};

const cycle = (seconds: number, rate: number, phase: number) => Math.sin(2 * Math.PI * rate * seconds + phase);

/** Where a hop is after this many seconds: 0 on the ground, 1 at its top. */
function hop(seconds: number): number {
  const period = 1.3;
  const air = 0.75;
  const t = (seconds % period) / air;
  return t >= 1 ? 0 : 4 * t * (1 - t);
}

/** What is held at a side of the frame leans by this share: there is nothing of it beyond. */
const heldLean = 0.25;

/** Small everywhere: it is a picture that is carried about, not a limb that moves. */
export function shiftAt(idle: Idle, seconds: number): Shift {
  const shift = freeShiftAt(idle, seconds);
  return idle.isHeld ? { ...shift, lean: shift.lean * heldLean } : shift;
}

function freeShiftAt(idle: Idle, seconds: number): Shift {
  const { action, phase, side, tall, isRooted, isHeld } = idle;
  const breath = 1 + 0.003 * cycle(seconds, 0.28, phase);
  const still = { x: 0, y: 0, lean: 0.0012 * cycle(seconds, 0.17, phase), stretch: breath, widen: 1 };
  // From one side of where it stands to the other, at an even pace.
  const along = (reach: number) => (isHeld ? 0 : side * reach * (seconds / Math.max(1, idle.seconds) - 0.5));
  // What is rooted cannot leave the ground: it grows a little instead.
  const lift = (height: number) =>
    isRooted ? { y: 0, stretch: breath * (1 + (0.5 * height) / Math.max(0.2, tall)) } : { y: -height, stretch: breath };
  switch (action) {
    case 'walk':
      return {
        ...still,
        ...lift(0.004 * (1 + cycle(seconds, 1.5, phase))),
        x: along(0.05),
        lean: 0.003 * cycle(seconds, 0.75, phase),
      };
    case 'run':
      return { ...still, ...lift(0.007 * (1 + cycle(seconds, 2.2, phase))), x: along(0.09), lean: 0.006 * side };
    case 'jump':
      return { ...still, ...lift(0.05 * hop(seconds + phase / 6)) };
    case 'dance':
      return { ...still, ...lift(0.004 * (1 + cycle(seconds, 1.6, phase))), lean: 0.035 * cycle(seconds, 0.8, phase) };
    case 'wave':
      return { ...still, lean: 0.012 * cycle(seconds, 0.7, phase) };
    case 'turn':
      return {
        ...still,
        lean: 0.006 * cycle(seconds, 0.3, phase),
        widen: 1 - 0.025 * (1 - Math.cos(2 * Math.PI * 0.3 * seconds)),
      };
    case 'float':
      return isRooted
        ? { ...still, lean: 0.008 * cycle(seconds, 0.2, phase) }
        : { ...still, x: isHeld ? 0 : 0.008 * cycle(seconds, 0.13, phase), y: 0.012 * cycle(seconds, 0.23, phase) };
    case 'idle':
      return still;
  }
}

/** Moves a layer: changes where each part of the frame is taken from. */
export function moveGrid({ positions }: Grid, idle: Idle | undefined, seconds: number): void {
  if (idle === undefined) return;
  const { x, y, lean, stretch, widen } = shiftAt(idle, seconds);
  for (let index = 0; index < positions.length; index += 2) {
    const above = (idle.footY - (positions[index + 1]! - y)) / stretch;
    positions[index + 1] = idle.footY - above;
    const across = positions[index]! - x - lean * above - idle.footX;
    positions[index] = idle.footX + across / widen;
  }
}
