/** Work on a whole film that one ffmpeg does by itself, from file to file: larger, smoother, or with sound. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { enlargedSize } from '../enlarge-size.ts';
import type { PixelSize } from '../output-size.ts';
import {
  type Encoder,
  filmsOf,
  type RenderMedium,
  type RenderRequest,
  type RenderResult,
  refuseField,
} from '../protocol.ts';
import { describeFilm } from './describe.ts';
import { containerArguments, soundCodecArguments, videoCodecArguments } from './encode.ts';
import { type Ending, endingError, filmError, inputArguments, openFilm, shownSize } from './ffmpeg-input.ts';
import { exactRate, rateText } from './frame-rate.ts';
import type { TellProgress } from './progress.ts';

/** 4K of every shape up to 21:9; more would not fit the memory a render may use. */
const mostFilmPixels = 5120 * 2160;

/** Filters of one ffmpeg run side by side in this many threads, so that its bytes are fixed. */
const filterThreads = 2;

/** Runs one ffmpeg that reads the film from its standard input; answers how many frames it wrote. */
async function runOverFilm(
  encoder: Encoder,
  medium: RenderMedium,
  args: readonly string[],
  tellCount: (count: number) => void = () => {},
): Promise<number> {
  await using file = await openFilm(medium, encoder);
  const all = ['-v', 'error', '-nostdin', '-y', '-nostats', '-progress', 'pipe:1', ...args];
  const child = spawn(encoder.path, all, { stdio: [file.fd, 'pipe', 'pipe'], env: {} });
  let complaint = '';
  let frames = 0;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  child.stdout?.setEncoding('latin1').on('data', (text: string) => {
    const counts = [...text.matchAll(/^frame=(\d+)$/gm)];
    const last = counts.at(-1)?.[1];
    if (last === undefined) return;
    frames = Number(last);
    tellCount(frames);
  });
  const { promise, resolve, reject } = Promise.withResolvers<Ending>();
  child.once('error', reject);
  child.once('close', (code, signal) => resolve({ code, signal, complaint }));
  const ending = await promise;
  if (ending.code === 0) return frames;
  throw endingError(medium, ending);
}

/** Sound that MP4 players know is kept as it is; any other is coded anew. */
function keptSound({ facts }: RenderMedium): string[] {
  if (facts.audioCodec === undefined) return ['-an'];
  return ['-map', '0:a:0?', ...(/^(?:aac|mp4a)/i.test(facts.audioCodec) ? ['-c:a', 'copy'] : soundCodecArguments)];
}

type SoundOptions = {
  readonly encoder: Encoder;
  /** A film of our own, without sound. */
  readonly silentPath: string;
  readonly medium: RenderMedium;
  readonly seconds: number;
  readonly outputPath: string;
};

/** Gives a film of ours the sound of one from outside, with silence after its end. */
export async function addSound({ encoder, silentPath, medium, seconds, outputPath }: SoundOptions): Promise<void> {
  await runOverFilm(encoder, medium, [
    ...inputArguments(medium.facts),
    ...['-f', 'mov', '-i', silentPath],
    ...['-map', '1:v:0', '-map', '0:a:0', '-c:v', 'copy', ...soundCodecArguments],
    ...['-af', 'aresample=48000:first_pts=0,apad', '-t', seconds.toFixed(6), ...containerArguments, outputPath],
  ]);
}

/** To a thousandth: what a price counts is rounded up to whole ones. */
function secondsOf(frames: number, frameRate: number): number {
  return Math.round((frames * 1000) / frameRate) / 1000;
}

type GivenFilm = {
  readonly medium: RenderMedium;
  readonly shown: PixelSize;
  readonly frames: number;
  readonly frameRate: number;
};

function givenFilm(request: RenderRequest, what: string): GivenFilm {
  const [medium] = filmsOf(request);
  if (medium === undefined) throw refuseField('videos', `videos needs the film to ${what}.`);
  const { durationMs = 0, frameRate: probedRate = 0 } = medium.facts;
  const frames = medium.facts.frames ?? Math.round((durationMs * probedRate) / 1000);
  if (probedRate <= 0 || frames <= 0) throw filmError(medium, 'its tables name no frame rate');
  return { medium, shown: shownSize(medium.facts), frames, frameRate: exactRate(probedRate) };
}

