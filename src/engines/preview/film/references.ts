/** Reference to video: every reference in a shot of its own, pictures with a camera move, films as they are. */
import { join } from 'node:path';
import type { PixelSize } from '../output-size.ts';
import { openPhoto, pictureOf } from '../photo/decode.ts';
import { parseShot, type Shot } from '../prompt/shot.ts';
import {
  filmsOf,
  picturesOf,
  type RenderMedium,
  type RenderRequest,
  type RenderResult,
  refuseField,
} from '../protocol.ts';
import { decodeFrames } from './decode.ts';
import { describeFilm, describeShot } from './describe.ts';
import { encodeFilm } from './encode.ts';
import { shownSize } from './ffmpeg-input.ts';
import { goOn } from './go-on.ts';
import { type Clip, joinClips } from './join.ts';
import { filmSize, readFilmParameters } from './parameters.ts';
import { analysePictures, type CameraMove, type KnownPicture, moveOver } from './photo-take.ts';
import { type TellProgress, tellAnalysed, tellFrames } from './progress.ts';
import { automaticLength, type Reference, shareOut } from './shot-lengths.ts';
import { composeSound } from './sound.ts';
import { inPromptOrder, subjectName, subjectsOf, withoutNames } from './subjects.ts';

type Source = Reference &
  PixelSize & {
    readonly medium: RenderMedium;
    readonly known: KnownPicture | undefined;
  };

async function openSources(request: RenderRequest, tell: TellProgress): Promise<Source[]> {
  const pictures = picturesOf(request);
  const films = filmsOf(request);
  if (pictures.length + films.length === 0) {
    throw refuseField('images', 'images or videos must hold at least one reference.');
  }
  const known = await analysePictures(await Promise.all(pictures.map(openPhoto)), tellAnalysed(tell));
  return [
    ...pictures.map((medium, index): Source => {
      const { width, height } = (known[index] as KnownPicture).picture;
      return { medium, known: known[index], seconds: undefined, width, height };
    }),
    ...films.map((medium): Source => {
      const seconds = (medium.facts.durationMs ?? 0) / 1000;
      return { medium, known: undefined, seconds, ...shownSize(medium.facts) };
    }),
  ];
}

/** The prompt's camera in every shot; where it names none, each has one of its own. */
function shotsFor(prompt: string, seed: number, count: number): Shot[] {
  return Array.from({ length: count }, (_, index) => parseShot(prompt, seed + index));
}

function clipOf(request: RenderRequest, source: Source, move: CameraMove): Clip {
  const { frames, size, frameRate } = move;
  const { known, medium } = source;
  if (known !== undefined) return { frames, open: () => moveOver(known, move, 0) };
  const open = () =>
    goOn(
      decodeFrames({ decoder: request.encoder, medium, size, frameRate, mostFrames: frames }),
      size,
      // A film that is shorter than its shot: the camera goes on where it ended.
      async function* (last, count) {
        if (count === frames) return;
        const [from] = (await analysePictures([pictureOf(last)])) as [KnownPicture];
        yield* moveOver(from, { ...move, frames: frames - count }, 1);
      },
    );
  return { frames, open };
}

export async function renderReferences(request: RenderRequest, tell: TellProgress): Promise<RenderResult> {
  const { input, seed, directory, encoder, workers } = request;
  const subjects = subjectsOf(input);
  const sources = inPromptOrder(await openSources(request, tell), subjects, String(input.prompt ?? ''));
  const isAutomatic = input.duration === 0;
  const duration = isAutomatic ? automaticLength(sources) : input.duration;
  const parameters = readFilmParameters({
    ...request,
    input: { ...input, ...(duration === undefined ? {} : { duration }) },
  });
  const { prompt, frames, frameRate, amplitude, hasSound } = parameters;
  const size = filmSize(input, sources[0]);
  const lengths = shareOut(sources, frames, frameRate);
  const shots = shotsFor(withoutNames(prompt, subjects), seed, sources.length);
  const clips = sources.map((source, index) => {
    const shot = shots[index] as Shot;
    const length = lengths.frames[index] as number;
    return clipOf(request, source, { size, shot, amplitude, seed: seed + index, frames: length, frameRate, workers });
  });
  const sound = await composeSound(request, parameters);

  const outputPath = join(directory, 'video.mp4');
  const joined = joinClips(clips, lengths.overlap);
  await encodeFilm({ encoder, ...size, frameRate, outputPath, ...sound }, joined, tellFrames(tell, frames));
  return {
    output: { kind: 'video', fileName: 'video.mp4', path: outputPath },
    metadata: {
      ...describeFilm({ ...size, frames, frameRate, hasSound, encoder }),
      understood: {
        amplitude,
        shots: sources.map(({ medium }, index) => ({
          of: `${medium.field}[${medium.index}]`,
          ...subjectName(medium, subjects),
          frames: lengths.frames[index] as number,
          ...(medium.facts.kind === 'image' ? describeShot(shots[index] as Shot) : {}),
        })),
      },
    },
    ...(isAutomatic ? { usage: { duration: frames / frameRate } } : {}),
  };
}
