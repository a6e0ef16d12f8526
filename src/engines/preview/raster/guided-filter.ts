// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** The guided filter (He, Sun, Tang: "Guided Image Filtering", 2010) with a colour guide: edges of the guide, values of
 * the input. It turns a coarse matte into one that follows hair and contours. */
import { enterRow, leaveRow, openRowBlur, type RowBlur } from './box-blur.ts';
import type { RgbPlanes } from './colour.ts';
import { boxBlur, clamp, createPlane, type Plane } from './plane.ts';

/** Filters an input (0..1) of the guide's size; the result is held to 0..1. */
export type GuidedFilter = (input: Plane) => Plane;

function multiply(one: Float32Array, other: Float32Array, start: number, out: Float32Array): void {
  for (let x = 0; x < out.length; x++) out[x] = one[start + x]! * other[start + x]!;
}

function blurredProduct(one: Plane, other: Plane, radius: number): Float32Array {
  const { width, height } = one;
  const out = new Float32Array(width * height);
  const row = new Float32Array(width);
  const blur = openRowBlur(width, height, radius);
  for (let enters = 0, y = 0; y < height; y++) {
    for (; enters < height && enters <= y + radius; enters++) {
      multiply(one.data, other.data, enters * width, row);
      enterRow(blur, row, 0);
    }
    leaveRow(blur, out, y * width);
  }
  return out;
}

/** Means of two by two; the last column and row stand twice where the size is odd. */
function halve({ width, height, data }: Plane): Plane {
  const out = createPlane((width + 1) >> 1, (height + 1) >> 1);
  for (let y = 0; y < out.height; y++) {
    const upper = 2 * y * width;
    const lower = Math.min(height - 1, 2 * y + 1) * width;
    halveRow(data, upper, lower, width, out.data, y * out.width);
  }
  return out;
}

function halveRow(
  data: Float32Array,
  upper: number,
  lower: number,
  width: number,
  out: Float32Array,
  start: number,
): void {
  for (let left = 0, at = start; left < width; left += 2, at++) {
    const right = left < width - 1 ? left + 1 : left;
    out[at] = (data[upper + left]! + data[upper + right]! + data[lower + left]! + data[lower + right]!) / 4;
  }
}

/** One row each of four things. */
type Rows = readonly [Float32Array, Float32Array, Float32Array, Float32Array];

function createRows(width: number): Rows {
  return [new Float32Array(width), new Float32Array(width), new Float32Array(width), new Float32Array(width)];
}

/** What is known of a guide alone: means, and means of products, around each pixel. */
type GuideFacts = {
  readonly epsilon: number;
  readonly red: Float32Array;
  readonly green: Float32Array;
  readonly blue: Float32Array;
  readonly redRed: Float32Array;
  readonly redGreen: Float32Array;
  readonly redBlue: Float32Array;
  readonly greenGreen: Float32Array;
  readonly greenBlue: Float32Array;
  readonly blueBlue: Float32Array;
};

function factsOf([red, green, blue]: RgbPlanes, radius: number, epsilon: number): GuideFacts {
  return {
    epsilon,
    red: boxBlur(red, radius).data,
    green: boxBlur(green, radius).data,
    blue: boxBlur(blue, radius).data,
    redRed: blurredProduct(red, red, radius),
    redGreen: blurredProduct(red, green, radius),
    redBlue: blurredProduct(red, blue, radius),
    greenGreen: blurredProduct(green, green, radius),
    greenBlue: blurredProduct(green, blue, radius),
    blueBlue: blurredProduct(blue, blue, radius),
  };
}

