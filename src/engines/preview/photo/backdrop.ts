// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * Finds the smooth part of a picture that comes in from its top: a sky, or the plain wall or paper behind a thing. Its
 * colour is described by a smooth surface, against which everything else stands out.
 */
import type { RgbPlanes } from '../raster/colour.ts';
import { boxBlur, createPlane, mapPlane, neighbour, type Plane, resizePlane } from '../raster/plane.ts';

export type Backdrop = {
  /** 1 where the backdrop is seen, 0 elsewhere. */
  readonly mask: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Share of the picture. */
  readonly area: number;
  /** Share of the top, left and right border it covers. */
  readonly top: number;
  readonly left: number;
  readonly right: number;
  /** Root mean square distance, in Lab, of what is seen from the surface that describes it. */
  readonly unevenness: number;
  /** Distance of every pixel from that surface, in Lab. */
  readonly distance: Plane;
};

/**
 * Steps of Lab between neighbours, and between a pixel and what the flood has seen on its way, that are still smooth: ever
 * stricter ones are tried, until what was flooded is one thing.
 */
const strictness = [
  { step: 3, way: 9 },
  { step: 2, way: 6 },
  { step: 1.3, way: 4 },
] as const;
/** Beyond it, in Lab, what was flooded is no single thing. */
const mostUnevenness = 4.6;
/** A sliver of a picture has no top and sides worth the name. */
const leastSide = 24;
/** A sky comes down about as far on both sides; what does not is a dark or bright part of something else. */
const mostSlant = 0.5;
/** A backdrop is smoother than the rest of its picture by this factor. */
const mostTexture = 0.55;
/** How much of its own colour a pixel hands on to the flood. */
const wayShare = 0.04;

/** Everything that can be reached from the top without a step. */
function floodFromTop(lab: RgbPlanes, limit: (typeof strictness)[number]): Uint8Array {
  const { width, height } = lab[0];
  const mask = new Uint8Array(width * height);
  const [light, a, b] = [lab[0].data, lab[1].data, lab[2].data];
  const [carriedLight, carriedA, carriedB] = [light.slice(), a.slice(), b.slice()];
  const queue = new Int32Array(width * height);
  const mostStep = limit.step ** 2;
  const mostWay = limit.way ** 2;
  let end = 0;
  // The outermost rows often hold a frame or what scaling left of one.
  for (let y = 0; y < 3; y++) {
    for (let x = 0; x < width; x++) {
      mask[y * width + x] = 1;
      if (y === 2) queue[end++] = y * width + x;
    }
  }
  for (let start = 0; start < end; start++) {
    const index = queue[start]!;
    const x = index % width;
    for (let side = 0; side < 4; side++) {
      const next = neighbour(index, side, x, width);
      if (next < 0 || next >= mask.length || mask[next]) continue;
      const step = (light[next]! - light[index]!) ** 2 + (a[next]! - a[index]!) ** 2 + (b[next]! - b[index]!) ** 2;
      if (step > mostStep) continue;
      const way =
        (light[next]! - carriedLight[index]!) ** 2 +
        (a[next]! - carriedA[index]!) ** 2 +
        (b[next]! - carriedB[index]!) ** 2;
      if (way > mostWay) continue;
      mask[next] = 1;
      carriedLight[next] = carriedLight[index]! * (1 - wayShare) + light[next]! * wayShare;
      carriedA[next] = carriedA[index]! * (1 - wayShare) + a[next]! * wayShare;
      carriedB[next] = carriedB[index]! * (1 - wayShare) + b[next]! * wayShare;
      queue[end++] = next;
    }
  }
  return mask;
}

const terms = 6;

/** The coefficients of `termsAt`, in its order. */
type SurfaceShape = readonly [number, number, number, number, number, number];

/** Of the surface: 1, x, y and their products, into `out`. */
function termsAt(x: number, y: number, out: Float64Array): void {
  out[0] = 1;
  out[1] = x;
  out[2] = y;
  out[3] = x * x;
  out[4] = x * y;
  out[5] = y * y;
}

