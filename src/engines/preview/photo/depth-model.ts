// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * A depth model in ONNX format, as the hubs lay it out: `model.onnx` or `onnx/model.onnx`, and beside it
 * `preprocessor_config.json` and `config.json`, whose fields are those of Hugging Face's DPTImageProcessor. Such models
 * (MiDaS, DPT, Depth Anything) answer with inverse depth: larger is nearer. Those that answer in metres are turned round.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type RgbImage, toPlanes } from '../raster/colour.ts';
import { clamp, mapPlane, type Plane, resizePlane } from '../raster/plane.ts';

/** Nearness of a picture. Throws when the model cannot be run or its answer is no depth. */
export type DepthModel = (image: RgbImage) => Promise<Plane>;

const longestSide = 518;
const largestModelBytes = 1_000_000_000;
const largestConfigBytes = 1_000_000;
const threads = 2;

/** The part of the ONNX runtimes (1.20 and later, node and web alike) that is used; neither need be installed. */
type Runtime = {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown;
  readonly env?: { readonly wasm?: { numThreads: number } };
};
type Session = {
  readonly inputNames: readonly string[];
  readonly inputMetadata?: readonly { readonly shape?: readonly (number | string)[] }[];
  run(
    feeds: Record<string, unknown>,
  ): Promise<Record<string, { readonly data: unknown; readonly dims: readonly number[] }>>;
};

/** Where the runtime lies: in this installation, or installed into the model's own folder; the faster one first. */
function findRuntime(directory: string): string | undefined {
  for (const from of [import.meta.url, join(directory, 'package.json')]) {
    const require = createRequire(from);
    const path = pathOf(() => require.resolve('onnxruntime-node')) ?? pathOf(() => require.resolve('onnxruntime-web'));
    if (path !== undefined) return path;
  }
  return undefined;
}

function pathOf(resolve: () => string): string | undefined {
  try {
    return resolve();
  } catch {
    return undefined;
  }
}

async function loadRuntime(directory: string): Promise<Runtime> {
  const path = findRuntime(directory);
  if (path === undefined) throw new Error('neither onnxruntime-node nor onnxruntime-web is installed');
  const module = (await import(pathToFileURL(path).href)) as Runtime & { readonly default?: Runtime };
  const runtime = module.InferenceSession === undefined ? module.default : module;
  if (runtime === undefined) throw new Error('the ONNX runtime is of a kind that is not known');
  // The threads of WebAssembly would be threads of this thread; one is what a worker can rely on.
  if (runtime.env?.wasm !== undefined) runtime.env.wasm.numThreads = 1;
  return runtime;
}

type Config = Readonly<Record<string, unknown>>;

/** A JSON object; empty when there is none, as both files are optional. Throws when there is one that cannot be read. */
function readConfig(path: string): Config {
  if (!existsSync(path)) return {};
  if (statSync(path).size > largestConfigBytes) throw new Error(`${path} is too large`);
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return typeof value === 'object' && value !== null ? (value as Config) : {};
}

/** How the model wants to see pictures. */
export type Preprocessing = {
  /** Longest side in pixels. */
  readonly side: number;
  readonly multiple: number;
  readonly isStretched: boolean;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly isMetric: boolean;
};

/** Model types of Hugging Face that answer with a distance; all others with its inverse. */
const metricTypes = new Set(['zoedepth', 'depth_pro', 'glpn']);

export function readPreprocessing(processor: Config, model: Config): Preprocessing {
  const numbers = (value: unknown, fallback: readonly number[]) =>
    Array.isArray(value) && value.length === 3 && value.every((one) => typeof one === 'number') ? value : fallback;
  const size = processor.size as Config | number | undefined;
  const asked = typeof size === 'object' && size !== null ? (size.height ?? size.shortest_edge) : size;
  const multiple = Number.isInteger(processor.ensure_multiple_of) ? Number(processor.ensure_multiple_of) : 14;
  const isNormalised = processor.do_normalize !== false;
  return {
    side: clamp(typeof asked === 'number' && asked > 0 ? asked : longestSide, 56, longestSide),
    multiple: clamp(multiple, 1, 64),
    isStretched: processor.keep_aspect_ratio === false,
    // ImageNet's, which nearly all of them were trained with.
    mean: isNormalised ? numbers(processor.image_mean, [0.485, 0.456, 0.406]) : [0, 0, 0],
    deviation: isNormalised ? numbers(processor.image_std, [0.229, 0.224, 0.225]) : [1, 1, 1],
    isMetric: typeof model.model_type === 'string' && metricTypes.has(model.model_type),
  };
}

