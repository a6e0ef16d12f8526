// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * Takes a photograph apart into a background, filled where the subject stood, and the subject with a soft edge, such that
 * putting both back together gives the photograph again.
 */
import { type Picture, type Rectangle, scaleImage } from '../photo/decode.ts';
import { type PhotoSubject, refineMatte } from '../photo/subject.ts';
import { type RgbImage, type RgbPlanes, toPlanes, toYuv420, type Yuv420 } from '../raster/colour.ts';
import { nearestKnown } from '../raster/nearest.ts';
import {
  boxBlur,
  clamp,
  createPlane,
  cropPlane,
  mapPlane,
  mix,
  type Plane,
  resizePlane,
  rowResizer,
  smoothstep,
  softBlur,
} from '../raster/plane.ts';
import { pullPush } from '../raster/pull-push.ts';
import type { SceneGeometry } from './grid.ts';
import type { Idle } from './idle.ts';

export type Layer = {
  readonly pixels: Yuv420;
  readonly nearness: Plane;
  /** Opacity at luma and at chroma size; absent for the background. */
  readonly alpha?: { readonly luma: Uint8Array; readonly chroma: Uint8Array };
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
/** Matte and fill are made at most this wide; finer detail than this no matte knows. */
const middleSide = 960;

function even(value: number): number {
  return Math.max(2, 2 * Math.round(value / 2));
}

/** The part of the picture that fills the frame, as a crop of the picture scaled to `scaled`. */
export type Framing = { readonly scaledWidth: number; readonly scaledHeight: number; readonly crop: Rectangle };

/** Covers `width` x `height`; where something must go, the subject stays, its head in the upper third. */
export function frameSubject(photo: Picture, subject: PhotoSubject, width: number, height: number): Framing {
  const scale = Math.max(width / photo.width, height / photo.height);
  const scaledWidth = Math.max(width, Math.round(photo.width * scale));
  const scaledHeight = Math.max(height, Math.round(photo.height * scale));
  const { box } = subject;
  const trust = subject.confidence > 0.12;
  const centreX = trust ? ((box.left + box.right) / 2) * scaledWidth : scaledWidth / 2;
  const headY = box.top + (box.bottom - box.top) * 0.22;
  const wantedTop =
    subject.source === 'person'
      ? Math.min(headY * scaledHeight - height * 0.33, box.top * scaledHeight - height * 0.06)
      : (trust ? ((box.top + box.bottom) / 2) * scaledHeight : scaledHeight / 2) - height / 2;
  const left = Math.round(clamp(centreX - width / 2, 0, scaledWidth - width));
  const top = Math.round(clamp(wantedTop, 0, scaledHeight - height));
  return { scaledWidth, scaledHeight, crop: { left, top, width, height } };
}

/** Nearness by rule of thumb: low in the picture is near, a smooth top is sky, sharp parts are in front. */
function guessNearness(subject: PhotoSubject, width: number, height: number): Plane {
  const sharpness = resizePlane(subject.sharpness, width, height);
  const raw = createPlane(width, height);
  for (let y = 0; y < height; y++) {
    const down = y / height;
    for (let x = 0; x < width; x++) {
      const index = y * width + x;
      const sharp = sharpness.data[index]!;
      const sky = Math.max(0, 1 - down * 1.7) * Math.max(0, 1 - sharp * 4);
      raw.data[index] = 0.12 + 0.55 * down ** 1.3 * (1 - 0.7 * sky) + 0.06 * sharp;
    }
  }
  return softBlur(raw, Math.max(2, Math.round(width * 0.03)));
}

/** Shift, in source pixels, of where filling starts beyond the matte: hair and its glow reach further than the matte. */
function holeOf(matte: Plane): Plane {
  const near = boxBlur(
    mapPlane(boxBlur(matte, 2), (value) => (value > 0.02 ? 1 : 0)),
    Math.max(3, Math.round(matte.width / 220)),
  );
  return mapPlane(near, (value) => (value >= 0.02 ? 1 : 0));
}

/**
 * Fills the hole with the texture beside it, mirrored at the edge and fading into a smooth fill with distance: only a
 * band beside the subject ever becomes visible.
 */
function fillHole(colours: RgbPlanes, hole: Plane): Plane[] {
  const { width, height } = hole;
  const known = Uint8Array.from(hole.data, (value) => (value > 0 ? 0 : 1));
  const smooth = pullPush(
    colours,
    mapPlane(hole, (value) => 1 - value),
  );
  const nearest = nearestKnown(known, width, height);
  const band = width * 0.06;
  // The mirror starts a little beyond the edge: right at it stands what the matte missed of the subject.
  const margin = width * 0.012;
  const filled = colours.map((plane) => ({ ...plane, data: Float32Array.from(plane.data) }));
  for (let index = 0; index < known.length; index++) {
    if (known[index]) continue;
    const x = index % width;
    const y = (index / width) | 0;
    const near = nearest[index]!;
    const offX = near < 0 ? 0 : (near % width) - x;
    const offY = near < 0 ? 0 : ((near / width) | 0) - y;
    const distance = Math.hypot(offX, offY) || 1;
    const reach = 2 + margin / distance;
    const mirrorX = clamp(Math.round(x + offX * reach), 0, width - 1);
    const mirrorY = clamp(Math.round(y + offY * reach), 0, height - 1);
    const mirror = mirrorY * width + mirrorX;
    const share = near >= 0 && known[mirror] ? 0.8 * Math.max(0, 1 - distance / band) : 0;
    for (let channel = 0; channel < 3; channel++) {
      filled[channel]!.data[index] = mix(smooth[channel]!.data[index]!, colours[channel]!.data[mirror]!, share);
    }
  }
  const softened = filled.map((plane) => boxBlur(plane, 2));
  return filled.map((plane, channel) =>
    mapPlane(plane, (value, index) => (known[index] ? value : softened[channel]!.data[index]!)),
  );
}

/** Builds the layers of a film of `width` x `height` (both even). */
export async function buildLayers(
  photo: Picture,
  subject: PhotoSubject,
  width: number,
  height: number,
): Promise<LayeredScene> {
  const scale = clamp(Math.min(photo.width / width, photo.height / height), 1, mostOversampling);
  const sourceWidth = even(width * scale);
  const sourceHeight = even(height * scale);
  const framing = frameSubject(photo, subject, sourceWidth, sourceHeight);
  const image = await photo.read(framing.scaledWidth, framing.scaledHeight, framing.crop);

  const matteScale = subject.matte.width / framing.scaledWidth;
  const cut = cropPlane(
    subject.matte,
    Math.min(subject.matte.width - 2, Math.round(framing.crop.left * matteScale)),
    Math.min(subject.matte.height - 2, Math.round((framing.crop.top * subject.matte.height) / framing.scaledHeight)),
    Math.max(2, Math.min(subject.matte.width, Math.floor(sourceWidth * matteScale))),
    Math.max(
      2,
      Math.min(subject.matte.height, Math.floor((sourceHeight * subject.matte.height) / framing.scaledHeight)),
    ),
  );
  const smallWidth = 320;
  const smallHeight = Math.max(2, Math.round((320 * height) / width));
  const matte = resizePlane(cut, smallWidth, smallHeight);
  const nearness = guessNearness(subject, smallWidth, smallHeight);
  const focus = focusOf(matte, subject);
  const geometry = { width, height, sourceWidth, sourceHeight, focusX: focus.x, focusY: focus.y };

  const isLayered = subject.confidence >= layeringConfidence && subject.area > 0.015 && subject.area < 0.75;
  if (!isLayered) {
    // A hint of relief where something seems to stand, blurred so wide that nothing can tear.
    const relief = softBlur(matte, 8);
    const trust = 0.2 * Math.min(1, subject.confidence * 2);
    const soft = softBlur(
      mapPlane(nearness, (value, index) => mix(value, relief.data[index]!, trust)),
      6,
    );
    const layer = { pixels: toYuv420(image), nearness: soft };
    return { geometry: { ...geometry, focusNearness: 0.5 }, layers: [layer] };
  }
  const separated = await separate(image, cut);
  const standing = meanWhere(nearness, matte);
  const base = clamp(standing + 0.3, 0.62, 0.9);
  const relief = softBlur(matte, Math.max(2, Math.round(smallWidth * 0.03)));
  const subjectNearness = mapPlane(relief, (value) => base + 0.12 * (value - 0.6));
  const outside = mapPlane(matte, (value) => (value < 0.1 ? 1 : 0));
  const [behind = nearness] = pullPush([nearness], outside);
  const backgroundNearness = mapPlane(softBlur(behind, 6), (value) => Math.min(value, base - 0.1));
  return {
    geometry: { ...geometry, focusNearness: base },
    layers: [
      { pixels: separated.background, nearness: backgroundNearness },
      { pixels: separated.foreground, alpha: separated.alpha, nearness: subjectNearness },
    ],
  };
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

type Separated = {
  readonly background: Yuv420;
  readonly foreground: Yuv420;
  readonly alpha: { readonly luma: Uint8Array; readonly chroma: Uint8Array };
};

/**
 * Solves I = aF + (1-a)B for the foreground F where the matte is partial, so that both layers put together are the
 * photograph. Where hardly anything of the subject shows, F is its colour carried outwards.
 */
async function separate(image: RgbImage, coarseMatte: Plane): Promise<Separated> {
  const { width, height, data } = image;
  const middleScale = Math.min(1, middleSide / Math.max(width, height));
  const middle = await scaleImage(image, even(width * middleScale), even(height * middleScale));
  const colours = toPlanes(middle);
  const matte = refineMatte(middle, coarseMatte, colours);
  const hole = holeOf(matte);
  const filled = fillHole(colours, hole);
  const carried = pullPush(
    colours,
    mapPlane(matte, (value) => smoothstep(0.85, 0.97, value)),
  );

  const matteRow = rowResizer(matte, width, height);
  const holeRow = rowResizer(boxBlur(hole, 1), width, height);
  const filledRows = filled.map((plane) => rowResizer(plane, width, height));
  const carriedRows = carried.map((plane) => rowResizer(plane, width, height));
  const buffers = Array.from({ length: 8 }, () => new Float32Array(width));
  const background = new Uint8Array(width * height * 3);
  const foreground = new Uint8Array(width * height * 3);
  const luma = new Uint8Array(new SharedArrayBuffer(width * height));
  for (let y = 0; y < height; y++) {
    matteRow(y, buffers[0]!);
    holeRow(y, buffers[1]!);
    for (let channel = 0; channel < 3; channel++) {
      filledRows[channel]!(y, buffers[2 + channel]!);
      carriedRows[channel]!(y, buffers[5 + channel]!);
    }
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      const opacity = Math.round(clamp(buffers[0]![x]!, 0, 1) * 255);
      luma[pixel] = opacity;
      const a = opacity / 255;
      const inHole = Math.min(1, buffers[1]![x]! * 1.6);
      for (let channel = 0; channel < 3; channel++) {
        const seen = data[3 * pixel + channel]!;
        const behind = mix(seen, buffers[2 + channel]![x]! * 255, inHole);
        background[3 * pixel + channel] = clamp(behind + 0.5, 0, 255);
        let own = seen;
        if (a < 0.98) {
          const spread = buffers[5 + channel]![x]! * 255;
          const solved = a > 0.12 ? clamp((seen - (1 - a) * behind) / a, 0, 255) : spread;
          own = mix(spread, solved, smoothstep(0.12, 0.5, a));
        }
        foreground[3 * pixel + channel] = clamp(own + 0.5, 0, 255);
      }
    }
  }
  return {
    background: toYuv420({ width, height, data: background }),
    foreground: toYuv420({ width, height, data: foreground }),
    alpha: { luma, chroma: halve(luma, width, height) },
  };
}

/** A matte at chroma size, sited as chroma is. */
export function halve(plane: Uint8Array, width: number, height: number): Uint8Array {
  const halfWidth = width >> 1;
  const out = new Uint8Array(halfWidth * (height >> 1));
  for (let y = 0; y < height >> 1; y++) {
    for (let x = 0; x < halfWidth; x++) {
      const at = 2 * y * width + 2 * x;
      const left = x > 0 ? at - 1 : at;
      const upper = plane[left]! + 2 * plane[at]! + plane[at + 1]!;
      const lower = plane[left + width]! + 2 * plane[at + width]! + plane[at + width + 1]!;
      out[y * halfWidth + x] = (upper + lower + 4) >> 3;
    }
  }
  return out;
}
