// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * Finds what a picture is about without a model: what differs from the picture's border, is sharp where the rest is
 * soft, and stands near the middle; then a colour model of inside and outside refines it.
 */
import { type RgbImage, type RgbPlanes, toPlanes } from '../raster/colour.ts';
import { type GuidedFilter, openGuidedFilter } from '../raster/guided-filter.ts';
import { boxBlur, clamp, createPlane, neighbour, normalise, type Plane, softBlur } from '../raster/plane.ts';

export type Subject = {
  /** How much each pixel belongs to the subject, 0..1, at the size of the picture that was analysed. */
  readonly matte: Plane;
  /** How far the matte can be trusted, 0..1: below about 0.12 it must not cut anything. */
  readonly confidence: number;
};

export type Focus = {
  /** Local sharpness, 0..1: a cue for depth where focus is shallow. */
  readonly sharpness: Plane;
  /** How shallow the focus is, 0..1: the sharp parts against the soft ones. */
  readonly shallowness: number;
};

/**
 * Minimum barrier distance to the border (Zhang et al., "Minimum Barrier Salient Object Detection at 80 FPS", 2015):
 * the smallest range of values met on any way to the border. The bottom is no border, as subjects often stand on it.
 */
export function barrierDistance(plane: Plane): Plane {
  const { width, height, data } = plane;
  const distance = createPlane(width, height, 1e9);
  const way = distance.data;
  const highest = Float32Array.from(data);
  const lowest = Float32Array.from(data);
  for (let x = 0; x < width; x++) way[x] = 0;
  for (let y = 0; y < height; y++) {
    way[y * width] = 0;
    way[y * width + width - 1] = 0;
  }
  // Two rounds of a raster scan and its reverse; the paper finds no gain beyond three scans. What lies at the border is at
  // 0 already, so each scan begins beside something that was reached.
  for (let round = 0; round < 2; round++) {
    for (let y = 1; y < height; y++) {
      for (let x = 1; x < width - 1; x++) {
        const index = y * width + x;
        relax(way, highest, lowest, index, data[index]!, index - 1);
        relax(way, highest, lowest, index, data[index]!, index - width);
      }
    }
    for (let y = height - 1; y > 0; y--) {
      for (let x = width - 2; x > 0; x--) {
        const index = y * width + x;
        relax(way, highest, lowest, index, data[index]!, index + 1);
        if (y < height - 1) relax(way, highest, lowest, index, data[index]!, index + width);
      }
    }
  }
  return distance;
}

/** Takes the way over the neighbour `from` if it is the shorter one. */
function relax(
  way: Float32Array,
  highest: Float32Array,
  lowest: Float32Array,
  index: number,
  value: number,
  from: number,
): void {
  const above = highest[from]!;
  const below = lowest[from]!;
  const high = above > value ? above : value;
  const low = below < value ? below : value;
  if (high - low >= way[index]!) return;
  way[index] = high - low;
  highest[index] = high;
  lowest[index] = low;
}

/** Otsu's threshold of values in 0..1: the cut that separates two groups best. */
export function otsuThreshold(plane: Plane): number {
  const histogram = new Float64Array(256);
  for (let index = 0; index < plane.data.length; index++) {
    histogram[clamp((plane.data[index]! * 255) | 0, 0, 255)]! += 1;
  }
  let total = 0;
  for (let bin = 0; bin < 256; bin++) total += bin * histogram[bin]!;
  let below = 0;
  let belowSum = 0;
  let best = 0;
  let threshold = 128;
  for (let bin = 0; bin < 256; bin++) {
    below += histogram[bin]!;
    const above = plane.data.length - below;
    if (below === 0) continue;
    if (above === 0) break;
    belowSum += bin * histogram[bin]!;
    const gap = belowSum / below - (total - belowSum) / above;
    if (below * above * gap * gap > best) {
      best = below * above * gap * gap;
      threshold = bin;
    }
  }
  return threshold / 255;
}

/** How much better than chance one threshold splits the values, 0..1 (Otsu's between-class share of the variance). */
function separability(plane: Plane): number {
  const threshold = otsuThreshold(plane);
  let above = 0;
  let aboveCount = 0;
  let sum = 0;
  let squares = 0;
  const all = plane.data.length;
  for (let index = 0; index < all; index++) {
    const value = plane.data[index]!;
    sum += value;
    squares += value * value;
    if (value <= threshold) continue;
    above += value;
    aboveCount++;
  }
  const mean = sum / all;
  const variance = squares / all - mean * mean;
  const share = aboveCount / all;
  const gap = above / Math.max(1, aboveCount) - (sum - above) / Math.max(1, all - aboveCount);
  return (share * (1 - share) * gap * gap) / (variance + 1e-9);
}

function colourBins([light, a, b]: RgbPlanes): Uint16Array {
  const bins = new Uint16Array(light.data.length);
  for (let index = 0; index < bins.length; index++) {
    const lightBin = clamp((light.data[index]! / 6.26) | 0, 0, 15);
    const aBin = clamp(((a.data[index]! + 64) / 8) | 0, 0, 15);
    const bBin = clamp(((b.data[index]! + 64) / 8) | 0, 0, 15);
    bins[index] = (lightBin << 8) | (aBin << 4) | bBin;
  }
  return bins;
}

