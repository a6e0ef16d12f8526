// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** References as things that can be placed: a matte, the subject's own colours carried past its edge, and what it is. */
import { type WorkingSide, workingScale } from '../output-size.ts';
import type { Analyst } from '../photo/analysis.ts';
import { type Photo, scaleImage } from '../photo/decode.ts';
import { refineMatte } from '../photo/matte.ts';
import type { Box, PhotoSubject } from '../photo/subject.ts';
import { type RgbImage, toPlanes } from '../raster/colour.ts';
import { addNoiseRow, type Noise } from '../raster/noise.ts';
import { clamp, createPlane, cropPlane, mapPlane, type Plane, resizePlane, smoothstep } from '../raster/plane.ts';
import { pullPush } from '../raster/pull-push.ts';
import type { CutoutKind, Slot } from './layout.ts';

export type Cutout = {
  readonly kind: CutoutKind;
  readonly photo: Photo;
  readonly subject: PhotoSubject;
  /** The part of the photograph that is used, in shares. */
  readonly box: Box;
  /** Width over height of that part, in real pixels. */
  readonly ratio: number;
  /** The side at which the photograph cut it off, when it is one: best placed at that edge of the frame. */
  readonly cutSide: 'left' | 'right' | undefined;
};

/** Below it the outline would be torn: merging is kinder. */
const cutConfidence = 0.45;

export async function examine(photo: Photo, analyst: Pick<Analyst, 'analyse'>): Promise<Cutout> {
  const subject = await analyst.analyse(photo);
  const { box, touches, confidence, area } = subject;
  const cuts = confidence >= cutConfidence && area > 0.015 && area < 0.85;
  if (!cuts) {
    return asPrint({ photo, subject });
  }
  const margin = 0.012;
  const grown: Box = {
    left: Math.max(0, box.left - margin),
    top: Math.max(0, box.top - margin),
    right: Math.min(1, box.right + margin),
    bottom: Math.min(1, box.bottom + margin),
  };
  const kind = touches.bottom > 0.06 ? 'half-figure' : 'standing';
  // What the photograph cut off at the bottom is placed at the very edge, without a margin.
  const used = kind === 'half-figure' ? { ...grown, bottom: 1 } : grown;
  const ratio = ((used.right - used.left) * photo.width) / ((used.bottom - used.top) * photo.height);
  const isCutLeft = touches.left > cutShare && used.left === 0;
  const isCutRight = touches.right > cutShare && used.right === 1;
  const cutSide = isCutLeft === isCutRight ? undefined : isCutLeft ? 'left' : 'right';
  return { kind, photo, subject, box: used, ratio, cutSide };
}

/** A reference as it is, with a border: for what cannot be cut out, and for what would show where it was cut off. */
export function asPrint({ photo, subject }: Pick<Cutout, 'photo' | 'subject'>): Cutout {
  const border = 2 * printBorder * Math.min(photo.width, photo.height);
  const ratio = (photo.width + border) / (photo.height + border);
  return { kind: 'merged', photo, subject, box: wholePicture, ratio, cutSide: undefined };
}

/** White border of a print, as a share of the photograph's short side. */
const printBorder = 0.045;

/** Whether the photograph cut the subject off at its upper edge, or at both sides: no place in a frame hides that. */
export function isCutOff({ kind, subject: { touches } }: Cutout): boolean {
  return kind !== 'merged' && (touches.top > cutShare || Math.min(touches.left, touches.right) > cutShare);
}

/** A side the subject touches along less than this share is grazed, not cut. */
const cutShare = 0.04;

const wholePicture: Box = { left: 0, top: 0, right: 1, bottom: 1 };

/** A cutout at its final size. */
export type Sprite = {
  readonly image: RgbImage;
  /** Opacity, 0..1. */
  readonly matte: Plane;
};

/** Of a sprite's matte: the guided filter is the dearest step, and a finer one is not seen. */
const matteSide: WorkingSide = { least: 500, share: 0.6, most: 760 };
/** Carried colours hold nothing fine. */
const carriedShare = 0.5;

/** Reads the cutout at exactly the size of its slot. */
export async function readSprite(cutout: Cutout, slot: Slot, noise: Noise): Promise<Sprite> {
  const { width, height } = slot;
  const { photo, box, subject } = cutout;
  if (cutout.kind === 'merged') return readPrint(photo, width, height, noise);
  const wholeWidth = Math.max(width, Math.round(width / (box.right - box.left)));
  const wholeHeight = Math.max(height, Math.round(height / (box.bottom - box.top)));
  const left = clamp(Math.round(box.left * wholeWidth), 0, wholeWidth - width);
  const top =
    cutout.kind === 'half-figure'
      ? wholeHeight - height
      : clamp(Math.round(box.top * wholeHeight), 0, wholeHeight - height);
  const image = await photo.read(wholeWidth, wholeHeight, { left, top, width, height });

  const scale = workingScale(slot, matteSide);
  const smallWidth = Math.max(8, Math.round(width * scale));
  const smallHeight = Math.max(8, Math.round(height * scale));
  const small = await scaleImage(image, smallWidth, smallHeight);
  const coarse = cropShares(subject.matte, {
    left: left / wholeWidth,
    top: top / wholeHeight,
    right: (left + width) / wholeWidth,
    bottom: (top + height) / wholeHeight,
  });
  const guide = toPlanes(small);
  const refined =
    subject.source === 'alpha'
      ? resizePlane(coarse, smallWidth, smallHeight)
      : choke(refineMatte(small, coarse, guide));
  const coarser = (plane: Plane) =>
    resizePlane(plane, Math.ceil(smallWidth * carriedShare), Math.ceil(smallHeight * carriedShare));
  const carried = pullPush(guide.map(coarser), coarser(mapPlane(refined, (value) => smoothstep(0.86, 0.98, value))));
  const feathered = featherCutSides(refined, cutout, slot.atEdge);
  const matte = resizePlane(feathered, width, height);
  cleanEdges(image, matte, carried);
  return { image, matte };
}

