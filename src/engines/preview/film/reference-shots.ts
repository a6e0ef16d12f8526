/** The shots of a reference film: how each is filmed, and its frames. */
import { freeMemory } from '../memory.ts';
import type { PixelSize } from '../output-size.ts';
import { pictureOf } from '../photo/decode.ts';
import type { Composition } from '../prompt/composition.ts';
import { move } from '../prompt/moves.ts';
import { parseSetting, type Setting } from '../prompt/setting.ts';
import { parseShot, type Shot } from '../prompt/shot.ts';
import type { RenderMedium, RenderRequest } from '../protocol.ts';
import { randomStream } from '../random.ts';
import { fromYuv420 } from '../raster/yuv420.ts';
import type { Cutout } from '../still/cutout.ts';
import type { Amplitude } from './camera.ts';
import { buildCastScene, type CastMember } from './cast-scene.ts';
import { decodeFrames } from './decode.ts';
import { withDepthOfField } from './depth-of-field.ts';
import { drawFigure, type Figure, figureOf } from './figure.ts';
import { goOn } from './go-on.ts';
import { frameSubject } from './layers.ts';
import { enliven } from './life.ts';
import { analysePictures, compositionOf, type KnownPicture, moveOver } from './photo-take.ts';
import { drawFrames, frameOrder, prepareTake } from './render-frames.ts';
import type { ShotContent } from './shot-lengths.ts';
import type { Role, Storyboard, StoryShot } from './storyboard.ts';
import { type Transition, transition } from './transitions.ts';

/** A reference: a picture that has been looked at, or a film. */
export type Source = PixelSize & {
  readonly medium: RenderMedium;
  /** Undefined for a film. */
  readonly cutout: Cutout | undefined;
  /** How long a film is. */
  readonly seconds: number | undefined;
};

type ShotFrames = {
  readonly size: PixelSize;
  readonly amplitude: Amplitude;
  readonly frameRate: number;
  readonly frames: number;
};

export type PlannedShot = {
  readonly roles: readonly Role[];
  readonly isNamed: boolean;
  /** The film that is seen in it, whole or behind figures. */
  readonly film: Source | undefined;
  readonly shot: Shot;
  /** The painted place, when those of the shot are put into one. */
  readonly setting: Setting | undefined;
  /** How it begins; of the first shot it says nothing. */
  readonly transition: Transition;
  readonly content: ShotContent;
  open(request: RenderRequest, frames: ShotFrames): AsyncIterable<Uint8Array>;
};

/** The way a shot's first move goes sideways: -1, 0 or 1. */
function wayOf({ segments }: Shot): number {
  return segments.flat().find(({ kind, x }) => x !== 0 && kind !== 'roll' && kind !== 'orbit')?.x ?? 0;
}

function turned(shot: Shot): Shot {
  const turn = (value: number) => (value === 0 ? 0 : -value);
  return { ...shot, segments: shot.segments.map((moves) => moves.map((one) => ({ ...one, x: turn(one.x) }))) };
}

/**
 * The camera of the shot's own words, else that of the opening words, else one that suits what is shown and goes the same
 * way on. `composition` is undefined where no single picture is shown.
 */
function shotFor(
  story: StoryShot,
  opening: string,
  seed: number,
  before: number,
  composition: Composition | undefined,
): Shot {
  const own = parseShot(story.text, seed, composition);
  if (own.asked) return own;
  const common = parseShot(opening, seed, composition);
  const ambient = own.ambient.length > 0 ? own.ambient : common.ambient;
  const words = [...new Set([...own.words, ...common.words])];
  if (common.asked) return { ...common, ambient, words };
  const way = wayOf(own);
  return { ...(way !== 0 && before !== 0 && way !== before ? turned(own) : own), ambient, words };
}

/** Several need the room of the frame: the camera comes less near to them. */
const severalPace = 0.8;

/** Around figures in a place, a camera that nobody directs turns, or comes a little nearer: they stay in the frame. */
function aroundFigures(shot: Shot, count: number, seed: number, before: number): Shot {
  if (shot.asked) return shot;
  const random = randomStream(seed, 'figures-shot');
  const side = before !== 0 ? before : random() < 0.5 ? -1 : 1;
  const segments = [[random() < 0.6 ? move('orbit', side) : move('dolly-in')]];
  return { ...shot, segments, pace: count > 1 ? severalPace : 1 };
}