/** One round of "which colours are inside, which outside": Bayes over 16x16x16 histograms of Lab. */
function refineByColour(matte: Plane, bins: Uint16Array): Plane {
  const threshold = otsuThreshold(matte);
  const inside = new Float32Array(4096).fill(0.4);
  const outside = new Float32Array(4096).fill(0.4);
  let insideSum = 0;
  let outsideSum = 0;
  for (let index = 0; index < bins.length; index++) {
    const share = 1 / (1 + Math.exp(-(matte.data[index]! - threshold) * 14));
    const bin = bins[index]!;
    inside[bin]! += share;
    outside[bin]! += 1 - share;
    insideSum += share;
    outsideSum += 1 - share;
  }
  const refined = createPlane(matte.width, matte.height);
  for (let index = 0; index < bins.length; index++) {
    const f = inside[bins[index]!]! / insideSum;
    const b = outside[bins[index]!]! / outsideSum;
    const likelihood = f / (f + b);
    const prior = 1 / (1 + Math.exp(-(matte.data[index]! - threshold) * 9));
    const within = likelihood * prior;
    refined.data[index] = within / (within + (1 - likelihood) * (1 - prior) + 1e-6);
  }
  return refined;
}

/** Weakens every connected blob that is smaller than this share of the largest: leftovers, not second subjects. */
const keptBlobShare = 0.12;

export function dropSmallBlobs(matte: Plane): Plane {
  const { width, height, data } = matte;
  const labels = new Int32Array(width * height).fill(-1);
  const sizes: number[] = [];
  // Every pixel enters it once at most; a blob lies at its beginning.
  const blob = new Int32Array(data.length);
  for (let seed = 0; seed < data.length; seed++) {
    if (labels[seed]! >= 0 || data[seed]! < 0.5) continue;
    labels[seed] = sizes.length;
    blob[0] = seed;
    let size = 1;
    for (let at = 0; at < size; at++) size = growBlob(matte, labels, blob, at, size);
    sizes.push(size);
  }
  let largest = 0;
  for (const size of sizes) if (size > largest) largest = size;
  const kept = { width, height, data: data.slice() };
  for (let index = 0; index < data.length; index++) {
    const label = labels[index]!;
    if (label >= 0 && sizes[label]! < largest * keptBlobShare) kept.data[index] = data[index]! * 0.15;
  }
  return kept;
}

/** Takes the neighbours of one pixel of a blob of `size` in; answers its size then. */
function growBlob({ width, data }: Plane, labels: Int32Array, blob: Int32Array, at: number, size: number): number {
  const index = blob[at]!;
  const x = index % width;
  let grown = size;
  for (let side = 0; side < 4; side++) {
    const next = neighbour(index, side, x, width);
    if (next < 0 || next >= data.length || labels[next]! >= 0 || data[next]! < 0.5) continue;
    labels[next] = labels[index]!;
    blob[grown++] = next;
  }
  return grown;
}

/** What the outline of a matte tells about its worth: compactness, colour contrast across it, share of doubtful pixels. */
function judgeOutline(matte: Plane, [light, a, b]: readonly [Plane, Plane, Plane], area: number) {
  const { width, height, data } = matte;
  let doubtful = 0;
  for (let y = 0; y < height; y++) doubtful += doubtfulIn(data, y * width, (y + 1) * width);
  const outline = { perimeter: 0, contrast: 0 };
  for (let y = 1; y < height - 1; y++) followRow(data, [light.data, a.data, b.data], y * width, width, outline);
  return {
    ambiguity: doubtful / data.length / Math.max(0.02, area),
    compactness: Math.sqrt(area * data.length) / (outline.perimeter + 1),
    contrast: outline.contrast / (outline.perimeter + 1),
  };
}

function doubtfulIn(matte: Float32Array, from: number, to: number): number {
  let count = 0;
  for (let index = from; index < to; index++) if (matte[index]! > 0.2 && matte[index]! < 0.8) count++;
  return count;
}

type Lab = readonly [Float32Array, Float32Array, Float32Array];

/** Adds the pieces of the outline that lie in a row, and how much the colours at their two sides differ. */
function followRow(
  matte: Float32Array,
  lab: Lab,
  start: number,
  width: number,
  outline: { perimeter: number; contrast: number },
): void {
  for (let index = start + 1; index < start + width - 1; index++) {
    const inside = matte[index]! > 0.5;
    if (inside !== matte[index + 1]! > 0.5) {
      outline.perimeter++;
      outline.contrast += difference(lab, index - 1, index + 1);
    }
    if (inside !== matte[index + width]! > 0.5) {
      outline.perimeter++;
      outline.contrast += difference(lab, index - width, index + width);
    }
  }
}

function difference([light, a, b]: Lab, from: number, to: number): number {
  return Math.abs(light[to]! - light[from]!) + Math.abs(a[to]! - a[from]!) + Math.abs(b[to]! - b[from]!);
}

