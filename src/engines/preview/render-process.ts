/**
 * The process of one render: takes one request over IPC, answers with progress and one outcome, and ends. Everything that
 * touches bytes from outside happens here, at low priority, in a process group that one signal ends.
 */
import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type { PreviewOperation } from './capabilities.ts';
import { renderExtended } from './film/extend.ts';
import { renderFilm } from './film/film.ts';
import { warmFrameWorkers } from './film/frame-pool.ts';
import { prepareLaunch } from './film/launch.ts';
import type { TellProgress } from './film/progress.ts';
import { renderReferences } from './film/references.ts';
import { rehearseFilm } from './film/rehearse.ts';
import { renderSceneFilm } from './film/scene-film.ts';
import { renderStartEnd } from './film/start-end.ts';
import { renderEnlargedFilm, renderInterpolated } from './film/transcode.ts';
import { encodeGlimpse } from './glimpse.ts';
import { collectAsUsual, collectSeldom, freeMemory } from './memory.ts';
import { analysesEnded, depthSourceUsed, equipAnalysis } from './photo/analysis.ts';
import { openAnalysisCache } from './photo/analysis-cache.ts';
import { hardenDecoder } from './photo/decode.ts';
import { depthModelVariant } from './photo/depth-model.ts';
import { openDepthSource } from './photo/depth-source.ts';
import { warmPersonModel } from './photo/person.ts';
import {
  RenderError,
  type RenderFailure,
  type RenderMessage,
  type RenderOrder,
  type RenderRequest,
  type RenderResult,
} from './protocol.ts';
import { forcePlainKernel, simdModule } from './raster/simd-module.ts';
import { renderEnlarged } from './still/enlarge.ts';
import { dismissPainters, warmPainters } from './still/painters.ts';
import { rehearseStill } from './still/rehearse.ts';
import { renderRestyled } from './still/restyle.ts';
import { renderStill } from './still/still.ts';
import { engineVersion } from './version.ts';

/** More often than this nobody looks. */
const tellEveryMs = 50;

function send(message: RenderMessage): Promise<void> {
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}

/** A glimpse costs about 3 ms of a thread that mostly waits for the encoder. */
const glimpseEveryMs = 500;

function tellProgress(): TellProgress {
  let lastAt = 0;
  let glimpseAt = Number.NEGATIVE_INFINITY;
  return (progress, frame) => {
    const now = performance.now();
    if (frame !== undefined && now - glimpseAt >= glimpseEveryMs) {
      glimpseAt = now;
      // Nobody misses one that could not be made.
      encodeGlimpse(frame).then(
        (jpeg) => send({ type: 'glimpse', jpeg: Buffer.from(jpeg).toString('base64') }),
        () => {},
      );
    }
    if (now - lastAt < tellEveryMs) return;
    lastAt = now;
    void send({ type: 'progress', progress });
  };
}

function failureOf(error: unknown): RenderFailure {
  const cause = error instanceof Error ? `${error.message} ${String(error.cause ?? '')}`.trim() : String(error);
  if (error instanceof RenderError) {
    const { code, message, details } = error;
    return details === undefined ? { code, message, cause } : { code, message, details, cause };
  }
  if (/ENOSPC|EDQUOT|No space left on device/.test(cause)) {
    return { code: 'storage_full', message: 'There was no room left to render this.', cause };
  }
  return { code: 'engine_failed', message: 'The preview engine could not render this request.', cause };
}

type Renderer = (request: RenderRequest, tell: TellProgress) => Promise<RenderResult>;

const renderers: Readonly<Record<PreviewOperation, Renderer>> = {
  'text-to-image': renderStill,
  'image-to-image': renderRestyled,
  'reference-to-image': renderStill,
  'upscale-image': renderEnlarged,
  'text-to-video': renderSceneFilm,
  'image-to-video': renderFilm,
  'start-end-to-video': renderStartEnd,
  'reference-to-video': renderReferences,
  'extend-video': renderExtended,
  'upscale-video': renderEnlargedFilm,
  'interpolate-video': renderInterpolated,
};

