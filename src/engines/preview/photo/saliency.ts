// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * Finds what a picture is about without a model: what differs from the picture's border, is sharp where the rest is
 * soft, and stands near the middle; then a colour model of inside and outside refines it.
 */
import { type RgbImage, toLab, toPlanes } from '../raster/colour.ts';
import { guidedFilter } from '../raster/guided-filter.ts';
import { boxBlur, clamp, createPlane, mapPlane, normalise, type Plane, softBlur } from '../raster/plane.ts';

export type Subject = {
  /** How much each pixel belongs to the subject, 0..1, at the size of the picture that was analysed. */
  readonly matte: Plane;
  /** How far the matte can be trusted, 0..1: below about 0.12 it must not cut anything. */
  readonly confidence: number;
  /** Share of the picture the subject covers, 0..1. */
  readonly area: number;
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
  const unreached = 1e9;
  const distance = createPlane(width, height, unreached);
  const highest = Float32Array.from(data);
  const lowest = Float32Array.from(data);
  for (let x = 0; x < width; x++) distance.data[x] = 0;
  for (let y = 0; y < height; y++) {
    distance.data[y * width] = 0;
    distance.data[y * width + width - 1] = 0;
  }
  const relax = (index: number, from: number) => {
    if (distance.data[from]! >= unreached) return;
    const high = Math.max(highest[from]!, data[index]!);
    const low = Math.min(lowest[from]!, data[index]!);
    if (high - low < distance.data[index]!) {
      distance.data[index] = high - low;
      highest[index] = high;
      lowest[index] = low;
    }
  };
  // Two rounds of a raster scan and its reverse; the paper finds no gain beyond three scans.
  for (let round = 0; round < 2; round++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const index = y * width + x;
        if (x > 0) relax(index, index - 1);
        if (y > 0) relax(index, index - width);
      }
    }
    for (let y = height - 1; y >= 0; y--) {
      for (let x = width - 1; x >= 0; x--) {
        const index = y * width + x;
        if (x < width - 1) relax(index, index + 1);
        if (y < height - 1) relax(index, index + width);
      }
    }
  }
  return distance;
}

/** Otsu's threshold of values in 0..1: the cut that separates two groups best. */
export function otsuThreshold(plane: Plane): number {
  const histogram = new Float64Array(256);
  for (const value of plane.data) histogram[clamp((value * 255) | 0, 0, 255)]! += 1;
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
  const sums = [0, 0];
  const counts = [0, 0];
  let squares = 0;
  for (const value of plane.data) {
    const side = value > threshold ? 1 : 0;
    sums[side]! += value;
    counts[side]! += 1;
    squares += value * value;
  }
  const all = plane.data.length;
  const mean = (sums[0]! + sums[1]!) / all;
  const variance = squares / all - mean * mean;
  const share = counts[1]! / all;
  const gap = sums[1]! / Math.max(1, counts[1]!) - sums[0]! / Math.max(1, counts[0]!);
  return (share * (1 - share) * gap * gap) / (variance + 1e-9);
}

function colourBins([light, a, b]: readonly [Plane, Plane, Plane]): Uint16Array {
  return Uint16Array.from(light.data, (value, index) => {
    const lightBin = clamp((value / 6.26) | 0, 0, 15);
    const aBin = clamp(((a.data[index]! + 64) / 8) | 0, 0, 15);
    const bBin = clamp(((b.data[index]! + 64) / 8) | 0, 0, 15);
    return (lightBin << 8) | (aBin << 4) | bBin;
  });
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
    inside[bins[index]!]! += share;
    outside[bins[index]!]! += 1 - share;
    insideSum += share;
    outsideSum += 1 - share;
  }
  return mapPlane(matte, (value, index) => {
    const f = inside[bins[index]!]! / insideSum;
    const b = outside[bins[index]!]! / outsideSum;
    const likelihood = f / (f + b);
    const prior = 1 / (1 + Math.exp(-(value - threshold) * 9));
    return (likelihood * prior) / (likelihood * prior + (1 - likelihood) * (1 - prior) + 1e-6);
  });
}

/** Weakens every connected blob that is smaller than this share of the largest: leftovers, not second subjects. */
const keptBlobShare = 0.12;

