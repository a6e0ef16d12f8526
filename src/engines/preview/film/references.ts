/** Reference to video: pictures and films as shots, in the order and in the company that the prompt tells. */
import { join } from 'node:path';
import type { JsonObject } from '../../../core/json.ts';
import { freeMemory } from '../memory.ts';
import { lookAtEach } from '../photo/analysis.ts';
import { openPhoto } from '../photo/decode.ts';
import {
  filmsOf,
  picturesOf,
  type RenderMedium,
  type RenderRequest,
  type RenderResult,
  refuseField,
} from '../protocol.ts';
import { type Cutout, examine } from '../still/cutout.ts';
import { describeFilm, describeShot } from './describe.ts';
import { encodeFilm } from './encode.ts';
import { shownSize } from './ffmpeg-input.ts';
import { type Clip, joinClips } from './join.ts';
import { type FilmParameters, filmSize, readFilmParameters } from './parameters.ts';
import { type TellProgress, tellAnalysed, tellFrames } from './progress.ts';
import { directShots, type PlannedShot, type Source } from './reference-shots.ts';
import { automaticLength, type ShotLengths, shareOut, shotsInTime } from './shot-lengths.ts';
import { composeSound, keepSound } from './sound.ts';
import { readStoryboard } from './storyboard.ts';
import { subjectName, subjectsOf } from './subjects.ts';
import { fadeOut, mixFrames, transitionSeconds } from './transitions.ts';

async function openSources(request: RenderRequest, tell: TellProgress): Promise<Source[]> {
  const pictures = picturesOf(request);
  const films = filmsOf(request);
  if (pictures.length + films.length === 0) {
    throw refuseField('images', 'images or videos must hold at least one reference.');
  }
  const photos = await Promise.all(pictures.map(openPhoto));
  const cutouts: Cutout[] = await lookAtEach(photos, examine, tellAnalysed(tell));
  return [
    ...pictures.map((medium, index): Source => {
      const cutout = cutouts[index] as Cutout;
      const { width, height } = cutout.photo;
      return { medium, cutout, seconds: undefined, width, height };
    }),
    ...films.map((medium): Source => {
      const seconds = (medium.facts.durationMs ?? 0) / 1000;
      return { medium, cutout: undefined, seconds, ...shownSize(medium.facts) };
    }),
  ];
}

/** At its end the film goes black or white, over this long. */
const endingSeconds = 0.6;

