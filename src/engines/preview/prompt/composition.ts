/** The camera move of a prompt that names none: a calm one that suits what the picture shows. */
import { pick, randomStream } from '../random.ts';
import { type Move, move } from './moves.ts';

export type Composition = {
  readonly subject: 'person' | 'thing' | 'none';
  /** Width by height of what the film shows. */
  readonly aspect: number;
  /** Too few pixels to go closer. */
  readonly isTiny: boolean;
};

const wideFrom = 1.6;
const tallBelow = 0.85;

const gently = (moved: Move, share: number): Move => ({ ...moved, share });

function choices({ subject, aspect, isTiny }: Composition, side: number): readonly (readonly Move[])[] {
  if (isTiny) return [[move('static')]];
  if (subject === 'person') return [[gently(move('dolly-in'), 0.75), gently(move('orbit', side), 0.4)]];
  if (subject === 'thing') {
    return [
      [gently(move('orbit', side), 0.8)],
      [gently(move('dolly-in'), 0.7), gently(move('orbit', side), 0.5)],
      [gently(move('dolly-in'), 0.9)],
    ];
  }
  // Where nothing stands out, the eye travels along the longer side.
  if (aspect >= wideFrom) return [[gently(move('truck', side), 0.8)], [gently(move('pan', side), 0.7)]];
  if (aspect <= tallBelow) return [[gently(move('tilt', 0, -1), 0.8)], [gently(move('tilt', 0, 1), 0.8)]];
  return [
    [gently(move('dolly-in'), 0.8)],
    [gently(move('truck', side), 0.7)],
    [gently(move('orbit', side), 0.8)],
    [gently(move('dolly-in'), 0.6), gently(move('truck', side), 0.5)],
  ];
}

/** Without knowing the picture, what suits nearly everything. */
const unseen: Composition = { subject: 'none', aspect: 1.4, isTiny: false };

export function defaultMoves(seed: number, composition: Composition = unseen): readonly Move[] {
  const random = randomStream(seed, 'default-shot');
  const side = random() < 0.5 ? -1 : 1;
  return pick(random, choices(composition, side));
}
