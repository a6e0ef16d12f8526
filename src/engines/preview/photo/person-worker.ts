// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * A thread of its own for the person model: LiteRT.js is written for browser workers and wants their globals, which must
 * not leak into the rest of the render process.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInThisContext } from 'node:vm';
import { parentPort } from 'node:worker_threads';
import { freeMemory } from '../memory.ts';
import type { PixelSize } from '../output-size.ts';
import { type RgbImage, type RgbPlanes, toPlanes } from '../raster/colour.ts';
import { boxBlur, clamp, createPlane, type Plane, resizePlane } from '../raster/plane.ts';
import { planSecondLook, type Square, withFound } from './second-look.ts';

export type PersonQuestion = { readonly image: RgbImage };
/** Of all people in it together. */
export type PersonMatte = { readonly matte: Plane; readonly confidence: number };
export type PersonAnswer =
  | { readonly answered: true; readonly somebody: PersonMatte | undefined }
  | { readonly answered: false; readonly reason: string };

/** The part of @litertjs/core (2.5) that is used; the package is optional, so its types may be absent. */
type LiteRt = {
  loadLiteRt(directory: string, options: { threads: boolean }): Promise<unknown>;
  loadAndCompile(model: Uint8Array, options: { accelerator: 'wasm' }): Promise<Model>;
  Tensor: new (data: Float32Array, shape: number[]) => unknown;
};
type Model = { run(input: unknown): Promise<Result | Result[] | Record<string, Result>> };
type Result = { data?(): Promise<Float32Array>; toTypedArray?(): Float32Array };

/** The model sees 256x256 pixels (model card of MediaPipe Selfie Segmentation, general model). */
const side = 256;

/** From a share of the picture's width or height to one of what the model sees, and back. */
type Axis = { readonly toPicture: (share: number) => number; readonly toView: (share: number) => number };

/** One way of showing the picture to the model: across and down have nothing to do with each other. */
type View = { readonly across: Axis; readonly down: Axis };

/**
 * Four views whose answers are averaged: the model is brittle to framing, and a crop that confuses it seldom confuses
 * the mirrored, the letter-boxed and the widened one as well.
 */
function viewsFor(width: number, height: number): View[] {
  const plain: Axis = { toPicture: (share) => share, toView: (share) => share };
  const mirrored: Axis = { toPicture: (share) => 1 - share, toView: (share) => 1 - share };
  const longest = Math.max(width, height);
  const boxed = (length: number): Axis => ({
    toPicture: (share) => 0.5 + ((share - 0.5) * longest) / length,
    toView: (share) => 0.5 + ((share - 0.5) * length) / longest,
  });
  const widened = (margin: number): Axis => ({
    toPicture: (share) => share * 1.12 - margin,
    toView: (share) => (share + margin) / 1.12,
  });
  return [
    { across: plain, down: plain },
    { across: mirrored, down: plain },
    { across: boxed(width), down: boxed(height) },
    { across: widened(0.06), down: widened(0.12) },
  ];
}

/** Between which two of `length` pixels each of `count` samples lies, and how far on the way. */
type Taps = { readonly low: Int32Array; readonly high: Int32Array; readonly share: Float64Array };

function tapsOf(count: number, length: number, place: (share: number) => number): Taps {
  const taps = { low: new Int32Array(count), high: new Int32Array(count), share: new Float64Array(count) };
  for (let step = 0; step < count; step++) {
    const at = clamp(place((step + 0.5) / count) * length - 0.5, 0, length - 1);
    const low = Math.min(at | 0, Math.max(0, length - 2));
    taps.low[step] = low;
    taps.high[step] = Math.min(low + 1, length - 1);
    taps.share[step] = at - low;
  }
  return taps;
}

