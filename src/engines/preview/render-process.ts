/**
 * The process of one render: takes one request over IPC, answers with progress and one outcome, and ends. Everything that
 * touches bytes from outside happens here, at low priority, in a process group that one signal ends.
 */
import { setPriority } from 'node:os';
import type { PreviewOperation } from './capabilities.ts';
import { renderExtended } from './film/extend.ts';
import { renderFilm } from './film/film.ts';
import type { TellProgress } from './film/progress.ts';
import { renderReferences } from './film/references.ts';
import { renderSceneFilm } from './film/scene-film.ts';
import { renderStartEnd } from './film/start-end.ts';
import { renderEnlargedFilm, renderInterpolated } from './film/transcode.ts';
import { encodeGlimpse } from './glimpse.ts';
import { depthSourceUsed, equipAnalysis } from './photo/analysis.ts';
import { openAnalysisCache } from './photo/analysis-cache.ts';
import { hardenDecoder } from './photo/decode.ts';
import { depthModelVariant } from './photo/depth-model.ts';
import { openDepthSource } from './photo/depth-source.ts';
import {
  RenderError,
  type RenderFailure,
  type RenderMessage,
  type RenderRequest,
  type RenderResult,
} from './protocol.ts';
import { renderEnlarged } from './still/enlarge.ts';
import { renderRestyled } from './still/restyle.ts';
import { renderStill } from './still/still.ts';
import { engineVersion } from './version.ts';

/** Below everything that answers requests; the encoder and all threads inherit it. */
const niceness = 10;

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
  const tell = tellProgress();
  const result = await renderers[request.operation](request, tell);
  const { operation, seed } = request;
  const depth = depthSourceUsed();
  const facts = { engine: 'preview', engineVersion, operation, seed, ...(depth === undefined ? {} : { depth }) };
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

async function main(request: RenderRequest): Promise<void> {
  try {
    hardenDecoder();
    equip(request);
    await send({ type: 'succeeded', ...(await render(request)) });
  } catch (error) {
    await send({ type: 'failed', failure: failureOf(error) });
  }
  process.exit(0);
}

if (process.send !== undefined) {
  setPriority(niceness);
  // The channel closes when the server ends, however it ends: then nobody waits for the result any more.
  process.once('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
  process.once('message', (request: RenderRequest) => void main(request));
}