/** Width and height at which a picture is shown to the model. */
export function modelSize(
  { width, height }: { readonly width: number; readonly height: number },
  { side, multiple, isStretched }: Preprocessing,
): readonly [number, number] {
  const scale = side / Math.max(width, height);
  const fit = (length: number) => {
    const most = Math.max(1, Math.floor(longestSide / multiple));
    return multiple * clamp(Math.round((isStretched ? side : length * scale) / multiple), 1, most);
  };
  return [fit(width), fit(height)];
}

function pathOfModel(directory: string): string | undefined {
  return [join(directory, 'model.onnx'), join(directory, 'onnx', 'model.onnx')].find((one) => existsSync(one));
}

/** Tells one model from another that took its place. */
export function depthModelVariant(directory: string): string {
  const path = pathOfModel(directory);
  const facts = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  return `${directory} ${facts?.size} ${facts?.mtimeMs}`;
}

/** Loads it. Throws when something is missing or broken. */
export async function loadDepthModel(directory: string): Promise<DepthModel> {
  const path = pathOfModel(directory);
  if (path === undefined) throw new Error('there is no model.onnx in the folder');
  if (statSync(path).size > largestModelBytes) throw new Error('model.onnx is larger than 1 GB');
  const preprocessing = readPreprocessing(
    readConfig(join(directory, 'preprocessor_config.json')),
    readConfig(join(directory, 'config.json')),
  );
  const runtime = await loadRuntime(directory);
  const session = await runtime.InferenceSession.create(readFileSync(path), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  });
  const [inputName, ...others] = session.inputNames;
  if (inputName === undefined || others.length > 0) throw new Error('the model does not take exactly one input');

  return async (image) => {
    const [width, height] = fixedSize(session) ?? modelSize(image, preprocessing);
    const input = new runtime.Tensor('float32', tensorOf(image, width, height, preprocessing), [1, 3, height, width]);
    const outputs = await session.run({ [inputName]: input });
    const output = outputs.predicted_depth ?? Object.values(outputs)[0];
    if (output === undefined) throw new Error('the model answers nothing');
    return readAnswer(output, preprocessing.isMetric);
  };
}

/** Some models were exported for one size only. */
function fixedSize({ inputMetadata }: Session): readonly [number, number] | undefined {
  const [height, width] = inputMetadata?.[0]?.shape?.slice(2) ?? [];
  if (typeof height !== 'number' || typeof width !== 'number' || height < 1 || width < 1) return undefined;
  if (height > longestSide || width > longestSide) throw new Error(`the model wants more than ${longestSide} pixels`);
  return [width, height];
}

function tensorOf(image: RgbImage, width: number, height: number, { mean, deviation }: Preprocessing): Float32Array {
  const data = new Float32Array(3 * width * height);
  for (const [channel, plane] of toPlanes(image).entries()) {
    const { data: values } = resizePlane(plane, width, height);
    for (let index = 0; index < values.length; index++) {
      data[channel * values.length + index] = (values[index]! - mean[channel]!) / deviation[channel]!;
    }
  }
  return data;
}

/** The last two dimensions are height and width; all before them are 1. */
function readAnswer({ data, dims }: { data: unknown; dims: readonly number[] }, isMetric: boolean): Plane {
  const [height = 0, width = 0] = dims.slice(-2);
  const isPlane = data instanceof Float32Array && width >= 2 && height >= 2 && data.length === width * height;
  if (!isPlane) throw new Error('the answer of the model is no plane of floats');
  const raw = {
    width,
    height,
    data: Float32Array.from(data, (value) => (isMetric ? 1 / Math.max(1e-3, value) : value)),
  };
  if (!raw.data.every(Number.isFinite)) throw new Error('the answer of the model is not finite');
  return stretch(raw);
}

/** Stretched so that all but the outermost 2 % at each end lie within 0.04 and 0.96. */
export function stretch(plane: Plane): Plane {
  const sorted = Float32Array.from(plane.data).sort();
  const low = sorted[Math.floor(sorted.length * 0.02)]!;
  const high = sorted[Math.floor(sorted.length * 0.98)]!;
  const range = high - low;
  if (!(range > 1e-6 * Math.max(1, Math.abs(high)))) throw new Error('the answer of the model is the same everywhere');
  return mapPlane(plane, (value) => 0.04 + 0.92 * clamp((value - low) / range, 0, 1));
}
