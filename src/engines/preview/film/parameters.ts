/** What a request for a film asks for, in frames and pixels. Pure. */
import { holds, type Measure } from '../../../core/condition.ts';
import type { JsonObject } from '../../../core/json.ts';
import { outputSize, type PixelSize, readAspectRatio, readResolution, sizeForRatio } from '../output-size.ts';
import type { RenderRequest } from '../protocol.ts';
import { type Amplitude, amplitudes } from './camera.ts';

export const shortestSeconds = 0.1;
export const longestSeconds = 16;
export const defaultSeconds = 5;
const defaultFrameRate = 24;

export type FilmParameters = {
  readonly prompt: string;
  readonly frames: number;
  readonly frameRate: number;
  readonly amplitude: Amplitude;
  readonly hasSound: boolean;
};

/** Held between `low` and `high`; `fallback` for what is no number above 0. */
export function readNumber(value: unknown, fallback: number, low: number, high: number): number {
  const number = typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : fallback;
  return Math.min(high, Math.max(low, number));
}

export function readFilmParameters({
  input,
  ineffective: { bgm: noMusic },
}: Pick<RenderRequest, 'input' | 'ineffective'>): FilmParameters {
  const frameRate = Math.round(readNumber(input.frame_rate, defaultFrameRate, 1, 60));
  const seconds = readNumber(input.duration, defaultSeconds, shortestSeconds, longestSeconds);
  // Of the film as it will be, whoever chose its length.
  const measure: Measure = (name) => (name === 'duration' ? seconds : (input[name] as ReturnType<Measure>));
  const amplitude = typeof input.movement_amplitude === 'string' ? input.movement_amplitude : 'auto';
  return {
    prompt: typeof input.prompt === 'string' ? input.prompt : '',
    frames: Math.max(1, Math.round(seconds * frameRate)),
    frameRate,
    amplitude: Object.hasOwn(amplitudes, amplitude) ? (amplitude as Amplitude) : 'auto',
    // `audio` asks for speech and noises as well, which are not made: music stands for all that is to be heard.
    hasSound: input.audio === true || (input.bgm === true && !(noMusic !== undefined && holds(noMusic, measure))),
  };
}

/** A named ratio wins; otherwise the film has that of `first`, and 16:9 when there is none. */
export function filmSize(input: JsonObject, first: PixelSize | undefined): PixelSize {
  const resolution = readResolution(input.resolution) ?? '720p';
  const ratio = readAspectRatio(input.aspect_ratio);
  if (ratio !== undefined) return outputSize(resolution, ratio);
  return first === undefined ? outputSize(resolution, '16:9') : sizeForRatio(resolution, first.width / first.height);
}