/** Least squares over the weighted pixels: six coefficients per channel. Undefined when they do not settle it. */
function fitSurface(lab: RgbPlanes, weight: Float32Array): readonly Float64Array[] | undefined {
  const { width, height } = lab[0];
  const matrix = Array.from({ length: terms }, () => new Float64Array(terms + 3));
  const at = new Float64Array(terms + 3);
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      const index = y * width + x;
      const share = weight[index]!;
      if (share <= 0) continue;
      termsAt((2 * x) / width - 1, (2 * y) / height - 1, at);
      for (let channel = 0; channel < 3; channel++) at[terms + channel] = lab[channel]!.data[index]!;
      for (let row = 0; row < terms; row++) {
        const line = matrix[row]!;
        const part = share * at[row]!;
        for (let column = 0; column < terms + 3; column++) line[column]! += part * at[column]!;
      }
    }
  }
  // A little of the identity keeps what the pixels do not settle, such as the bottom of a sky's surface, near flat.
  const total = matrix[0]![0]!;
  if (total < 50) return undefined;
  for (let row = 1; row < terms; row++) matrix[row]![row]! += total * 0.002;
  for (let pivot = 0; pivot < terms; pivot++) {
    for (let row = 0; row < terms; row++) {
      if (row === pivot) continue;
      const factor = matrix[row]![pivot]! / matrix[pivot]![pivot]!;
      for (let column = pivot; column < terms + 3; column++) matrix[row]![column]! -= factor * matrix[pivot]![column]!;
    }
  }
  return [0, 1, 2].map((channel) =>
    Float64Array.from({ length: terms }, (_, row) => matrix[row]![terms + channel]! / matrix[row]![row]!),
  );
}

function distanceFrom(lab: RgbPlanes, surface: readonly Float64Array[]): Plane {
  const { width, height } = lab[0];
  const distance = createPlane(width, height);
  for (let channel = 0; channel < 3; channel++) addSquares(lab[channel]!, surface[channel]!, distance.data);
  for (let index = 0; index < distance.data.length; index++) distance.data[index] = Math.sqrt(distance.data[index]!);
  return distance;
}

/** Adds the squared distance of one channel from its surface. */
function addSquares({ width, height, data }: Plane, shape: Float64Array, sums: Float32Array): void {
  const [level, across, down, bowAcross, twist, bowDown] = shape as unknown as SurfaceShape;
  for (let row = 0; row < height; row++) {
    const y = (2 * row) / height - 1;
    // What is the same all along the row.
    const start = level + down * y + bowDown * y * y;
    const slope = across + twist * y;
    for (let column = 0; column < width; column++) {
      const index = row * width + column;
      const x = (2 * column) / width - 1;
      const off = data[index]! - (start + x * (slope + bowAcross * x));
      sums[index]! += off * off;
    }
  }
}

function shareOf(mask: Uint8Array, count: number, at: (step: number) => number): number {
  let sum = 0;
  for (let step = 0; step < count; step++) sum += mask[at(step)]!;
  return sum / count;
}

/** Mean step between neighbours inside the mask over that outside of it. */
function relativeTexture(light: Plane, mask: Uint8Array): number {
  const { width, data } = light;
  const sums = [0, 0];
  const counts = [1, 1];
  for (let index = width; index < data.length; index++) {
    const side = mask[index]!;
    if (mask[index - 1] !== side || mask[index - width] !== side) continue;
    sums[side]! += Math.abs(data[index]! - data[index - 1]!) + Math.abs(data[index]! - data[index - width]!);
    counts[side]! += 1;
  }
  return sums[1]! / counts[1]! / (sums[0]! / counts[0]! + 1e-6);
}