export function dropSmallBlobs(matte: Plane): Plane {
  const { width, height, data } = matte;
  const labels = new Int32Array(width * height).fill(-1);
  const sizes: number[] = [];
  const stack: number[] = [];
  for (let seed = 0; seed < data.length; seed++) {
    if (data[seed]! < 0.5 || labels[seed]! >= 0) continue;
    let size = 0;
    labels[seed] = sizes.length;
    stack.push(seed);
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      size++;
      const x = index % width;
      const neighbours = [x > 0 ? index - 1 : -1, x < width - 1 ? index + 1 : -1, index - width, index + width];
      for (const next of neighbours) {
        if (next < 0 || next >= data.length || labels[next]! >= 0 || data[next]! < 0.5) continue;
        labels[next] = sizes.length;
        stack.push(next);
      }
    }
    sizes.push(size);
  }
  const largest = Math.max(0, ...sizes);
  return mapPlane(matte, (value, index) => {
    const label = labels[index]!;
    return label >= 0 && sizes[label]! < largest * keptBlobShare ? value * 0.15 : value;
  });
}

/** What the outline of a matte tells about its worth: compactness, colour contrast across it, share of doubtful pixels. */
function judgeOutline(matte: Plane, [light, a, b]: readonly [Plane, Plane, Plane], area: number) {
  const { width, height, data } = matte;
  let doubtful = 0;
  for (const value of data) if (value > 0.2 && value < 0.8) doubtful++;
  let perimeter = 0;
  let contrast = 0;
  const difference = (from: number, to: number) =>
    Math.abs(light.data[to]! - light.data[from]!) +
    Math.abs(a.data[to]! - a.data[from]!) +
    Math.abs(b.data[to]! - b.data[from]!);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const index = y * width + x;
      const inside = data[index]! > 0.5;
      for (const step of [1, width]) {
        if (inside === data[index + step]! > 0.5) continue;
        perimeter++;
        contrast += difference(index - step, index + step);
      }
    }
  }
  return {
    ambiguity: doubtful / data.length / Math.max(0.02, area),
    compactness: Math.sqrt(area * data.length) / (perimeter + 1),
    contrast: contrast / (perimeter + 1),
  };
}

/** Sharpness at two scales, smoothed. */
function measureSharpness(light: Plane): Plane {
  const fine = boxBlur(light, 1);
  const coarse = boxBlur(light, 3);
  const raw = mapPlane(light, (value, index) =>
    Math.min(12, Math.abs(value - fine.data[index]!) + 0.5 * Math.abs(fine.data[index]! - coarse.data[index]!)),
  );
  return softBlur(raw, Math.max(1, Math.round(light.width * 0.025)));
}

function focusShallowness(sharpness: Plane): number {
  const sorted = Float32Array.from(sharpness.data).sort();
  const high = sorted[(sorted.length * 0.93) | 0]!;
  const low = sorted[(sorted.length * 0.3) | 0]!;
  return clamp((high / (low + 0.05) - 3) / 6, 0, 1);
}

/** Analyses a small picture (its long side about 320 pixels). */
export function findSubject(image: RgbImage): Subject {
  const { width, height } = image;
  const lab = toLab(image);
  const [light, a, b] = lab;
  const barriers = lab.map((plane) => barrierDistance(boxBlur(plane, 1)));
  const barrier = normalise(
    mapPlane(barriers[0]!, (value, i) => value + 1.6 * (barriers[1]!.data[i]! + barriers[2]!.data[i]!)),
  );
  const rawSharpness = measureSharpness(light);
  const shallowness = focusShallowness(rawSharpness);
  const sharpness = normalise(rawSharpness);

  const prior = normalise(
    mapPlane(barrier, (value, index) => {
      const sharp = sharpness.data[index]!;
      const x = ((index % width) / width - 0.5) / 0.34;
      const y = (((index / width) | 0) / height - 0.52) / 0.4;
      const deep = 0.75 * value + 0.25 * sharp;
      const shallow = 0.15 * value + 0.35 * sharp + 0.5 * Math.sqrt(value * sharp);
      return ((1 - shallowness) * deep + shallowness * shallow) * (0.35 + 0.65 * Math.exp(-(x * x + y * y) / 2));
    }),
  );
  const guide = toPlanes(image);
  const bins = colourBins([light, a, b]);
  let matte = softBlur(prior, 2, 1);
  for (let round = 0; round < 3; round++) {
    matte = guidedFilter(guide, refineByColour(matte, bins), Math.max(4, Math.round(width * 0.02)), 3e-4);
  }
  matte = dropSmallBlobs(matte);

  let area = 0;
  for (const value of matte.data) area += value;
  area /= matte.data.length;
  const outline = judgeOutline(matte, lab, area);
  // The gates were set by looking: pictures that cut well pass all of them, and one bad mark is enough to fail.
  const confidence =
    clamp((separability(prior) - 0.5) / 0.25, 0, 1) *
    clamp((outline.compactness - 0.05) / 0.12, 0, 1) *
    clamp(1.25 - outline.ambiguity * 1.3, 0, 1) *
    clamp((outline.contrast - 4) / 10, 0, 1) *
    (area > 0.02 && area < 0.7 ? 1 : 0.2);
  return { matte, confidence, area, sharpness, shallowness };
}