/** Bilinear values of one row, `add`ed to `out` every `stride` numbers, times `factor`. */
function addRow(
  { data, width }: Plane,
  columns: Taps,
  rows: Taps,
  row: number,
  factor: number,
  out: Float32Array | Float64Array,
  start: number,
  stride: number,
): void {
  const upper = rows.low[row]! * width;
  const lower = rows.high[row]! * width;
  const down = rows.share[row]!;
  for (let x = 0, at = start; x < columns.low.length; x++, at += stride) {
    const left = columns.low[x]!;
    const right = columns.high[x]!;
    const across = columns.share[x]!;
    const above = data[upper + left]! * (1 - across) + data[upper + right]! * across;
    const below = data[lower + left]! * (1 - across) + data[lower + right]! * across;
    out[at]! += factor * (above * (1 - down) + below * down);
  }
}

function divideRow(sums: Float64Array, weight: number, out: Float32Array, start: number): void {
  for (let x = 0; x < sums.length; x++) out[start + x] = sums[x]! / weight;
}

async function loadModel(): Promise<RunModel> {
  const require = createRequire(import.meta.url);
  const corePath = require.resolve('@litertjs/core');
  const wasmDirectory = join(dirname(corePath), '..', 'wasm', '/');
  const modelPath = join(
    dirname(require.resolve('@mediapipe/selfie_segmentation/package.json')),
    'selfie_segmentation.tflite',
  );
  Object.assign(globalThis, {
    self: globalThis,
    require,
    __filename: join(wasmDirectory, 'loader.js'),
    __dirname: wasmDirectory,
    importScripts: (path: string) => {
      // The loader of the package itself, from its own folder: what a browser worker would do with the same call.
      runInThisContext(readFileSync(path, 'utf8'), { filename: path });
    },
  });
  // The runtime writes its banner to the console; this thread's output is nobody's.
  for (const name of ['log', 'info', 'warn', 'error'] as const) globalThis.console[name] = () => {};
  const liteRt = (await import(pathToFileURL(corePath).href)) as LiteRt;
  await liteRt.loadLiteRt(wasmDirectory, { threads: false });
  const model = await liteRt.loadAndCompile(new Uint8Array(readFileSync(modelPath)), { accelerator: 'wasm' });
  return async (input) => {
    const results = await model.run(new liteRt.Tensor(input, [1, side, side, 3]));
    const first = (Array.isArray(results) ? results[0] : (Object.values(results)[0] ?? results)) as Result;
    return (await first.data?.()) ?? first.toTypedArray?.() ?? new Float32Array(side * side);
  };
}

/** What the model sees. Of what lies beyond the picture it sees nothing when `isBoxed`, else the border once more. */
function inputOf(planes: RgbPlanes, { across, down }: View, isBoxed: boolean): Float32Array {
  const { width, height } = planes[0];
  const columns = tapsOf(side, width, across.toPicture);
  const rows = tapsOf(side, height, down.toPicture);
  const isBeyond = (place: (share: number) => number, step: number) => {
    const share = place((step + 0.5) / side);
    return share < 0 || share > 1;
  };
  const input = new Float32Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    if (isBoxed && isBeyond(down.toPicture, y)) continue;
    for (let channel = 0; channel < 3; channel++) {
      addRow(planes[channel]!, columns, rows, y, 1, input, 3 * y * side + channel, 3);
    }
  }
  if (!isBoxed) return input;
  for (let x = 0; x < side; x++) {
    if (!isBeyond(across.toPicture, x)) continue;
    for (let y = 0; y < side; y++) input.fill(0, 3 * (y * side + x), 3 * (y * side + x) + 3);
  }
  return input;
}

/** How decided the model is, 0..1: few doubtful pixels against many certain ones, and not too small a person. */
function score(answer: Float32Array): number {
  let certain = 0;
  let doubtful = 0;
  for (let index = 0; index < answer.length; index++) {
    const value = answer[index]!;
    if (value > 0.5) certain++;
    if (value > 0.2 && value < 0.8) doubtful++;
  }
  const share = certain / answer.length;
  if (share < 0.02) return 0;
  return clamp(1.2 - (doubtful / certain) * 1.6, 0, 1) * Math.sqrt(Math.min(1, share / 0.15));
}

/** Below it there is nobody. */
const leastConfidence = 0.5;
/** A closer look beside somebody must be that decided. */
const leastScore = 0.3;

type RunModel = (input: Float32Array) => Promise<Float32Array>;

