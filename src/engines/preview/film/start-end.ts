/** Start and end to video: a film that begins with one picture and ends with another. */
import { join } from 'node:path';
import { freeMemory } from '../memory.ts';
import { openPhoto } from '../photo/decode.ts';
import { type Move, type MoveKind, move } from '../prompt/moves.ts';
import { parseShot, type Shot } from '../prompt/shot.ts';
import { picturesOf, type RenderRequest, type RenderResult, refuseField } from '../protocol.ts';
import { randomStream } from '../random.ts';
import { describeFilm, describeShot } from './describe.ts';
import { encodeFilm } from './encode.ts';
import { blendInOrder, type FadeOrder, fadeOrder } from './guided-fade.ts';
import { type Clip, type Joint, joinClips } from './join.ts';
import { filmSize, readFilmParameters } from './parameters.ts';
import { analysePictures, type CameraMove, type KnownPicture, takePicture } from './photo-take.ts';
import { type TellProgress, tellAnalysed, tellFrames } from './progress.ts';
import { drawFrames, frameOrder } from './render-frames.ts';
import { composeSound } from './sound.ts';

/** This share of the film shows something of both pictures, in its middle. */
const fadeShare = 0.28;

export type PictureChange = CameraMove & {
  readonly from: KnownPicture;
  readonly to: KnownPicture;
  /** Frames left out at the beginning: the film before it has shown them. */
  readonly skipped?: number;
};

const isInwards = (kind: MoveKind) => kind === 'dolly-in' || kind === 'zoom-in' || kind === 'push-past';
const outwards: Partial<Record<MoveKind, MoveKind>> = { 'dolly-out': 'dolly-in', 'zoom-out': 'zoom-in' };
const still = move('static');

/** The first picture is left from the whole of it: out of it there is nothing to see. */
function leaving(shot: Shot): Shot {
  const segments = shot.segments.map((moves) => moves.map((one) => (outwards[one.kind] === undefined ? one : still)));
  return { ...shot, segments };
}

/**
 * The same moves the other way: run backwards, they arrive with the speed and in the direction that the first picture was
 * left with, on the whole of the last one. Nothing can be entered on the way to all of it: there the camera stands.
 */
function arriving(shot: Shot): Shot {
  const turn = (value: number) => (value === 0 ? 0 : -value);
  const turned = (one: Move): Move =>
    isInwards(one.kind) ? still : { ...one, kind: outwards[one.kind] ?? one.kind, x: turn(one.x), y: turn(one.y) };
  return { ...shot, segments: shot.segments.toReversed().map((moves) => moves.map(turned)) };
}

/** Left to itself, the camera goes sideways: that is a way on which two pictures can be passed alike. */
export function parseChange(prompt: string, seed: number): Shot {
  const shot = parseShot(prompt, seed);
  if (shot.asked) return shot;
  const side = randomStream(seed, 'start-end')() < 0.5 ? -1 : 1;
  return { ...shot, segments: [[move('truck', side)]] };
}

/**
 * The camera leaves the first picture and arrives at the last one in one movement, while the one gives way to the other,
 * its near parts first. The first frame is all of the one picture, the last frame all of the other.
 */
export function changeFrames(change: PictureChange): AsyncGenerator<Uint8Array, void, undefined> {
  const { size, shot, amplitude, seed, frameRate, workers, skipped = 0, velocity } = change;
  const frames = change.frames + skipped;
  const overlap = Math.max(1, Math.floor(frames * fadeShare));
  const alone = Math.floor((frames - overlap) / 2);
  const plan = { amplitude, seed, frames, frameRate };
  let order: FadeOrder | undefined;
  const first: Clip = {
    frames: alone + overlap - skipped,
    async *open() {
      const going = { ...plan, shot: leaving(shot), ...(velocity === undefined ? {} : { velocity }) };
      const take = await takePicture(change.from, size, going, (scene) => {
        order = fadeOrder(scene);
      });
      freeMemory();
      yield* drawFrames(take, workers, frameOrder(skipped, alone + overlap - skipped));
    },
  };
  const last: Clip = {
    frames: frames - alone,
    async *open() {
      const take = await takePicture(change.to, size, { ...plan, shot: arriving(shot) });
      freeMemory();
      // Plan frame 0 shows the whole picture at rest; backwards, it comes last.
      yield* drawFrames(take, workers, frameOrder(frames - alone - 1, frames - alone, -1));
    },
  };
  const joint: Joint = {
    frames: overlap,
    mix(from, to, step, out) {
      const share = (step + 1) / (overlap + 1);
      if (order === undefined) throw new Error('the first picture was not drawn');
      blendInOrder(order, from, to, share, size, out);
    },
  };
  return joinClips([first, last], [joint]);
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
  const shot = parseChange(parameters.prompt, seed);
  const sound = await composeSound(request, { ...parameters, frames });

  const outputPath = join(directory, 'video.mp4');
  const drawn = changeFrames({ from, to, size, shot, amplitude, seed, frames, frameRate, workers });
  await encodeFilm({ encoder, ...size, frameRate, outputPath, ...sound }, drawn, tellFrames(tell, frames));
  return {
    output: { kind: 'video', fileName: 'video.mp4', path: outputPath },
    metadata: {
      ...describeFilm({ ...size, frames, frameRate, hasSound, encoder }),
      transition: 'near parts first, between two camera moves',
      understood: { ...describeShot(shot), amplitude },
    },
  };
}