/** The part of a plane inside a box of shares. */
export function cropShares(plane: Plane, box: Box): Plane {
  const x = clamp(Math.round(box.left * plane.width), 0, plane.width - 2);
  const y = clamp(Math.round(box.top * plane.height), 0, plane.height - 2);
  const width = clamp(Math.round((box.right - box.left) * plane.width), 2, plane.width - x);
  const height = clamp(Math.round((box.bottom - box.top) * plane.height), 2, plane.height - y);
  return cropPlane(plane, x, y, width, height);
}

/** Moves the edge inwards by a fraction of a pixel's softness: what is left of the old background is a halo. */
function choke(matte: Plane): Plane {
  return mapPlane(matte, (value) => smoothstep(0.18, 0.95, value));
}

/** Sides where the photograph cut the subject off fade out, unless the sprite stands at that edge of the frame. */
function featherCutSides(matte: Plane, { subject, box, cutSide }: Cutout, atEdge: boolean): Plane {
  const { width, height } = matte;
  const fade = width * 0.07;
  const isHidden = (side: 'left' | 'right') => atEdge && cutSide === side;
  const cutLeft = subject.touches.left > cutShare && box.left === 0 && !isHidden('left');
  const cutRight = subject.touches.right > cutShare && box.right === 1 && !isHidden('right');
  const cutTop = subject.touches.top > cutShare && box.top === 0;
  if (!cutLeft && !cutRight && !cutTop) return matte;
  return mapPlane(matte, (value, index) => {
    const x = index % width;
    const y = (index / width) | 0;
    const left = cutLeft ? smoothstep(0, fade, x) : 1;
    const right = cutRight ? smoothstep(0, fade, width - 1 - x) : 1;
    const top = cutTop ? smoothstep(0, height * 0.05, y) : 1;
    return value * left * right * top;
  });
}

/** Where the matte is partial, the old background still shines through: the subject's colour takes its place there. */
function cleanEdges({ width, height, data }: RgbImage, matte: Plane, carried: readonly Plane[]): void {
  const scaleX = carried[0]!.width / width;
  const scaleY = carried[0]!.height / height;
  for (let y = 0; y < height; y++) {
    const row = Math.min(carried[0]!.height - 1, (y * scaleY) | 0) * carried[0]!.width;
    for (let x = 0; x < width; x++) {
      const index = y * width + x;
      const opacity = matte.data[index]!;
      if (opacity >= 0.97 || opacity <= 0) continue;
      const own = smoothstep(0.45, 0.97, opacity);
      const at = row + Math.min(carried[0]!.width - 1, (x * scaleX) | 0);
      for (let channel = 0; channel < 3; channel++) {
        const spread = carried[channel]!.data[at]! * 255;
        data[3 * index + channel] = clamp(spread + (data[3 * index + channel]! - spread) * own + 0.5, 0, 255);
      }
    }
  }
}

/** The whole photograph on paper. */
async function readPrint(photo: Photo, width: number, height: number, noise: Noise): Promise<Sprite> {
  const ratio = Math.min(photo.width, photo.height) / photo.width;
  const border = Math.max(1, Math.round((width * printBorder * ratio) / (1 + 2 * printBorder * ratio)));
  const inner = { width: Math.max(1, width - 2 * border), height: Math.max(1, height - 2 * border) };
  const picture = await photo.read(inner.width, inner.height);
  const data = new Uint8Array(3 * width * height);
  const papers = new Float32Array(width);
  for (let y = 0; y < height; y++) {
    const row = y - border;
    papers.fill(246);
    addNoiseRow(noise, papers, 0, width, { start: 0, step: 0.3 }, y * 0.3, 3);
    for (let x = 0, at = 3 * y * width; x < width; x++, at += 3) data.fill(papers[x]!, at, at + 3);
    if (row < 0 || row >= inner.height) continue;
    data.set(picture.data.subarray(3 * row * inner.width, 3 * (row + 1) * inner.width), 3 * (y * width + border));
  }
  return { image: { width, height, data }, matte: createPlane(width, height, 1) };
}
