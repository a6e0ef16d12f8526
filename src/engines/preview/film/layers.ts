// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * Takes a photograph apart into a background, filled where the subject stood, and the subject with a soft edge, such that
 * putting both back together gives the photograph again.
 */
import type { PixelSize } from '../output-size.ts';
import type { Picture } from '../photo/decode.ts';
import type { PhotoSubject } from '../photo/subject.ts';
import type { Part } from '../raster/enlarge.ts';
import {
  boxBlur,
  clamp,
  createPlane,
  cropPlane,
  mapPlane,
  mix,
  type Plane,
  resizePlane,
  samplePlane,
  softBlur,
} from '../raster/plane.ts';
import { pullPush } from '../raster/pull-push.ts';
import { eachRegion, maskAbove } from '../raster/regions.ts';
import { toYuv420, type Yuv420 } from '../raster/yuv420.ts';
import { whole, wholeEven } from '../whole.ts';
import type { SceneGeometry } from './grid.ts';
import type { Idle } from './idle.ts';
import { limitSlope } from './relief.ts';
import { separate } from './separate.ts';
import type { Sway } from './sway.ts';
import type { Veil } from './veil.ts';

export type Layer = {
  readonly pixels: Yuv420;
  readonly nearness: Plane;
  /** Opacity at luma and at chroma size; absent for the background. */
  readonly alpha?: { readonly luma: Uint8Array; readonly chroma: Uint8Array };
  /** What moves in it by itself. */
  readonly sways?: readonly Sway[];
  /** When it comes in over the layer below it; absent for what is there from the beginning. */
  readonly veil?: Veil;
  /** How it moves of itself; absent for what only the camera moves. */
  readonly idle?: Idle;
};

export type LayeredScene = { readonly geometry: SceneGeometry; readonly layers: readonly Layer[] };

/**
 * Below it the photograph stays one piece with a continuous depth. Higher than for stills: there a missing petal is
 * missing, here it would be torn off and left behind.
 */
const layeringConfidence = 0.9;
/** Larger than the film by as much as the photograph has pixels for, so that a push-in stays sharp. */
const mostOversampling = 1.25;

/** Of the layers of a film of this size. */
export function sourceSize(photo: Picture, { width, height }: PixelSize): PixelSize {
  const scale = clamp(Math.min(photo.width / width, photo.height / height), 1, mostOversampling);
  return { width: wholeEven(width * scale), height: wholeEven(height * scale) };
}

/** The picture as large as it must be for the layers of a film of this size to be cut from it. */
export function coveringSize(photo: Picture, { width, height }: PixelSize): PixelSize {
  const scale = Math.max(width / photo.width, height / photo.height);
  return {
    width: whole(Math.max(width, photo.width * scale)),
    height: whole(Math.max(height, photo.height * scale)),
  };
}

/** The part of the picture that fills the frame, as a crop of the picture scaled to `scaled`. */
export type Framing = { readonly scaledWidth: number; readonly scaledHeight: number; readonly crop: Part };

/** Covers `width` x `height`; where something must go, the subject stays, its head in the upper third. */
export function frameSubject(photo: Picture, subject: PhotoSubject, width: number, height: number): Framing {
  const { width: scaledWidth, height: scaledHeight } = coveringSize(photo, { width, height });
  const { box } = subject;
  const trust = subject.confidence > 0.12;
  const centreX = trust ? ((box.left + box.right) / 2) * scaledWidth : scaledWidth / 2;
  const headY = box.top + (box.bottom - box.top) * 0.22;
  const wantedTop =
    subject.source === 'person'
      ? Math.min(headY * scaledHeight - height * 0.33, box.top * scaledHeight - height * 0.06)
      : (trust ? ((box.top + box.bottom) / 2) * scaledHeight : scaledHeight / 2) - height / 2;
  const left = whole(clamp(centreX - width / 2, 0, scaledWidth - width));
  const top = whole(clamp(wantedTop, 0, scaledHeight - height));
  return { scaledWidth, scaledHeight, crop: { left, top, width, height } };
}

/** The part of a plane over the whole picture that the frame shows. */
function frameOf(plane: Plane, { scaledWidth, scaledHeight, crop }: Framing): Plane {
  const left = whole(Math.min(plane.width - 2, (crop.left * plane.width) / scaledWidth));
  const top = whole(Math.min(plane.height - 2, (crop.top * plane.height) / scaledHeight));
  const width = clamp(((crop.width * plane.width) / scaledWidth) | 0, 2, plane.width - left);
  const height = clamp(((crop.height * plane.height) / scaledHeight) | 0, 2, plane.height - top);
  return cropPlane(plane, left, top, width, height);
}

/** Nearness is known this finely; the grid of the warp is coarser. */
const nearnessWidth = 320;

