/** Image to video: one photograph becomes a film with a camera move. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../../core/json.ts';
import { freeMemory } from '../memory.ts';
import { outputSize, type PixelSize, readAspectRatio, readResolution, sizeForRatio } from '../output-size.ts';
import { openPhoto, type Photo } from '../photo/decode.ts';
import { openPersonModel } from '../photo/person.ts';
import { analyseSubject } from '../photo/subject.ts';
import { parseShot } from '../prompt/shot.ts';
import { RenderError, type RenderRequest, type RenderResult } from '../protocol.ts';
import { sampleRate } from '../sound/loudness.ts';
import { composeTrack, moodOf } from '../sound/music.ts';
import { encodeWav } from '../sound/wav.ts';
import { type Amplitude, amplitudes, planCamera } from './camera.ts';
import { startEncoder } from './encode.ts';
import { buildLayers } from './layers.ts';
import { packScene, renderFrames } from './render-frames.ts';
import { safeZoom } from './safe-zoom.ts';

type TellProgress = (progress: number) => void;

/** Shares of the whole time, measured on 5 s at 720p: what comes before the first frame, and what after the last. */
const preparedShare = 0.1;
const framesShare = 0.88;

const shortestSeconds = 0.1;
const longestSeconds = 16;
const defaultSeconds = 5;
const defaultFrameRate = 24;

type FilmParameters = {
  readonly prompt: string;
  readonly frames: number;
  readonly frameRate: number;
  readonly amplitude: Amplitude;
  readonly hasSound: boolean;
};

function readNumber(value: unknown, fallback: number, low: number, high: number): number {
  const number = typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : fallback;
  return Math.min(high, Math.max(low, number));
}

export function readFilmParameters(input: JsonObject): FilmParameters {
  const frameRate = Math.round(readNumber(input.frame_rate, defaultFrameRate, 1, 60));
  const seconds = readNumber(input.duration, defaultSeconds, shortestSeconds, longestSeconds);
  const amplitude = typeof input.movement_amplitude === 'string' ? input.movement_amplitude : 'auto';
  return {
    prompt: typeof input.prompt === 'string' ? input.prompt : '',
    frames: Math.max(1, Math.round(seconds * frameRate)),
    frameRate,
    amplitude: Object.hasOwn(amplitudes, amplitude) ? (amplitude as Amplitude) : 'auto',
    hasSound: input.bgm === true,
  };
}

/** A named ratio wins; otherwise the film has the photograph's. */
function filmSize(input: JsonObject, photo: Photo): PixelSize {
  const resolution = readResolution(input.resolution) ?? '720p';
  const ratio = readAspectRatio(input.aspect_ratio);
  return ratio === undefined ? sizeForRatio(resolution, photo.width / photo.height) : outputSize(resolution, ratio);
}

export async function renderFilm(request: RenderRequest, tell: TellProgress): Promise<RenderResult> {
  const { input, seed, directory, encoder } = request;
  const parameters = readFilmParameters(input);
  const { frames, frameRate } = parameters;
  const medium = request.media.find(({ kind }) => kind === 'image');
  if (medium === undefined) {
    throw new RenderError('invalid_input', 'images needs one picture to make a film from.', {
      details: { field: 'images' },
    });
  }
  const model = openPersonModel();
  const photo = await openPhoto(medium);
  const size = filmSize(input, photo);
  const subject = await analyseSubject(photo, model).finally(() => model.close());
  tell(preparedShare * 0.4);
  freeMemory();
  const scene = await buildLayers(photo, subject, size.width, size.height);
  tell(preparedShare * 0.7);
  freeMemory();

  const shot = parseShot(parameters.prompt, seed);
  const plan = planCamera(shot, parameters.amplitude, seed, frames, frameRate);
  const data = packScene(scene, plan, safeZoom(plan, scene.geometry, scene.layers));
  const soundPath = parameters.hasSound ? await composeSound(request, parameters) : undefined;
  tell(preparedShare);
  freeMemory();

  const outputPath = join(directory, 'video.mp4');
  const running = startEncoder({
    encoder,
    ...size,
    frameRate,
    outputPath,
    ...(soundPath === undefined ? {} : { soundPath }),
  });
  await renderFrames(data, request.workers, async (frame, index) => {
    await running.write(frame);
    tell(preparedShare + (framesShare * (index + 1)) / frames);
  });
  await running.finish();

  return {
    output: { kind: 'video', fileName: 'video.mp4', path: outputPath },
    metadata: {
      ...size,
      frameRate,
      frames,
      durationMs: Math.round((frames * 1000) / frameRate),
      hasSound: parameters.hasSound,
      encoder: `ffmpeg ${encoder.version}`,
      layers: scene.layers.length,
      subject: subject.source,
      confidence: Math.round(subject.confidence * 100) / 100,
      understood: {
        moves: shot.segments.map((moves) => moves.map(({ kind, x, y }) => ({ kind, x, y }))),
        handheld: shot.handheld,
        pace: shot.pace,
        asked: shot.asked,
        words: [...shot.words],
        amplitude: parameters.amplitude,
      },
    },
  };
}

async function composeSound(request: RenderRequest, { prompt, frames, frameRate }: FilmParameters): Promise<string> {
  const samples = Math.round((frames * sampleRate) / frameRate);
  const { left, right } = composeTrack(request.seed, samples, moodOf(prompt));
  const path = join(request.directory, 'sound.wav');
  await writeFile(path, encodeWav(left, right), { mode: 0o600 });
  return path;
}