async function answer({ image }: PersonQuestion, run: RunModel): Promise<PersonAnswer> {
  const { width, height } = image;
  const planes = toPlanes(image);
  const softened = planes.map((plane) => (width > 1.5 * side ? boxBlur(plane, 1) : plane)) as unknown as RgbPlanes;
  const views = viewsFor(width, height);
  const answers: { plane: Plane; view: View; score: number }[] = [];
  for (const [position, view] of views.entries()) {
    const data = Float32Array.from(await run(inputOf(softened, view, position === 2)));
    answers.push({ plane: { width: side, height: side, data }, view, score: score(data) });
  }
  const confidence = Math.max(...answers.map((one) => one.score));
  if (confidence < leastConfidence) return { answered: true, somebody: undefined };
  const kept = answers.filter((one) => one.score > confidence * 0.6);
  const matte = createPlane(width, height);
  const weight = kept.reduce((sum, one) => sum + one.score, 0);
  const taps = kept.map(({ view: { across, down } }) => ({
    columns: tapsOf(width, side, across.toView),
    rows: tapsOf(height, side, down.toView),
  }));
  const sums = new Float64Array(width);
  for (let y = 0; y < height && weight > 0; y++) {
    sums.fill(0);
    for (const [position, one] of kept.entries()) {
      const { columns, rows } = taps[position]!;
      addRow(one.plane, columns, rows, y, one.score, sums, 0, 1);
    }
    divideRow(sums, weight, matte.data, y * width);
  }
  return { answered: true, somebody: { matte: await lookAgain(softened, matte, run), confidence } };
}

/** A view of a square of the picture. */
function viewOf({ left, top, side: length }: Square, width: number, height: number): View {
  return {
    across: {
      toPicture: (share) => (left + share * length) / width,
      toView: (share) => (share * width - left) / length,
    },
    down: {
      toPicture: (share) => (top + share * length) / height,
      toView: (share) => (share * height - top) / length,
    },
  };
}

/** Whoever seems to stand beside a person that was found is looked at by himself: the model sees one person best. */
async function lookAgain(planes: RgbPlanes, seen: Plane, run: RunModel): Promise<Plane> {
  const small = resizePlane(seen, Math.max(2, seen.width >> 1), Math.max(2, seen.height >> 1));
  const { places, around } = planSecondLook(small);
  let matte = seen;
  for (const place of places) {
    const view = viewOf(place, small.width, small.height);
    const data = Float32Array.from(await run(inputOf(planes, view, false)));
    if (score(data) < leastScore) continue;
    const answer = { width: side, height: side, data };
    const found = around(placed(answer, view, small));
    if (found === undefined) continue;
    matte = withFound(matte, placed(answer, view, matte), resizePlane(found, matte.width, matte.height));
  }
  return matte;
}

/** An answer where it belongs in a picture of this size, 0 elsewhere. */
function placed(answer: Plane, { across, down }: View, { width, height }: PixelSize): Plane {
  const out = createPlane(width, height);
  const start = (axis: Axis, length: number) => Math.round(axis.toPicture(0) * length);
  const end = (axis: Axis, length: number) => Math.min(length, Math.round(axis.toPicture(1) * length));
  const columns = tapsOf(width, side, across.toView);
  const rows = tapsOf(height, side, down.toView);
  const row = new Float64Array(width);
  for (let y = start(down, height); y < end(down, height); y++) {
    row.fill(0);
    addRow(answer, columns, rows, y, 1, row, 0, 1);
    for (let x = start(across, width); x < end(across, width); x++) out.data[y * width + x] = row[x]!;
  }
  return out;
}

if (parentPort !== null) {
  const port = parentPort;
  const loading = loadModel();
  // The module's 9 MB of source are no longer needed.
  loading.then(freeMemory, () => {});
  port.on('message', (question: PersonQuestion) => {
    loading
      .then((run) => answer(question, run))
      .catch((error: unknown): PersonAnswer => ({ answered: false, reason: String(error) }))
      .then((message) => {
        const matte = message.answered ? message.somebody?.matte : undefined;
        port.postMessage(message, matte === undefined ? [] : [matte.data.buffer as ArrayBuffer]);
      });
  });
}
