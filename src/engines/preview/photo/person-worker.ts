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
import type { RgbPlanes } from '../raster/colour.ts';
import { boxBlur, clamp, createPlane, type Plane, samplePlane } from '../raster/plane.ts';
import { placesInDoubt, type Square, withFound } from './second-look.ts';

export type PersonQuestion = { readonly planes: RgbPlanes };
export type PersonAnswer =
  | { readonly found: true; readonly matte: Plane; readonly confidence: number }
  | { readonly found: false; readonly reason: string };

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

/** One way of showing the picture to the model, and the way back: from the picture to what the model saw, all 0..1. */
type View = {
  readonly toPicture: (u: number, v: number) => readonly [number, number];
  readonly toView: View['toPicture'];
};

/**
 * Four views whose answers are averaged: the model is brittle to framing, and a crop that confuses it seldom confuses
 * the mirrored, the letter-boxed and the widened one as well.
 */
function viewsFor(width: number, height: number): View[] {
  const plain: View = { toPicture: (u, v) => [u, v], toView: (u, v) => [u, v] };
  const mirrored: View = { toPicture: (u, v) => [1 - u, v], toView: (u, v) => [1 - u, v] };
  const longest = Math.max(width, height);
  const boxed: View = {
    toPicture: (u, v) => [0.5 + ((u - 0.5) * longest) / width, 0.5 + ((v - 0.5) * longest) / height],
    toView: (u, v) => [0.5 + ((u - 0.5) * width) / longest, 0.5 + ((v - 0.5) * height) / longest],
  };
  const widened: View = {
    toPicture: (u, v) => [u * 1.12 - 0.06, v * 1.12 - 0.12],
    toView: (u, v) => [(u + 0.06) / 1.12, (v + 0.12) / 1.12],
  };
  return [plain, mirrored, boxed, widened];
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

function inputOf([red, green, blue]: RgbPlanes, view: View, outside: boolean): Float32Array {
  const { width, height } = red;
  const input = new Float32Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [u, v] = view.toPicture((x + 0.5) / side, (y + 0.5) / side);
      if (outside && (u < 0 || u > 1 || v < 0 || v > 1)) continue;
      const index = 3 * (y * side + x);
      input[index] = samplePlane(red, u * width, v * height);
      input[index + 1] = samplePlane(green, u * width, v * height);
      input[index + 2] = samplePlane(blue, u * width, v * height);
    }
  }
  return input;
}

/** How decided the model is, 0..1: few doubtful pixels against many certain ones, and not too small a person. */
function score(answer: Float32Array): number {
  let certain = 0;
  let doubtful = 0;
  for (const value of answer) {
    if (value > 0.5) certain++;
    if (value > 0.2 && value < 0.8) doubtful++;
  }
  const share = certain / answer.length;
  if (share < 0.02) return 0;
  return clamp(1.2 - (doubtful / certain) * 1.6, 0, 1) * Math.sqrt(Math.min(1, share / 0.15));
}

/** Only beside somebody found so certainly, and only when the closer look is that decided. */
const certainPerson = 0.5;
const leastScore = 0.3;

type RunModel = (input: Float32Array) => Promise<Float32Array>;

async function answer({ planes }: PersonQuestion, run: RunModel): Promise<PersonAnswer> {
  const { width, height } = planes[0];
  const softened = planes.map((plane) => (width > 1.5 * side ? boxBlur(plane, 1) : plane)) as unknown as RgbPlanes;
  const views = viewsFor(width, height);
  const answers: { plane: Plane; view: View; score: number }[] = [];
  for (const [position, view] of views.entries()) {
    const data = Float32Array.from(await run(inputOf(softened, view, position === 2)));
    answers.push({ plane: { width: side, height: side, data }, view, score: score(data) });
  }
  const confidence = Math.max(...answers.map((one) => one.score));
  const kept = answers.filter((one) => one.score > confidence * 0.6);
  const matte = createPlane(width, height);
  const weight = kept.reduce((sum, one) => sum + one.score, 0);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (const one of kept) {
        const [u, v] = one.view.toView((x + 0.5) / width, (y + 0.5) / height);
        sum += one.score * samplePlane(one.plane, u * side, v * side);
      }
      matte.data[y * width + x] = weight > 0 ? sum / weight : 0;
    }
  }
  return { found: true, matte: await lookAgain(softened, matte, confidence, run), confidence };
}

/** A view of a square of the picture. */
function viewOf({ left, top, side: length }: Square, width: number, height: number): View {
  return {
    toPicture: (u, v) => [(left + u * length) / width, (top + v * length) / height],
    toView: (u, v) => [(u * width - left) / length, (v * height - top) / length],
  };
}

/** Whoever seems to stand beside a person that was found is looked at by himself: the model sees one person best. */
async function lookAgain(planes: RgbPlanes, seen: Plane, confidence: number, run: RunModel): Promise<Plane> {
  if (confidence < certainPerson) return seen;
  const { width, height } = seen;
  let matte = seen;
  for (const place of placesInDoubt(seen)) {
    const view = viewOf(place, width, height);
    const data = Float32Array.from(await run(inputOf(planes, view, false)));
    if (score(data) < leastScore) continue;
    const closer = createPlane(width, height);
    for (let y = place.top; y < place.top + place.side; y++) {
      for (let x = place.left; x < place.left + place.side; x++) {
        const [u, v] = view.toView((x + 0.5) / width, (y + 0.5) / height);
        closer.data[y * width + x] = samplePlane({ width: side, height: side, data }, u * side, v * side);
      }
    }
    matte = withFound(matte, closer);
  }
  return matte;
}

if (parentPort !== null) {
  const port = parentPort;
  const loading = loadModel();
  // The module's 9 MB of source are no longer needed.
  loading.then(freeMemory, () => {});
  port.on('message', (question: PersonQuestion) => {
    loading
      .then((run) => answer(question, run))
      .catch((error: unknown): PersonAnswer => ({ found: false, reason: String(error) }))
      .then((message) => port.postMessage(message));
  });
}