/** The lines of the row that begins at `start`, from the means of the input and of the input times each channel. */
function solveRow(facts: GuideFacts, start: number, means: Rows, lines: Rows): void {
  const { epsilon, red, green, blue, redRed, redGreen, redBlue, greenGreen, greenBlue, blueBlue } = facts;
  const [meanInput, inputRed, inputGreen, inputBlue] = means;
  const [slopeRed, slopeGreen, slopeBlue, offset] = lines;
  for (let x = 0; x < meanInput.length; x++) {
    const i = start + x;
    const mr = red[i]!;
    const mg = green[i]!;
    const mb = blue[i]!;
    const mp = meanInput[x]!;
    const cr = inputRed[x]! - mr * mp;
    const cg = inputGreen[x]! - mg * mp;
    const cb = inputBlue[x]! - mb * mp;
    // The symmetric 3x3 covariance of the guide, inverted by cofactors.
    const rr = redRed[i]! - mr * mr + epsilon;
    const rg = redGreen[i]! - mr * mg;
    const rb = redBlue[i]! - mr * mb;
    const gg = greenGreen[i]! - mg * mg + epsilon;
    const gb = greenBlue[i]! - mg * mb;
    const bb = blueBlue[i]! - mb * mb + epsilon;
    const i00 = gg * bb - gb * gb;
    const i01 = rb * gb - rg * bb;
    const i02 = rg * gb - rb * gg;
    const determinant = rr * i00 + rg * i01 + rb * i02 || 1e-12;
    const a0 = (i00 * cr + i01 * cg + i02 * cb) / determinant;
    const a1 = (i01 * cr + (rr * bb - rb * rb) * cg + (rg * rb - rr * gb) * cb) / determinant;
    const a2 = (i02 * cr + (rg * rb - rr * gb) * cg + (rr * gg - rg * rg) * cb) / determinant;
    slopeRed[x] = a0;
    slopeGreen[x] = a1;
    slopeBlue[x] = a2;
    offset[x] = mp - a0 * mr - a1 * mg - a2 * mb;
  }
}

/** What an input is filtered with, and how far it has come: the rows that entered, and those whose lines are known. */
type LineFinder = {
  readonly guide: RgbPlanes;
  readonly facts: GuideFacts;
  readonly radius: number;
  /** Of the input, and of it times each channel. */
  readonly inputs: readonly RowBlur[];
  readonly solved: readonly RowBlur[];
  readonly row: Float32Array;
  readonly means: Rows;
  readonly lines: Rows;
  entered: number;
  known: number;
};

function openLines(guide: RgbPlanes, facts: GuideFacts, radius: number): LineFinder {
  const { width, height } = guide[0];
  const blurs = () => [0, 1, 2, 3].map(() => openRowBlur(width, height, radius));
  const rows = { row: new Float32Array(width), means: createRows(width), lines: createRows(width) };
  return { guide, facts, radius, inputs: blurs(), solved: blurs(), ...rows, entered: 0, known: 0 };
}

/** Of row `y` of an input, the blurred lines that tell it from the guide, three slopes and an offset: asked for row by row,
 * and valid until the next ones are. */
function linesOf(finder: LineFinder, input: Float32Array, y: number): Rows {
  const { facts, radius, inputs, solved, means, lines } = finder;
  const { width, height } = finder.guide[0];
  for (; finder.known < height && finder.known <= y + radius; finder.known++) {
    const last = Math.min(height - 1, finder.known + radius);
    for (; finder.entered <= last; finder.entered++) enterInput(finder, input, finder.entered * width);
    for (let which = 0; which < 4; which++) leaveRow(inputs[which]!, means[which]!, 0);
    solveRow(facts, finder.known * width, means, lines);
    for (let which = 0; which < 4; which++) enterRow(solved[which]!, lines[which]!, 0);
  }
  for (let which = 0; which < 4; which++) leaveRow(solved[which]!, means[which]!, 0);
  return means;
}

function enterInput({ guide, inputs, row }: LineFinder, input: Float32Array, start: number): void {
  enterRow(inputs[0]!, input, start);
  for (let channel = 0; channel < 3; channel++) {
    multiply(guide[channel]!.data, input, start, row);
    enterRow(inputs[channel + 1]!, row, 0);
  }
}