/** Builds the layers of a film of `width` x `height` (both even). */
export async function buildLayers(
  photo: Picture,
  subject: PhotoSubject,
  width: number,
  height: number,
): Promise<LayeredScene> {
  const { width: sourceWidth, height: sourceHeight } = sourceSize(photo, { width, height });
  const framing = frameSubject(photo, subject, sourceWidth, sourceHeight);
  const image = await photo.read(framing.scaledWidth, framing.scaledHeight, framing.crop);

  const cut = frameOf(subject.matte, framing);
  const nearnessHeight = whole(Math.max(2, (nearnessWidth * height) / width));
  const matte = resizePlane(cut, nearnessWidth, nearnessHeight);
  const nearness = resizePlane(frameOf(subject.nearness, framing), nearnessWidth, nearnessHeight);
  const focus = focusOf(matte, subject);
  const geometry = { width, height, sourceWidth, sourceHeight, focusX: focus.x, focusY: focus.y };

  const isLayered = subject.confidence >= layeringConfidence && subject.area > 0.015 && subject.area < 0.75;
  if (!isLayered) {
    const bent = limitSlope(nearness);
    const focusNearness = samplePlane(softBlur(bent, 8), focus.x * nearnessWidth, focus.y * nearnessHeight);
    return { geometry: { ...geometry, focusNearness }, layers: [{ pixels: toYuv420(image), nearness: bent }] };
  }
  const separated = await separate(image, cut);
  const { base, front, behind } = splitNearness(nearness, matte, subject.depthSource === 'model');
  return {
    geometry: { ...geometry, focusNearness: base },
    layers: [
      { pixels: separated.background, nearness: behind },
      { pixels: separated.foreground, alpha: separated.alpha, nearness: front },
    ],
  };
}

/** Least distance in nearness between the subject and what stands behind it: without, there would be no need to part them. */
const leastGap = 0.1;

/** What a guess says of the background is drawn by half towards this. */
const calmNearness = 0.3;
const calmShare = 0.5;

/**
 * Nearness of the subject and of what stands behind it. A guess only knows that the subject is in front, and rounds it a
 * little; a model knows how near it is and its relief.
 */
function splitNearness(nearness: Plane, matte: Plane, isMeasured: boolean) {
  const own = meanWhere(nearness, matte);
  // Well clear of the subject: a guess of its nearness has soft edges that reach beyond its own.
  const outside = mapPlane(boxBlur(matte, Math.round(matte.width * 0.05)), (value) => (value < 0.03 ? 1 : 0));
  const [around = nearness] = pullPush([nearness], outside);
  const base = isMeasured ? clamp(own, 0.3, 0.92) : clamp(own + 0.2, 0.62, 0.85);
  const roundness = softBlur(matte, Math.max(2, Math.round(matte.width * 0.03)));
  const sizes = relativeSizes(matte);
  const inside = mapPlane(matte, (value) => (value > 0.8 ? 1 : 0));
  const [carried = nearness] = isMeasured ? pullPush([nearness], inside) : [];
  const front = isMeasured
    ? mapPlane(softBlur(carried, 3), (value) => clamp(value, base - 0.15, base + 0.15))
    : mapPlane(roundness, (value, index) => mix(calmNearness, base, sizes.data[index]!) + 0.12 * (value - 0.6));
  // Two layers have depth enough; a guess that bends the wall behind somebody takes more than it gives.
  const calm = isMeasured ? around : mapPlane(around, (value) => mix(calmNearness, value, calmShare));
  const nearest = isMeasured ? createPlane(matte.width, matte.height, base) : front;
  const behind = mapPlane(softBlur(limitSlope(calm), 3), (value, index) =>
    Math.min(value, nearest.data[index]! - leastGap),
  );
  return { base, front: limitSlope(front), behind };
}

/** A part of the subject is no smaller than this beside the largest; below, it is a scrap of it. */
const leastSize = 0.3;

/**
 * How large each part of a subject of several parts is beside the largest one, as lengths; between them it is carried over
 * smoothly. Of two people the smaller one stands further away.
 */
function relativeSizes(matte: Plane): Plane {
  const isPart = maskAbove(matte, 0.5);
  const parts: (readonly number[])[] = [];
  eachRegion(isPart, matte.width, (part) => parts.push(part));
  const largest = Math.max(...parts.map((part) => part.length));
  const sizes = createPlane(matte.width, matte.height, 1);
  for (const part of parts) {
    const size = Math.sqrt(part.length / largest);
    if (size >= leastSize) for (const index of part) sizes.data[index] = size;
    else for (const index of part) isPart[index] = 0;
  }
  const [carried = sizes] =
    parts.length > 1
      ? pullPush([sizes], { width: matte.width, height: matte.height, data: Float32Array.from(isPart) })
      : [];
  return softBlur(carried, Math.max(1, Math.round(matte.width * 0.02)));
}

function meanWhere(plane: Plane, matte: Plane): number {
  let sum = 0;
  let count = 1e-6;
  for (let index = 0; index < plane.data.length; index++) {
    if (matte.data[index]! <= 0.7) continue;
    sum += plane.data[index]!;
    count++;
  }
  return sum / count;
}

function focusOf(matte: Plane, subject: PhotoSubject): { x: number; y: number } {
  let sumX = 0;
  let sumY = 0;
  let sum = 1e-6;
  let top = matte.height;
  for (let y = 0; y < matte.height; y++) {
    for (let x = 0; x < matte.width; x++) {
      const value = matte.data[y * matte.width + x]!;
      sum += value;
      sumX += value * x;
      sumY += value * y;
      if (value > 0.6) top = Math.min(top, y);
    }
  }
  if (subject.confidence < 0.12 || sum < 1) return { x: 0.5, y: 0.5 };
  const x = clamp(sumX / sum / matte.width, 0.2, 0.8);
  const middle = sumY / sum / matte.height;
  const y = subject.source === 'person' ? mix(top / matte.height, middle, 0.3) : middle;
  return { x, y: clamp(y, 0.2, 0.8) };
}
