/** Start and end to video: a film that begins with one picture and ends with another. */
import { join } from 'node:path';
import { freeMemory } from '../memory.ts';
import { openPhoto } from '../photo/decode.ts';
import { parseShot, type Shot } from '../prompt/shot.ts';
import { picturesOf, type RenderRequest, type RenderResult, refuseField } from '../protocol.ts';
import { describeFilm, describeShot } from './describe.ts';
import { encodeFilm } from './encode.ts';
import { type Clip, joinClips } from './join.ts';
import { filmSize, readFilmParameters } from './parameters.ts';
import { analysePictures, type CameraMove, type KnownPicture, takePicture } from './photo-take.ts';
import { type TellProgress, tellAnalysed, tellFrames } from './progress.ts';
import { drawFrames, frameOrder } from './render-frames.ts';
import { composeSound } from './sound.ts';

/** The share of the film during which both pictures are seen, in its middle. */
const fadeShare = 0.4;

export type Transition = CameraMove & {
  readonly from: KnownPicture;
  readonly to: KnownPicture;
  /** Frames left out at the beginning: the film before it has shown them. */
  readonly skipped?: number;
};

/** The same moves the other way: run backwards, they arrive with the speed that the first picture left with. */
function mirrored(shot: Shot): Shot {
  const turn = (value: number) => (value === 0 ? 0 : -value);
  const segments = shot.segments.map((moves) => moves.map((move) => ({ ...move, x: turn(move.x), y: turn(move.y) })));
  return { ...shot, segments };
}

/**
 * The camera leaves the first picture and arrives at the last one in one movement, while the one fades into the other.
 * The first frame is all of the one picture, the last frame all of the other.
 */
export function transitionFrames(transition: Transition): AsyncGenerator<Uint8Array, void, undefined> {
  const { size, shot, amplitude, seed, frameRate, workers, skipped = 0 } = transition;
  const frames = transition.frames + skipped;
  const overlap = Math.max(1, Math.round(frames * fadeShare));
  const alone = Math.floor((frames - overlap) / 2);
  const draw = async function* (known: KnownPicture, moves: Shot, order: readonly number[]) {
    const take = await takePicture(known, size, { shot: moves, amplitude, seed, frames, frameRate });
    freeMemory();
    yield* drawFrames(take, workers, order);
  };
  const first: Clip = {
    frames: alone + overlap - skipped,
    open: () => draw(transition.from, shot, frameOrder(skipped, alone + overlap - skipped)),
  };
  const last: Clip = {
    frames: frames - alone,
    // Plan frame 0 shows the whole picture at rest; backwards, it comes last.
    open: () => draw(transition.to, mirrored(shot), frameOrder(frames - alone - 1, frames - alone, -1)),
  };
  return joinClips([first, last], overlap);
}

export async function renderStartEnd(request: RenderRequest, tell: TellProgress): Promise<RenderResult> {
  const { input, seed, directory, encoder, workers } = request;
  const parameters = readFilmParameters(request);
  const { frameRate, amplitude, hasSound } = parameters;
  // Two pictures need two frames.
  const frames = Math.max(2, parameters.frames);
  const [start, end] = picturesOf(request);
  if (start === undefined || end === undefined) {
    throw refuseField('images', 'images needs two pictures: what the film begins with, and what it ends with.');
  }
  const photos = await Promise.all([openPhoto(start), openPhoto(end)]);
  const size = filmSize(input, photos[0]);
  const [from, to] = (await analysePictures(photos, tellAnalysed(tell))) as [KnownPicture, KnownPicture];
  const shot = parseShot(parameters.prompt, seed);
  const sound = await composeSound(request, { ...parameters, frames });

  const outputPath = join(directory, 'video.mp4');
  const drawn = transitionFrames({ from, to, size, shot, amplitude, seed, frames, frameRate, workers });
  await encodeFilm({ encoder, ...size, frameRate, outputPath, ...sound }, drawn, tellFrames(tell, frames));
  return {
    output: { kind: 'video', fileName: 'video.mp4', path: outputPath },
    metadata: {
      ...describeFilm({ ...size, frames, frameRate, hasSound, encoder }),
      transition: 'fade between two camera moves',
      understood: { ...describeShot(shot), amplitude },
    },
  };
}
