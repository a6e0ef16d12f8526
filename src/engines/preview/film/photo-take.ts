/** From a picture to a camera move over it. */
import { freeNewMemory } from '../memory.ts';
import type { PixelSize } from '../output-size.ts';
import { type Analyst, lookAtEach } from '../photo/analysis.ts';
import type { Picture } from '../photo/decode.ts';
import type { PhotoSubject } from '../photo/subject.ts';
import type { Composition } from '../prompt/composition.ts';
import type { Move, MoveKind } from '../prompt/moves.ts';
import type { Shot } from '../prompt/shot.ts';
import type { Target } from '../prompt/target.ts';
import { clamp, cropPlane, type Plane } from '../raster/plane.ts';
import { whole } from '../whole.ts';
import { withDepthOfField } from './depth-of-field.ts';
import type { FrameWorkerData } from './frame-worker.ts';
import type { SceneGeometry } from './grid.ts';
import { buildLayers, frameSubject, type LayeredScene } from './layers.ts';
import { enliven } from './life.ts';
import { spread } from './living-parts.ts';
import { levelled, slopeOf } from './relief.ts';
import { drawFrames, frameOrder, prepareTake, type Take } from './render-frames.ts';

/** A picture, and what it is about. */
export type KnownPicture = { readonly picture: Picture; readonly subject: PhotoSubject };

export function analysePictures(
  pictures: readonly Picture[],
  tell: (share: number) => void = () => {},
): Promise<KnownPicture[]> {
  const look = async (picture: Picture, analyst: Analyst) => ({ picture, subject: await analyst.analyse(picture) });
  return lookAtEach(pictures, look, tell);
}

/** Fewer pixels on the shorter side than this, and going closer shows only how few there are. */
const tinySide = 200;
const foundConfidence = 0.3;
/** Below it the model takes a flower for a head now and then. */
const certainPerson = 0.95;

/** What is known of a picture that a film of `size` shows, to choose a move when the prompt names none. */
export function compositionOf({ picture, subject }: KnownPicture, { width, height }: PixelSize): Composition {
  const isFound = subject.confidence >= foundConfidence;
  return {
    subject: !isFound ? 'none' : subject.source === 'person' ? 'person' : 'thing',
    aspect: width / height,
    isTiny: Math.min(picture.width, picture.height) < tinySide,
  };
}

const upright: ReadonlySet<MoveKind> = new Set(['crane', 'tilt']);

/** The scene with the guessed depth that suits a camera which only goes up and down, if this one does. */
function suited(scene: LayeredScene, { segments }: Shot): LayeredScene {
  const isUpright = segments.every((moves) => moves.every(({ kind, y }) => upright.has(kind) && y !== 0));
  if (!isUpright) return scene;
  const layers = scene.layers.map((layer) => {
    return layer.alpha === undefined ? { ...layer, nearness: levelled(layer.nearness) } : layer;
  });
  return { ...scene, layers };
}

/** One layer has no edges that an orbit could tear: where its depth is gentle, the camera goes further around. */
const furthestOrbit = 1.35;
/** Rise of nearness, per width, of the steepest twentieth of the picture, that the further way is meant for. */
const gentleSlope = 2;

function aroundWhole(shot: Shot, { nearness }: LayeredScene['layers'][number]): Shot {
  const way = clamp((furthestOrbit * gentleSlope) / (slopeOf(nearness) + 1e-3), 1, furthestOrbit);
  const further = (one: Move) => (one.kind === 'orbit' ? { ...one, share: (one.share ?? 1) * way } : one);
  return { ...shot, segments: shot.segments.map((moves) => moves.map(further)) };
}

/** Looks at the place that the prompt names instead of the subject. */
function aimed<Scene extends LayeredScene>(scene: Scene, target: Target | undefined): Scene {
  const { focusX, focusY } = scene.geometry;
  const geometry = { ...scene.geometry, focusX: target?.x ?? focusX, focusY: target?.y ?? focusY };
  return { ...scene, geometry };
}

/** The subject in the part of the picture that the film shows: it may have a face, so it is kept still. */
function stillPart(
  { picture, subject }: KnownPicture,
  { sourceWidth, sourceHeight }: SceneGeometry,
): Plane | undefined {
  if (subject.confidence < 0.12) return undefined;
  const { scaledWidth, scaledHeight, crop } = frameSubject(picture, subject, sourceWidth, sourceHeight);
  const { matte } = subject;
  const share = (from: number, length: number, side: number) => whole(Math.min(side - 2, (from * side) / length));
  const left = share(crop.left, scaledWidth, matte.width);
  const top = share(crop.top, scaledHeight, matte.height);
  const width = Math.min(matte.width - left, Math.max(2, Math.round((crop.width * matte.width) / scaledWidth)));
  const height = Math.min(matte.height - top, Math.max(2, Math.round((crop.height * matte.height) / scaledHeight)));
  return spread(cropPlane(matte, left, top, width, height), width * 0.03);
}

/** Takes the picture apart and packs it; nothing of the way there stays in memory. `look` sees the layers in between. */
export async function takePicture(
  known: KnownPicture,
  size: PixelSize,
  take: Take,
  look: (scene: LayeredScene) => void = () => {},
): Promise<FrameWorkerData> {
  freeNewMemory();
  const isGuess = known.subject.depthSource === 'guess';
  const built = await buildLayers(known.picture, known.subject, size.width, size.height);
  const scene = isGuess ? suited(built, take.shot) : built;
  look(scene);
  freeNewMemory();
  const still = stillPart(known, scene.geometry);
  const { source, confidence } = known.subject;
  const isPerson = source === 'person' && confidence >= certainPerson;
  const isPlant = take.shot.isPlantWind && !isPerson;
  const [only, ...others] = scene.layers;
  const shot = isGuess && only !== undefined && others.length === 0 ? aroundWhole(take.shot, only) : take.shot;
  const living = enliven(aimed(scene, shot.target), { ...take, shot, still, isPlant });
  const focused = withDepthOfField(living, shot.focus, take.frames / take.frameRate, still);
  return prepareTake(focused, { ...take, shot });
}

export type CameraMove = Take & { readonly size: PixelSize; readonly workers: number };

/** A camera move over one picture; `skipped` frames at its beginning are left out, for they have been seen. */
export async function* moveOver(
  known: KnownPicture,
  { size, workers, frames, ...how }: CameraMove,
  skipped: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const take = await takePicture(known, size, { ...how, frames: frames + skipped });
  yield* drawFrames(take, workers, frameOrder(skipped, frames));
}