async function* withEnding(
  frames: AsyncIterable<Uint8Array>,
  ending: 'black' | 'white' | undefined,
  { frames: count, frameRate }: Pick<FilmParameters, 'frames' | 'frameRate'>,
  size: { readonly width: number; readonly height: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  const fading = Math.min(count >> 1, Math.round(endingSeconds * frameRate));
  const out = new Uint8Array((size.width * size.height * 3) / 2);
  let number = 0;
  for await (const frame of frames) {
    const step = ++number - (count - fading);
    if (ending === undefined || step <= 0) yield frame;
    else {
      fadeOut(frame, ending, step / fading, size, out);
      yield out;
    }
  }
}

/** First frame of each shot in the film. */
function startsOf({ frames, overlaps }: ShotLengths): number[] {
  let start = 0;
  return frames.map((count, index) => {
    const own = start;
    start += count - (overlaps[index] ?? 0);
    return own;
  });
}

type Described = { readonly shots: readonly PlannedShot[]; readonly sources: readonly Source[] };

function describeShots(
  { shots, sources }: Described,
  lengths: ShotLengths,
  frameRate: number,
  input: JsonObject,
): JsonObject[] {
  const subjects = subjectsOf(input);
  const starts = startsOf(lengths);
  const seconds = (frames: number) => Math.round((frames * 1000) / frameRate) / 1000;
  const mediumOf = (reference: number) => (sources[reference] as Source).medium;
  const isFilm = (reference: number) => sources[reference]?.cutout === undefined;
  const fieldOf = ({ field, index }: RenderMedium) => `${field}[${index}]`;
  return shots.map(({ roles, shot, isNamed, setting, transition, film }, index) => {
    const start = starts[index] as number;
    const frames = lengths.frames[index] as number;
    const media = roles.map(({ reference }) => mediumOf(reference));
    return {
      of: media.map(fieldOf),
      ...(subjects.length === 0 ? {} : { subjects: media.map((medium) => subjectName(medium, subjects)) }),
      fromSeconds: seconds(start),
      toSeconds: seconds(start + frames),
      frames,
      isNamed,
      ...(index === 0 ? {} : { transition: transition.kind }),
      ...(film === undefined ? describeShot(shot) : {}),
      ...(setting === undefined ? {} : { scene: setting.scene, light: setting.light }),
      ...(setting !== undefined || (film !== undefined && roles.length > 1)
        ? { actions: roles.flatMap(({ reference, action }) => (isFilm(reference) ? [] : [action])) }
        : {}),
    };
  });
}

type OwnSound = { readonly soundPath?: string };

/** Music where it is asked for; else what the films in it brought along. */
function soundOf(
  request: RenderRequest,
  parameters: FilmParameters,
  shots: readonly PlannedShot[],
  lengths: ShotLengths,
): Promise<OwnSound> {
  if (parameters.hasSound) return composeSound(request, parameters);
  const starts = startsOf(lengths);
  const heard = shots.flatMap(({ film }, index) =>
    film === undefined
      ? []
      : [{ medium: film.medium, from: starts[index] as number, frames: lengths.frames[index] as number }],
  );
  return keepSound(request, heard, parameters);
}

export async function renderReferences(request: RenderRequest, tell: TellProgress): Promise<RenderResult> {
  const { input, directory, encoder } = request;
  const prompt = typeof input.prompt === 'string' ? input.prompt : '';
  const sources = await openSources(request, tell);
  const story = readStoryboard(
    prompt,
    sources.map(({ medium, cutout }) => ({ field: medium.field, isFilm: cutout === undefined })),
    subjectsOf(input),
  );
  const size = filmSize(input, sources[story.shots[0]?.roles[0]?.reference ?? 0]);
  const all = directShots(story, sources, request.seed, size);
  const isAutomatic = input.duration === 0;
  const contentsOf = (shots: readonly PlannedShot[]) => shots.map(({ content }) => content);
  const secondsOf = (shots: readonly PlannedShot[]) =>
    shots.slice(1).map(({ transition }) => transitionSeconds[transition.kind]);
  const duration = isAutomatic ? automaticLength(contentsOf(all), secondsOf(all)) : input.duration;
  const parameters = readFilmParameters({
    ...request,
    input: { ...input, ...(duration === undefined ? {} : { duration }) },
  });
  const { frames, frameRate, amplitude, hasSound } = parameters;
  const shots = shotsInTime(all, frames / frameRate);
  const lengths = shareOut(
    contentsOf(shots),
    frames,
    secondsOf(shots).map((seconds) => Math.round(seconds * frameRate)),
  );
  const sound = await soundOf(request, parameters, shots, lengths);

  const clips = shots.map((shot, index): Clip => {
    const count = lengths.frames[index] as number;
    return { frames: count, open: () => shot.open(request, { size, amplitude, frameRate, frames: count }) };
  });
  const joints = lengths.overlaps.map((count, index) => ({
    frames: count,
    mix: (from: Uint8Array, to: Uint8Array, step: number, out: Uint8Array) =>
      mixFrames((shots[index + 1] as PlannedShot).transition, from, to, step, count, size, out),
  }));
  const outputPath = join(directory, 'video.mp4');
  const joined = withEnding(joinClips(clips, joints), story.ending, parameters, size);
  freeMemory();
  await encodeFilm({ encoder, ...size, frameRate, outputPath, ...sound }, joined, tellFrames(tell, frames));
  const shown = new Set(shots.flatMap(({ roles }) => roles.map(({ reference }) => reference)));
  return {
    output: { kind: 'video', fileName: 'video.mp4', path: outputPath },
    metadata: {
      ...describeFilm({ ...size, frames, frameRate, hasSound: hasSound || sound.soundPath !== undefined, encoder }),
      understood: {
        amplitude,
        shots: describeShots({ shots, sources }, lengths, frameRate, input),
        unknownNames: [...story.unknown],
        notShown: sources.flatMap(({ medium }, index) =>
          shown.has(index) ? [] : [`${medium.field}[${medium.index}]`],
        ),
        transitions: [...story.transitionWords],
        ...(story.ending === undefined ? {} : { ending: story.ending }),
      },
    },
    ...(isAutomatic ? { usage: { duration: frames / frameRate } } : {}),
  };
}
