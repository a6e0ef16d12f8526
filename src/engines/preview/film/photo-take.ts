/** From a picture to a camera move over it. */
import { freeMemory } from '../memory.ts';
import type { PixelSize } from '../output-size.ts';
import { type Analyst, lookAtEach } from '../photo/analysis.ts';
import type { Picture } from '../photo/decode.ts';
import type { PhotoSubject } from '../photo/subject.ts';
import type { Composition } from '../prompt/composition.ts';
import type { Target } from '../prompt/target.ts';
import { cropPlane, type Plane } from '../raster/plane.ts';
import { withDepthOfField } from './depth-of-field.ts';
import type { FrameWorkerData } from './frame-worker.ts';
import type { SceneGeometry } from './grid.ts';
import { buildLayers, frameSubject, type LayeredScene } from './layers.ts';
import { enliven } from './life.ts';
import { spread } from './living-parts.ts';
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
  const share = (from: number, whole: number, side: number) => Math.min(side - 2, Math.round((from * side) / whole));
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
  freeMemory();
  const scene = await buildLayers(known.picture, known.subject, size.width, size.height);
  look(scene);
  freeMemory();
  const still = stillPart(known, scene.geometry);
  const { source, confidence } = known.subject;
  const isPerson = source === 'person' && confidence >= certainPerson;
  const isPlant = take.shot.isPlantWind && !isPerson;
  const living = enliven(aimed(scene, take.shot.target), { ...take, still, isPlant });
  return prepareTake(withDepthOfField(living, take.shot.focus, take.frames / take.frameRate, still), take);
}

export type CameraMove = Take & { readonly size: PixelSize; readonly workers: number };

/** A camera move over one picture; `skipped` frames at its beginning are left out, for they have been seen. */
export async function* moveOver(
  known: KnownPicture,
  { size, workers, frames, ...how }: CameraMove,
  skipped: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const take = await takePicture(known, size, { ...how, frames: frames + skipped });
  freeMemory();
  yield* drawFrames(take, workers, frameOrder(skipped, frames));
}