/** Writes row `y` of the result: the lines applied to the guide. */
function applyLines([red, green, blue]: RgbPlanes, lines: Rows, y: number, out: Float32Array): void {
  const [slopeRed, slopeGreen, slopeBlue, offset] = lines;
  const { width } = red;
  const start = y * width;
  for (let x = 0; x < width; x++) {
    const i = start + x;
    const own = slopeRed[x]! * red.data[i]! + slopeGreen[x]! * green.data[i]! + slopeBlue[x]! * blue.data[i]!;
    out[i] = clamp(offset[x]! + own, 0, 1);
  }
}

/**
 * A filter by `guide` (three planes of 0..1), for inputs of its size: what is known of the guide alone is worked out once.
 * `radius` is in pixels, at least 1; `epsilon` is the variance of the guide (in 0..1 squared) below which it smooths.
 */
export function openGuidedFilter(guide: RgbPlanes, radius: number, epsilon: number): GuidedFilter {
  const facts = factsOf(guide, radius, epsilon);
  return (input) => {
    const out = createPlane(input.width, input.height);
    const finder = openLines(guide, facts, radius);
    for (let y = 0; y < out.height; y++) applyLines(guide, linesOf(finder, input.data, y), y, out.data);
    return out;
  };
}

/**
 * The same with the lines found at half the size (He and Sun: "Fast Guided Filter", 2015): for a quarter of the work, as
 * they are smooth; the guide they are applied to is as sharp as before. `radius` is in pixels of the whole guide.
 */
export function openFastGuidedFilter(guide: RgbPlanes, radius: number, epsilon: number): GuidedFilter {
  const half: RgbPlanes = [halve(guide[0]), halve(guide[1]), halve(guide[2])];
  const halfRadius = Math.max(1, Math.round(radius / 2));
  const facts = factsOf(half, halfRadius, epsilon);
  const { width, height } = guide[0];
  const halfWidth = (width + 1) >> 1;
  const between = new Float32Array(halfWidth);
  const lines = createRows(width);
  return (input) => {
    const out = createPlane(width, height);
    let above = createRows(halfWidth);
    let below = createRows(halfWidth);
    const write = (y: number, near: Rows, far: Rows) => {
      linesBetween(near, far, between, lines);
      applyLines(guide, lines, y, out.data);
    };
    const finder = openLines(half, facts, halfRadius);
    const { data, height: halfHeight } = halve(input);
    for (let coarse = 0; coarse < halfHeight; coarse++) {
      const found = linesOf(finder, data, coarse);
      [above, below] = [below, above];
      for (let which = 0; which < 4; which++) below[which]!.set(found[which]!);
      if (coarse === 0) write(0, below, below);
      else {
        write(2 * coarse - 1, above, below);
        write(2 * coarse, below, above);
      }
    }
    if (height % 2 === 0) write(height - 1, below, below);
    return out;
  };
}

/** Those of the row of the whole that lies a quarter of the way from one coarse row to the other. */
function linesBetween(near: Rows, far: Rows, between: Float32Array, lines: Rows): void {
  for (let which = 0; which < 4; which++) {
    mixRows(near[which]!, far[which]!, between);
    widen(between, lines[which]!);
  }
}

function mixRows(near: Float32Array, far: Float32Array, out: Float32Array): void {
  for (let x = 0; x < out.length; x++) out[x] = 0.75 * near[x]! + 0.25 * far[x]!;
}

/** A row at twice its width or one less, linear between the middles of its pixels. */
function widen(from: Float32Array, out: Float32Array): void {
  const last = from.length - 1;
  out[0] = from[0]!;
  for (let x = 0; x < last; x++) {
    out[2 * x + 1] = 0.75 * from[x]! + 0.25 * from[x + 1]!;
    out[2 * x + 2] = 0.25 * from[x]! + 0.75 * from[x + 1]!;
  }
  if (out.length % 2 === 0) out[out.length - 1] = from[last]!;
}

/** One input filtered by `guide`. */
export function guidedFilter(guide: RgbPlanes, input: Plane, radius: number, epsilon: number): Plane {
  return openGuidedFilter(guide, radius, epsilon)(input);
}
