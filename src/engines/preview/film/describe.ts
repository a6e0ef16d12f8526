/** What every film's metadata say, beside what is special about one. */
import type { JsonObject } from '../../../core/json.ts';
import type { PixelSize } from '../output-size.ts';
import type { LifeKind } from '../prompt/life.ts';
import type { Shot } from '../prompt/shot.ts';
import type { Encoder } from '../protocol.ts';

export type FilmFacts = PixelSize & {
  readonly frames: number;
  readonly frameRate: number;
  readonly hasSound: boolean;
  readonly encoder: Encoder;
};

export function describeFilm({ width, height, frames, frameRate, hasSound, encoder }: FilmFacts): JsonObject {
  return {
    width,
    height,
    frameRate: Math.round(frameRate * 1000) / 1000,
    frames,
    durationMs: Math.round((frames * 1000) / frameRate),
    hasSound,
    encoder: `ffmpeg ${encoder.version}`,
  };
}

/**
 * How the prompt's words about the camera and about what moves were understood; `living` is what of the latter was found
 * in the picture.
 */
export function describeShot(shot: Shot, living?: readonly LifeKind[]): JsonObject {
  return {
    moves: shot.segments.map((moves) => moves.map((move) => ({ ...move }))),
    handheld: shot.handheld,
    pace: shot.pace,
    ambient: [...shot.ambient],
    life: [...shot.life],
    ...(living === undefined ? {} : { living: [...living] }),
    focus: shot.focus ?? null,
    asked: shot.asked,
    chosenBy: shot.asked ? 'prompt' : 'composition',
    ...(shot.target === undefined ? {} : { towards: { ...shot.target } }),
    words: [...shot.words],
    notUnderstood: [...shot.notUnderstood],
  };
}