/** A transition that goes somewhere goes where the camera does, unless the words say where. */
function transitionFor({ transition: asked }: StoryShot, way: number): Transition {
  if (asked === undefined) return transition('dissolve');
  const goes = asked.kind === 'push' || asked.kind === 'whip' || asked.kind === 'wipe';
  return goes && asked.x > 0 && way < 0 ? { ...asked, x: -1 } : asked;
}

/** A place that the words name: the shot's own, else the opening's. */
function settingFor(story: StoryShot, opening: string, seed: number): Setting {
  const own = parseSetting(story.text, seed);
  if (own.sceneAsked) return own;
  const common = parseSetting(`${opening} ${story.text}`, seed);
  return common.sceneAsked ? common : own;
}

/** Whom the words put before a film is drawn over it, if all can be cut out; else each film is a shot of its own. */
function parted(told: StoryShot, sources: readonly Source[]): StoryShot[] {
  const films = told.roles.filter(({ reference }) => sources[reference]?.cutout === undefined);
  const pictures = told.roles.filter((role) => !films.includes(role));
  const areFigures = pictures.every(({ reference }) => sources[reference]?.cutout?.kind !== 'merged');
  if (films.length === 0 || (films.length === 1 && areFigures)) return [told];
  const alone = films.map((role) => [role]);
  const isFilmFirst = told.roles[0] === films[0];
  const groups = isFilmFirst ? [...alone, pictures] : [pictures, ...alone];
  return groups
    .filter((roles) => roles.length > 0)
    .map((roles, index) => ({ ...told, roles, transition: index === 0 ? told.transition : undefined }));
}

/** The shots of a story in a film of `size`. */
export function directShots(
  story: Storyboard,
  sources: readonly Source[],
  seed: number,
  size: PixelSize,
): PlannedShot[] {
  let before = 0;
  const shots = story.shots.flatMap((told) => parted(told, sources));
  return shots.map((told, index) => {
    const shotSeed = seed + index;
    const film = told.roles.map(({ reference }) => sources[reference]).find((source) => source?.cutout === undefined);
    const members = told.roles.flatMap(({ reference, action }) => {
      const cutout = sources[reference]?.cutout;
      return cutout === undefined ? [] : [{ cutout, action }];
    });
    const setting = settingFor(told, story.opening, shotSeed);
    const count = members.length;
    const isPlaced = film === undefined && (count > 1 || (setting.sceneAsked && members[0]?.cutout.kind !== 'merged'));
    const [lone] = film === undefined && !isPlaced ? members : [];
    const composition = lone && compositionOf({ picture: lone.cutout.photo, subject: lone.cutout.subject }, size);
    const spoken = shotFor(told, story.opening, shotSeed, before, composition);
    const shot = isPlaced ? aroundFigures(spoken, count, shotSeed, before) : spoken;
    const way = wayOf(shot);
    if (way !== 0) before = way;
    return {
      roles: told.roles,
      isNamed: told.isNamed,
      film,
      shot,
      setting: isPlaced ? setting : undefined,
      transition: transitionFor(told, before),
      content: { seconds: film?.seconds, count, isTold: told.isNamed },
      open: (request, how) => {
        if (film !== undefined) return showFilm(request, film, members, shot, shotSeed, how);
        const { workers } = request;
        if (isPlaced) return showTogether(members, setting, shot, shotSeed, { ...how, workers });
        const { photo, subject } = (members[0] as CastMember).cutout;
        return moveOver({ picture: photo, subject }, { ...how, workers, shot, seed: shotSeed }, 0);
      },
    };
  });
}