/** Looks for a backdrop in the Lab of a picture a few hundred pixels wide; undefined when its top is not smooth. */
export function findBackdrop(sharp: RgbPlanes): Backdrop | undefined {
  if (Math.min(sharp[0].width, sharp[0].height) < leastSide) return undefined;
  const lab = sharp.map((plane) => boxBlur(plane, 1)) as unknown as RgbPlanes;
  for (const limit of strictness) {
    const found = floodAndFit(lab, limit);
    if (found === undefined) return undefined;
    if (found.unevenness > mostUnevenness) continue;
    const isLevel = Math.abs(found.left - found.right) < mostSlant;
    return isLevel && relativeTexture(sharp[0], found.mask) < mostTexture ? found : undefined;
  }
  return undefined;
}

function topOf(mask: Uint8Array, width: number): number {
  return shareOf(mask, width, (x) => 4 * width + x);
}

function isLargeEnough(mask: Uint8Array, width: number): boolean {
  let area = 0;
  for (let index = 0; index < mask.length; index++) area += mask[index]!;
  return area >= 0.04 * mask.length && topOf(mask, width) >= 0.4;
}

function floodAndFit(lab: RgbPlanes, limit: (typeof strictness)[number]): Backdrop | undefined {
  const { width, height } = lab[0];
  const flooded = floodFromTop(lab, limit);
  // What stays of it below can only be less.
  if (!isLargeEnough(flooded, width)) return undefined;
  const weight = Float32Array.from(flooded);
  let surface = fitSurface(lab, weight);
  if (surface === undefined) return undefined;
  let distance = distanceFrom(lab, surface);
  for (let round = 0; round < 2; round++) {
    weighByDistance(flooded, distance, weight);
    surface = fitSurface(lab, weight);
    if (surface === undefined) return undefined;
    distance = distanceFrom(lab, surface);
  }
  const mask = new Uint8Array(flooded.length);
  const { area, squares } = keepNear(flooded, distance, mask);
  if (!isLargeEnough(mask, width)) return undefined;
  return {
    mask,
    width,
    height,
    area: area / mask.length,
    top: topOf(mask, width),
    left: shareOf(mask, height, (y) => y * width + 4),
    right: shareOf(mask, height, (y) => y * width + width - 5),
    unevenness: Math.sqrt(squares / area),
    distance,
  };
}

/** What lies further off the surface counts for less, and nothing from here on, in Lab. */
const farOff = 14;

function weighByDistance(flooded: Uint8Array, distance: Plane, weight: Float32Array): void {
  for (let index = 0; index < weight.length; index++) {
    const off = distance.data[index]!;
    weight[index] = flooded[index] && off < farOff ? 1 / (1 + off) : 0;
  }
}

/** What is no part of it, flooded or not, lies this far off, in Lab. */
const tooFarOff = 16;

/** Marks what was flooded and lies near the surface: how many pixels, and the sum of their squared distances. */
function keepNear(flooded: Uint8Array, distance: Plane, mask: Uint8Array): { area: number; squares: number } {
  let area = 0;
  let squares = 0;
  for (let index = 0; index < mask.length; index++) {
    const off = distance.data[index]!;
    if (!flooded[index] || off >= tooFarOff) continue;
    mask[index] = 1;
    area++;
    squares += off * off;
  }
  return { area, squares };
}

/** A plain backdrop: it surrounds what stands before it, and its colour is so even that this can be cut out by it. */
export function isPlain({ area, top, left, right, unevenness }: Backdrop): boolean {
  return area > 0.3 && area < 0.97 && top > 0.85 && left > 0.8 && right > 0.8 && unevenness < 3.5;
}

/** What stands before a plain backdrop, 0..1, at this size. */
export function standingBefore({ distance, unevenness }: Backdrop, width: number, height: number): Plane {
  const low = 2.5 + 2 * unevenness;
  return mapPlane(resizePlane(distance, width, height), (value) => Math.min(1, Math.max(0, (value - low) / (low + 5))));
}
