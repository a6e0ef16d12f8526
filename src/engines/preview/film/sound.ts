/** The sound of a film: music of our own. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RenderRequest } from '../protocol.ts';
import { sampleRate } from '../sound/loudness.ts';
import { composeTrack, moodOf } from '../sound/music.ts';
import { encodeWav } from '../sound/wav.ts';
import type { FilmParameters } from './parameters.ts';

/** Writes a track exactly as long as the film; answers its path as an option of the encoder, if there is to be one. */
export async function composeSound(
  request: RenderRequest,
  { prompt, frames, frameRate, hasSound }: FilmParameters,
): Promise<{ readonly soundPath?: string }> {
  if (!hasSound) return {};
  const samples = Math.round((frames * sampleRate) / frameRate);
  const { left, right } = composeTrack(request.seed, samples, moodOf(prompt));
  const soundPath = join(request.directory, 'sound.wav');
  await writeFile(soundPath, encodeWav(left, right), { mode: 0o600 });
  return { soundPath };
}