export async function renderEnlargedFilm(request: RenderRequest, tell: TellProgress): Promise<RenderResult> {
  const { input, directory, encoder } = request;
  const { medium, shown, frames: expected, frameRate } = givenFilm(request, 'enlarge');
  const { width, height, scale } = enlargedSize(shown, input.resolution, mostFilmPixels);
  const outputPath = join(directory, 'video.mp4');
  const frames = await runOverFilm(
    encoder,
    medium,
    [
      ...inputArguments(medium.facts),
      ...['-filter_threads', String(filterThreads), '-map', '0:v:0'],
      ...['-vf', `scale=${width}:${height}:flags=lanczos,unsharp=5:5:0.4:5:5:0,setsar=1`],
      ...[...videoCodecArguments(encoder, width * height), ...keptSound(medium), ...containerArguments, outputPath],
    ],
    (count) => tell(Math.min(0.99, count / expected)),
  );
  const hasSound = medium.facts.audioCodec !== undefined;
  return {
    output: { kind: 'video', fileName: 'video.mp4', path: outputPath },
    metadata: {
      ...describeFilm({ width, height, frames, frameRate, hasSound, encoder }),
      method: 'lanczos and sharpening',
      understood: { from: shown, scale: Math.round(scale * 100) / 100 },
    },
    usage: { seconds: secondsOf(frames, frameRate) },
  };
}

const fallbackOutputRate = 60;
const highestOutputRate = 120;
/**
 * Movement is searched for at 2 megapixels a second on two processors: this many take about a minute and a half. Beyond
 * it, frames are mixed, 40 times as fast.
 */
const mostSearchedPixels = 200_000_000;

function outputRate(asked: unknown, given: number): number {
  const rate = typeof asked === 'number' ? asked : Math.max(fallbackOutputRate, Math.ceil(given) + 1);
  if (rate <= given || rate > highestOutputRate) {
    const limits = `more than the film's ${Math.round(given * 1000) / 1000} and at most ${highestOutputRate}`;
    throw refuseField('frame_rate', `frame_rate must be ${limits}; it is ${rate}.`);
  }
  return exactRate(rate);
}

export async function renderInterpolated(request: RenderRequest, tell: TellProgress): Promise<RenderResult> {
  const { input, directory, encoder } = request;
  const film = givenFilm(request, 'make smoother');
  const { medium, shown } = film;
  const frameRate = outputRate(input.frame_rate, film.frameRate);
  const expected = Math.round((film.frames * frameRate) / film.frameRate);
  const isSearched = shown.width * shown.height * expected <= mostSearchedPixels;
  const mode = isSearched ? 'mi_mode=mci:mc_mode=aobmc:vsbmc=1' : 'mi_mode=blend';
  const size = { width: shown.width - (shown.width % 2), height: shown.height - (shown.height % 2) };
  const outputPath = join(directory, 'video.mp4');
  const frames = await runOverFilm(
    encoder,
    medium,
    [
      ...inputArguments(medium.facts),
      ...['-filter_threads', String(filterThreads), '-map', '0:v:0'],
      // The filter ends before the last frames it was given: copies of the last one push them out.
      ...[
        '-vf',
        `crop=${size.width}:${size.height},tpad=stop_mode=clone:stop=8,minterpolate=fps=${rateText(frameRate)}:${mode}`,
      ],
      ...['-frames:v', String(expected), ...videoCodecArguments(encoder, size.width * size.height)],
      ...[...keptSound(medium), ...containerArguments, outputPath],
    ],
    (count) => tell(Math.min(0.99, count / expected)),
  );
  const hasSound = medium.facts.audioCodec !== undefined;
  return {
    output: { kind: 'video', fileName: 'video.mp4', path: outputPath },
    metadata: {
      ...describeFilm({ ...size, frames, frameRate, hasSound, encoder }),
      method: isSearched ? 'motion search' : 'mixed frames',
      understood: { fromFrameRate: Math.round(film.frameRate * 1000) / 1000 },
    },
    usage: { seconds: secondsOf(frames, frameRate) },
  };
}
