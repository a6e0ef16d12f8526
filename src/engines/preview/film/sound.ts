/** The sound of a film: music of our own, or what the films in it brought along. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RenderMedium, RenderRequest } from '../protocol.ts';
import { sampleRate } from '../sound/loudness.ts';
import { composeTrack, moodOf } from '../sound/music.ts';
import { encodeWav } from '../sound/wav.ts';
import { decodeSound } from './decode.ts';
import type { FilmParameters } from './parameters.ts';

/** Writes a track exactly as long as the film; answers its path as an option of the encoder, if there is to be one. */
export async function composeSound(
  request: RenderRequest,
  { prompt, frames, frameRate, hasSound }: FilmParameters,
): Promise<{ readonly soundPath?: string }> {
  if (!hasSound) return {};
  const samples = Math.round((frames * sampleRate) / frameRate);
  const { left, right } = composeTrack(request.seed, samples, moodOf(prompt));
  return { soundPath: await writeSound(request, left, right) };
}

async function writeSound({ directory }: RenderRequest, left: Float32Array, right: Float32Array): Promise<string> {
  const soundPath = join(directory, 'sound.wav');
  await writeFile(soundPath, encodeWav(left, right), { mode: 0o600 });
  return soundPath;
}

/** A stretch of a film that is seen in another one. In frames of the latter. */
export type Heard = { readonly medium: RenderMedium; readonly from: number; readonly frames: number };

/** Own sound swells and fades with the picture it belongs to. */
const fadeSeconds = 0.2;

/** Lays the own sound of films under their shots, with silence elsewhere. */
export async function keepSound(
  request: RenderRequest,
  heard: readonly Heard[],
  { frames, frameRate }: Pick<FilmParameters, 'frames' | 'frameRate'>,
): Promise<{ readonly soundPath?: string }> {
  const audible = heard.filter(({ medium }) => medium.facts.audioCodec !== undefined);
  if (audible.length === 0) return {};
  const at = (frame: number) => Math.round((frame * sampleRate) / frameRate);
  const left = new Float32Array(at(frames));
  const right = new Float32Array(at(frames));
  for (const { medium, from, frames: count } of audible) {
    const start = at(from);
    const samples = Math.min(left.length, at(from + count)) - start;
    const sound = await decodeSound(request.encoder, medium, samples);
    const fade = Math.min(samples >> 1, Math.round(fadeSeconds * sampleRate));
    const own = Math.min(samples, sound.length >> 1);
    for (let index = 0; index < own; index++) {
      const share = Math.min(1, (index + 1) / fade, (samples - index) / fade) / 32768;
      left[start + index] = (left[start + index] ?? 0) + (sound[2 * index] ?? 0) * share;
      right[start + index] = (right[start + index] ?? 0) + (sound[2 * index + 1] ?? 0) * share;
    }
  }
  return { soundPath: await writeSound(request, left, right) };
}