/** Sharpness at two scales, smoothed. */
function measureSharpness(light: Plane): Plane {
  const fine = boxBlur(light, 1);
  const coarse = boxBlur(light, 3);
  const raw = createPlane(light.width, light.height);
  for (let index = 0; index < raw.data.length; index++) {
    const blurred = fine.data[index]!;
    const detail = Math.abs(light.data[index]! - blurred) + 0.5 * Math.abs(blurred - coarse.data[index]!);
    raw.data[index] = detail < 12 ? detail : 12;
  }
  return softBlur(raw, Math.max(1, Math.round(light.width * 0.025)));
}

/** Of a lightness plane (0..100). */
export function measureFocus(light: Plane): Focus {
  const sharpness = measureSharpness(light);
  return { sharpness: normalise(sharpness), shallowness: focusShallowness(sharpness) };
}

function focusShallowness(sharpness: Plane): number {
  // Every fourth tells as much, in a fifth of the time.
  const sorted = new Float32Array((sharpness.data.length + 3) >> 2);
  for (let index = 0; index < sorted.length; index++) sorted[index] = sharpness.data[4 * index]!;
  sorted.sort();
  const high = sorted[(sorted.length * 0.93) | 0]!;
  const low = sorted[(sorted.length * 0.3) | 0]!;
  return clamp((high / (low + 0.05) - 3) / 6, 0, 1);
}

/** The barriers of the three channels together; colour counts for more than light. */
function barrierOf(lab: RgbPlanes): Plane {
  const [light, a, b] = [0, 1, 2].map((channel) => barrierDistance(boxBlur(lab[channel]!, 1))) as [Plane, Plane, Plane];
  const { width, height } = light;
  for (let y = 0; y < height; y++) addColour(light.data, a.data, b.data, y * width, (y + 1) * width);
  return light;
}

function addColour(light: Float32Array, a: Float32Array, b: Float32Array, from: number, to: number): void {
  for (let index = from; index < to; index++) light[index] = light[index]! + 1.6 * (a[index]! + b[index]!);
}

/** What stands out or is sharp, and is near the middle. */
function likelyOf(barrier: Plane, sharpness: Plane, shallowness: number): Plane {
  const { width, height } = barrier;
  const likely = createPlane(width, height);
  for (let row = 0; row < height; row++) {
    const y = (row / height - 0.52) / 0.4;
    likelyRow(barrier.data, sharpness.data, shallowness, y, row * width, width, likely.data);
  }
  return likely;
}

function likelyRow(
  barrier: Float32Array,
  sharpness: Float32Array,
  shallowness: number,
  y: number,
  start: number,
  width: number,
  out: Float32Array,
): void {
  for (let column = 0; column < width; column++) {
    const value = barrier[start + column]!;
    const sharp = sharpness[start + column]!;
    const x = (column / width - 0.5) / 0.34;
    const deep = 0.75 * value + 0.25 * sharp;
    const shallow = 0.15 * value + 0.35 * sharp + 0.5 * Math.sqrt(value * sharp);
    out[start + column] =
      ((1 - shallowness) * deep + shallowness * shallow) * (0.35 + 0.65 * Math.exp(-(x * x + y * y) / 2));
  }
}

/** Half the way to a subject: what may belong to it, and what its outline follows. */
export type SubjectSearch = { readonly lab: RgbPlanes; readonly prior: Plane; readonly follow: GuidedFilter };

/** Begins to analyse a small picture (its long side about 320 pixels), of which `lab` and `focus` are known. */
export function beginSearch(image: RgbImage, lab: RgbPlanes, { sharpness, shallowness }: Focus): SubjectSearch {
  const barrier = normalise(barrierOf(lab));
  const prior = normalise(likelyOf(barrier, sharpness, shallowness));
  const follow = openGuidedFilter(toPlanes(image), Math.max(4, Math.round(image.width * 0.02)), 3e-4);
  return { lab, prior, follow };
}

/** Goes the other half: which colours are inside and which outside, three times, then whether the outline can be trusted. */
export function findSubject({ lab, prior, follow }: SubjectSearch): Subject {
  const bins = colourBins(lab);
  let matte = softBlur(prior, 2, 1);
  for (let round = 0; round < 3; round++) matte = follow(refineByColour(matte, bins));
  matte = dropSmallBlobs(matte);

  let area = 0;
  for (let index = 0; index < matte.data.length; index++) area += matte.data[index]!;
  area /= matte.data.length;
  const outline = judgeOutline(matte, lab, area);
  // The gates were set by looking: pictures that cut well pass all of them, and one bad mark is enough to fail.
  const confidence =
    clamp((separability(prior) - 0.5) / 0.25, 0, 1) *
    clamp((outline.compactness - 0.05) / 0.12, 0, 1) *
    clamp(1.25 - outline.ambiguity * 1.3, 0, 1) *
    clamp((outline.contrast - 4) / 10, 0, 1) *
    (area > 0.02 && area < 0.7 ? 1 : 0.2);
  return { matte, confidence };
}
