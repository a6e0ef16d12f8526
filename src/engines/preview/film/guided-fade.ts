// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * A fade that is not everywhere at once: near and dark parts of the first picture go first. At no time is more than a band
 * of it seen twice.
 */
import type { PixelSize } from '../output-size.ts';
import { createPlane, mix, type Plane, rowResizer, samplePlane, softBlur } from '../raster/plane.ts';
import type { LayeredScene } from './layers.ts';

const orderWidth = 320;
/**
 * Whoever stands in front goes earlier, but not in the shape of a silhouette: another picture's face must not look out of
 * it. In pixels of the order's own width.
 */
const widestDetail = 30;
const figureShare = 0.08;
/** How much brightness counts beside nearness. */
const lightShare = 0.06;
/** Share of the fade's length for which one place is seen twice. */
const softness = 0.4;

/** When each part of the frame changes, 0 first to 255 last: luma, then chroma size. */
export type FadeOrder = { readonly luma: Uint8Array; readonly chroma: Uint8Array };

/** Ranks the values, so that the fade proceeds evenly whatever they are. */
function ranked(plane: Plane): Plane {
  const places = Array.from(plane.data.keys()).sort(
    (one, other) => plane.data[one]! - plane.data[other]! || one - other,
  );
  const out = createPlane(plane.width, plane.height);
  for (const [rank, place] of places.entries()) out.data[place] = rank / (places.length - 1);
  return out;
}

function toBytes(plane: Plane, width: number, height: number): Uint8Array {
  const resize = rowResizer(plane, width, height);
  const row = new Float32Array(width);
  const bytes = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    resize(y, row);
    for (let x = 0; x < width; x++) bytes[y * width + x] = Math.round(255 * row[x]!);
  }
  return bytes;
}

export function fadeOrder({ geometry, layers }: LayeredScene): FadeOrder {
  const { width, height, sourceWidth, sourceHeight } = geometry;
  const orderHeight = Math.max(2, Math.round((orderWidth * height) / width));
  const late = createPlane(orderWidth, orderHeight);
  for (let y = 0; y < orderHeight; y++) {
    for (let x = 0; x < orderWidth; x++) {
      const u = (x + 0.5) / orderWidth;
      const v = (y + 0.5) / orderHeight;
      const at = Math.floor(v * sourceHeight) * sourceWidth + Math.floor(u * sourceWidth);
      let light = 0;
      let cover = 0;
      for (const { pixels, alpha } of layers) {
        const share = alpha === undefined ? 1 : alpha.luma[at]! / 255;
        light = mix(light, (pixels.luma[at]! - 16) / 219, share);
        if (alpha !== undefined) cover = Math.max(cover, share);
      }
      const ground = layers[0]?.nearness;
      const near = ground === undefined ? 0 : samplePlane(ground, u * ground.width, v * ground.height);
      late.data[y * orderWidth + x] = lightShare * light - near - figureShare * cover;
    }
  }
  const order = ranked(softBlur(late, widestDetail));
  return { luma: toBytes(order, width, height), chroma: toBytes(order, width >> 1, height >> 1) };
}

/** Mixes two frames (planar I420 of `size`) where the order has come; `share` 0 is all of `from`, 1 all of `to`. */
export function blendInOrder(
  { luma, chroma }: FadeOrder,
  from: Uint8Array,
  to: Uint8Array,
  share: number,
  { width, height }: PixelSize,
  out: Uint8Array,
): void {
  const front = share * (1 + softness);
  const weights = Int32Array.from({ length: 256 }, (_, place) => {
    const t = Math.min(1, Math.max(0, (front - place / 255) / softness));
    return Math.round(256 * t * t * (3 - 2 * t));
  });
  const quarter = (width >> 1) * (height >> 1);
  const parts = [
    { offset: 0, order: luma, count: width * height },
    { offset: width * height, order: chroma, count: quarter },
    { offset: width * height + quarter, order: chroma, count: quarter },
  ];
  for (const { offset, order, count } of parts) {
    for (let index = 0; index < count; index++) {
      const second = weights[order[index]!]!;
      const at = offset + index;
      out[at] = (from[at]! * (256 - second) + to[at]! * second + 128) >> 8;
    }
  }
}