async function* showTogether(
  all: readonly CastMember[],
  setting: Setting,
  shot: Shot,
  seed: number,
  { size, amplitude, frameRate, frames, workers }: ShotFrames & { readonly workers: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  freeMemory();
  // Where no place is named, a picture that shows a place and no thing is it.
  const place = setting.sceneAsked ? undefined : all.find(({ cutout }) => cutout.kind === 'merged')?.cutout.photo;
  const members = all.filter(({ cutout }) => cutout.photo !== place);
  const seconds = frames / frameRate;
  const scene = await buildCastScene({ members, place, setting, size, seed, seconds });
  const move = { shot, amplitude, seed, frames, frameRate };
  const take = prepareTake(withDepthOfField(enliven(scene, move), shot.focus, seconds, undefined), move);
  freeMemory();
  yield* drawFrames(take, workers, frameOrder(0, frames));
}

const lookSide = 480;

/** What stays of a film of another shape: its subject, as of its first frame. */
async function keptPart(request: RenderRequest, source: Source, { size, frameRate }: ShotFrames) {
  const scale = Math.min(1, lookSide / Math.max(source.width, source.height));
  const even = (value: number) => Math.max(2, 2 * Math.round((value * scale) / 2));
  const small = { width: even(source.width), height: even(source.height) };
  const isSameShape = Math.abs((source.width * size.height) / (source.height * size.width) - 1) < 0.02;
  if (isSameShape) return undefined;
  const { encoder: decoder } = request;
  for await (const frame of decodeFrames({ decoder, medium: source.medium, size: small, frameRate, mostFrames: 1 })) {
    const picture = pictureOf(fromYuv420(frame, small.width, small.height));
    const [known] = (await analysePictures([picture])) as [KnownPicture];
    const scaled = Math.max(size.width / small.width, size.height / small.height);
    const width = Math.max(2, Math.round(size.width / scaled));
    const height = Math.max(2, Math.round(size.height / scaled));
    const { crop, scaledWidth, scaledHeight } = frameSubject(picture, known.subject, width, height);
    const share = (at: number, room: number) => (room > 0 ? at / room : 0.5);
    return { x: share(crop.left, scaledWidth - width), y: share(crop.top, scaledHeight - height) };
  }
  return undefined;
}

/** The film as it is, behind those who are put before it. */
async function* showFilm(
  request: RenderRequest,
  source: Source,
  members: readonly CastMember[],
  shot: Shot,
  seed: number,
  how: ShotFrames,
): AsyncGenerator<Uint8Array, void, undefined> {
  const film = playFilm(request, source, shot, seed, how);
  if (members.length === 0) {
    yield* film;
    return;
  }
  const { size, frameRate, frames } = how;
  const out = new Uint8Array((size.width * size.height * 3) / 2);
  let figures: readonly Figure[] | undefined;
  let number = 0;
  for await (const frame of film) {
    figures ??= await figuresBefore(frame, members, { size, seed, seconds: frames / frameRate });
    out.set(frame);
    for (const figure of figures) drawFigure(figure, number / frameRate, out);
    number++;
    yield out;
  }
}

/** Those who stand before a film, in the light of its first frame. */
async function figuresBefore(
  frame: Uint8Array,
  members: readonly CastMember[],
  how: { readonly size: PixelSize; readonly seed: number; readonly seconds: number },
): Promise<Figure[]> {
  const place = pictureOf(fromYuv420(frame, how.size.width, how.size.height));
  const { layers } = await buildCastScene({ members, place, setting: parseSetting('', how.seed), ...how });
  freeMemory();
  return layers.flatMap(({ pixels, alpha, idle }) => (alpha === undefined ? [] : [figureOf(pixels, alpha, idle)]));
}

/** A film's frames; when it is shorter than its shot, the camera goes on where it ended. */
async function* playFilm(
  request: RenderRequest,
  source: Source,
  shot: Shot,
  seed: number,
  how: ShotFrames,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { size, frameRate, frames } = how;
  const { encoder: decoder, workers } = request;
  const keep = await keptPart(request, source, how);
  freeMemory();
  const film = decodeFrames({
    decoder,
    medium: source.medium,
    size,
    frameRate,
    mostFrames: frames,
    ...(keep === undefined ? {} : { keep }),
  });
  yield* goOn(film, size, async function* ({ last, count, velocity }) {
    if (count === frames) return;
    const [from] = (await analysePictures([pictureOf(last)])) as [KnownPicture];
    yield* moveOver(from, { ...how, workers, shot, seed, velocity, frames: frames - count }, 1);
  });
}