async function render(request: RenderRequest): Promise<RenderResult> {
  const tellParent = tellProgress();
  const tell: TellProgress = (progress, frame) => {
    if (unpainted.has(request.operation)) void dismissPainters();
    tellParent(progress, frame);
  };
  const result = await renderers[request.operation](request, tell);
  const { operation, seed, input } = request;
  const depth = depthSourceUsed();
  const facts = {
    ...{ engine: 'preview', engineVersion, operation, seed },
    ...(depth === undefined ? {} : { depth }),
    ...(input.audio === true ? { sound: 'composed music, without speech or noises' } : {}),
  };
  return { ...result, metadata: { ...facts, ...result.metadata } };
}

function equip({ analysis = {} }: RenderRequest): void {
  const { modelDirectory, cache } = analysis;
  const variant = modelDirectory === undefined ? '' : depthModelVariant(modelDirectory);
  const warn = (reason: string) => void send({ type: 'warning', event: 'preview.depth_model.unusable', reason });
  equipAnalysis({
    ...(modelDirectory === undefined ? {} : { openDepth: () => openDepthSource(modelDirectory, warn) }),
    ...(cache === undefined ? {} : { cache: openAnalysisCache({ ...cache, variant }) }),
  });
}

let rehearsal: Promise<void> = Promise.resolve();
let isWarm = false;
let isWanted = false;

async function rehearse(workers: number): Promise<void> {
  compileBestAfter(rehearsedCalls);
  try {
    await rehearseStill(() => isWanted);
    if (!isWanted) await rehearseFilm(workers, () => isWanted);
    if (isWanted) return;
    collectSeldom();
    freeMemory();
  } finally {
    compileBestAfter(usualCalls);
  }
}

/**
 * What never paints a place; threads that wait would only take memory from it. They end with the first word of progress:
 * until then pictures are looked at, which has use for every processor.
 */
const unpainted: ReadonlySet<PreviewOperation> = new Set([
  'image-to-video',
  'start-end-to-video',
  'extend-video',
  'upscale-video',
  'interpolate-video',
]);

async function main(request: RenderRequest): Promise<void> {
  try {
    isWanted = true;
    await rehearsal;
    // A film of one picture says so itself, once it has prepared its frames.
    if (request.operation !== 'image-to-video') collectAsUsual();
    hardenDecoder();
    if (request.kernel === 'plain') forcePlainKernel();
    equip(request);
    const result = await render(request);
    await analysesEnded();
    // Killed as soon as it has told its success, a process has no end at which Node would do it.
    if (!isWarm) flushCompileCache();
    await send({ type: 'succeeded', ...result });
  } catch (error) {
    await send({ type: 'failed', failure: failureOf(error) });
  }
  process.exit(0);
}

/** What would otherwise be the first half second of a render. */
function warmUp(workers: number): void {
  isWarm = true;
  prepareLaunch();
  flushCompileCache();
  hardenDecoder();
  warmFrameWorkers(workers);
  warmPersonModel();
  warmPainters();
  freeMemory();
  void send({ type: 'warm' });
}

/**
 * V8 compiles WebAssembly again, at its best, once a function has run this many bytes. The person model is 9 MB that run
 * for a blink: with V8's 13 MB it took 0.3 s of processor more. Our own kernel was compiled before, and keeps V8's.
 */
const tieringBudgetBytes = 200_000_000;

/** Calls after which V8 compiles JavaScript at its best: a rehearsal is shorter than what it rehearses for. */
const rehearsedCalls = 1000;
/** V8's own. */
const usualCalls = 3000;

function compileBestAfter(calls: number): void {
  setFlagsFromString(`--invocation-count-for-turbofan=${calls}`);
}

/**
 * What V8 compiles knows the shapes of objects, and goes when no object of one of them is left for two collections:
 * between a rehearsal and a request there are none (docs/decisions/0105). This many collections no process lives.
 */
const collectionsToRemember = 1_000_000;

if (process.send !== undefined) {
  simdModule();
  setFlagsFromString(`--wasm-tiering-budget=${tieringBudgetBytes}`);
  setFlagsFromString(`--retain-maps-for-n-gc=${collectionsToRemember}`);
  const end = () => process.kill(-process.pid, 'SIGKILL');
  // The channel closes when the server ends, however it ends: then nobody waits for the result any more.
  process.once('disconnect', end);
  // It may have closed while the modules were loading.
  if (!process.connected) end();
  process.on('message', (order: RenderOrder) => {
    if (order.type === 'warm') warmUp(order.workers);
    else if (order.type === 'render') void main(order.request);
    // One that fails has still done some good.
    else rehearsal = rehearse(order.workers).catch(() => {});
  });
}
