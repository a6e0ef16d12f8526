/**
 * The built-in `preview` engine: composes stills and films from the caller's own pictures and films and from painted
 * scenes, on the processor, offline. It is no generative model, and says so: every result's metadata carry `engine: "preview"`.
 *
 * The engine itself only keeps books. Each render is a process of its own (render-process.ts), because it decodes bytes
 * from outside and because a killed process leaves nothing behind.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Engine, EngineJob, EngineReport } from '../../core/engine-port.ts';
import { GatewayError } from '../../core/errors.ts';
import type { JsonValue } from '../../core/json.ts';
import type { CallOptions } from '../../core/ports.ts';
import { isDiskFull } from '../../util/disk-full.ts';
import { isPreviewOperation, type PreviewOperation, previewOperations, refusalOf } from './capabilities.ts';
import { resolveFfmpeg } from './ffmpeg.ts';
import { openAnalyses } from './photo/analyses.ts';
import type { Encoder, RenderMedium } from './protocol.ts';
import type { RenderChild } from './render-child.ts';
import { createRenderPool } from './render-pool.ts';

export type PreviewEngineOptions = {
  /** A private directory, made when it is needed; each attempt gets a 0700 directory below it until cancel or release. */
  readonly workDir: string;
  /** The ffmpeg to use; otherwise the one on PATH, otherwise the optional package @ffmpeg-installer/ffmpeg. */
  readonly ffmpegPath?: string;
  /** Renders at once. Default: half the processors, as each uses two threads, as far as the memory reaches. */
  readonly concurrency?: number;
  /** Render processes that wait warm for the next renders, at most `concurrency`. Default: none. */
  readonly spares?: number;
  /** For measurements: draws without WebAssembly. The same bytes, slower. */
  readonly kernel?: 'plain';
  /** How long one render may take, in ms, per operation. Default: 5 min for a still, 30 min for a film. */
  readonly timeoutsMs?: Partial<Record<PreviewOperation, number>>;
  /** A folder with a depth model in ONNX format; docs/preview-engine.md. */
  readonly modelDirectory?: string;
  readonly log?: (event: string, fields: Record<string, unknown>) => void;
};

const stillTimeoutMs = 5 * 60_000;
const filmTimeoutMs = 30 * 60_000;

function defaultTimeoutMs(operation: PreviewOperation): number {
  return operation.endsWith('image') ? stillTimeoutMs : filmTimeoutMs;
}

/** Frames are warped by at most this many threads: with x264 beside them, more than four only wait for it. */
const mostWorkers = 4;

/** What a render of 1080p takes with its encoder; see docs/decisions/0090. */
const renderMemoryBytes = 700e6;

/** Half the processors, and no more than half of the memory, a container's limit included, has room for; at least one. */
function defaultConcurrency(): number {
  const limit = process.constrainedMemory();
  const memoryBytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return Math.max(1, Math.floor(Math.min(availableParallelism() / 2, memoryBytes / 2 / renderMemoryBytes)));
}

/** Attempt keys become directory names, so nothing but their own alphabet may stand in them. */
const attemptKeyPattern = /^[A-Za-z0-9_-]{1,100}$/;

type Attempt = {
  readonly child: RenderChild;
  /** What the last answer of `check` said, so that the next one can wait for something newer. */
  toldProgress: number;
};

function readAttemptKey(handle: JsonValue): string | undefined {
  if (typeof handle !== 'object' || handle === null || !('attemptKey' in handle)) return undefined;
  const key = handle.attemptKey;
  return typeof key === 'string' && attemptKeyPattern.test(key) ? key : undefined;
}

/**
 * Builds the engine; touches nothing until `ready` or `start`.
 *
 * `ready` throws GatewayError `engine_unavailable` when no usable ffmpeg is found. A failed report carries
 * `invalid_input` with `details: { field, index }` for a picture or film that cannot be decoded, and with `details: { field }`
 * for a request that it cannot truly serve, `deadline_exceeded` for a render beyond its time, and `engine_failed` for
 * anything else.
 */
export function createPreviewEngine(options: PreviewEngineOptions): Engine {
  const attempts = new Map<string, Attempt>();
  const log = warnOnce(options.log ?? (() => {}));
  const concurrency = options.concurrency ?? defaultConcurrency();
  const workers = Math.min(mostWorkers, availableParallelism());
  const kernel = options.kernel === undefined ? {} : { kernel: options.kernel };
  const pool = createRenderPool({
    spares: Math.min(options.spares ?? 0, concurrency),
    workers,
    // No attempt key begins with a dot.
    cacheDirectory: join(options.workDir, '.compiled'),
    log,
  });
  const analyses = openAnalyses(join(options.workDir, '.analyses'));
  const { modelDirectory } = options;
  const analysis = { ...(modelDirectory === undefined ? {} : { modelDirectory }), cache: analyses.access };
  /** Attempts whose media are still being stored: a second start of one waits for the first. */
  const starting = new Map<string, Promise<void>>();
  let encoder: Promise<Encoder> | undefined;
  let closed = false;

  const findEncoder = ({ signal }: CallOptions): Promise<Encoder> => {
    encoder ??= resolveFfmpeg(options.ffmpegPath, signal).catch((error: unknown) => {
      // Forgotten, so that installing ffmpeg helps without a restart.
      encoder = undefined;
      throw error;
    });
    return encoder;
  };

  const directoryOf = (attemptKey: string) => join(options.workDir, attemptKey);
  const removeDirectory = (directory: string) => rm(directory, { recursive: true, force: true, maxRetries: 3 });

  async function forget(handle: JsonValue): Promise<void> {
    const key = readAttemptKey(handle);
    if (key === undefined) return;
    await attempts.get(key)?.child.kill();
    attempts.delete(key);
    await removeDirectory(directoryOf(key));
  }

  async function begin(job: EngineJob, callOptions: CallOptions): Promise<void> {
    const { attemptKey, operation, input, ineffective = {}, seed, taskId } = job;
    if (!isPreviewOperation(operation)) throw new GatewayError('engine_unavailable', refusalOf(operation));
    const usedEncoder = await findEncoder(callOptions);
    const directory = directoryOf(attemptKey);
    // A server that was killed may have left one behind.
    await removeDirectory(directory);
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const media = await storeMedia(job, directory, callOptions);
      if (closed) throw new GatewayError('engine_unavailable', 'The preview engine is closing.');
      const child = pool.start(
        { operation, input, ineffective, seed, media, directory, encoder: usedEncoder, workers, analysis, ...kernel },
        options.timeoutsMs?.[operation] ?? defaultTimeoutMs(operation),
        (event, fields) => log(event, { taskId, attemptKey, ...fields }),
      );
      attempts.set(attemptKey, { child, toldProgress: -1 });
      log('preview.render.started', { taskId, attemptKey, processId: child.processId, operation });
    } catch (error) {
      await removeDirectory(directory);
      if (isDiskFull(error)) {
        throw new GatewayError('storage_full', 'There is no room left to begin this render.', { cause: error });
      }
      throw error;
    }
  }

  return {
    name: 'preview',
    restart: 'safe',
    concurrency,
    operations: previewOperations,

    async ready(callOptions) {
      await findEncoder(callOptions);
      if (!closed) pool.fill();
    },

    async start(job, callOptions) {
      const key: string = job.attemptKey;
      if (!attemptKeyPattern.test(key)) throw new GatewayError('internal', 'The attempt key cannot name a directory.');
      if (!attempts.has(key)) {
        const begun = starting.get(key) ?? begin(job, callOptions).finally(() => starting.delete(key));
        starting.set(key, begun);
        await begun;
      }
      return { attemptKey: key };
    },

    async check(handle, { waitMs, signal }) {
      const key = readAttemptKey(handle);
      const attempt = key === undefined ? undefined : attempts.get(key);
      if (attempt === undefined) {
        if (key !== undefined) await removeDirectory(directoryOf(key));
        return { state: 'lost' };
      }
      const { child } = attempt;
      if (child.outcome === undefined && child.progress <= attempt.toldProgress) {
        await firstOf(child.changed(), waitMs, signal);
      }
      attempt.toldProgress = child.progress;
      return reportOf(child);
    },

    cancel: (handle) => forget(handle),
    release: (handle) => forget(handle),

    forgetInputs: () => analyses.clear(),
    async [Symbol.asyncDispose]() {
      closed = true;
      await Promise.allSettled(starting.values());
      await Promise.all([...attempts.keys()].map((attemptKey) => forget({ attemptKey })));
      await pool[Symbol.asyncDispose]();
      await analyses[Symbol.asyncDispose]();
    },
  };
}

/** Warnings about the installation are told once, not with every render. */
function warnOnce(log: NonNullable<PreviewEngineOptions['log']>): typeof log {
  const told = new Set<string>();
  return (event, fields) => {
    if (event !== 'preview.depth_model.unusable') return log(event, fields);
    const what = `${event} ${String(fields.reason)}`;
    if (told.has(what)) return;
    told.add(what);
    log(event, fields);
  };
}

function reportOf(child: RenderChild): EngineReport {
  const { outcome, progress, glimpse } = child;
  if (outcome === undefined) return { state: 'pending', progress, ...(glimpse === undefined ? {} : { glimpse }) };
  if (outcome.state === 'failed') return outcome;
  const { output, metadata, usage } = outcome;
  const outputs = [{ kind: output.kind, fileName: output.fileName, source: { path: output.path } }];
  return { state: 'succeeded', outputs, metadata, ...(usage === undefined ? {} : { usage }) };
}

/** Settles with `change`, after `waitMs`, or when the signal fires (which rejects), whichever comes first. */
async function firstOf(change: Promise<void>, waitMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.max(0, waitMs));
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([change, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** Streams every medium to `<directory>/input-<n>`; names and extensions are never taken from outside. */
async function storeMedia(job: EngineJob, directory: string, { signal }: CallOptions): Promise<RenderMedium[]> {
  const stored: RenderMedium[] = [];
  for (const [position, medium] of job.media.entries()) {
    const path = join(directory, `input-${position}`);
    await pipeline(medium.open({ signal }), createWriteStream(path, { mode: 0o600, flags: 'wx' }), { signal });
    stored.push({ field: medium.field, index: medium.index, facts: medium.facts, path });
  }
  return stored;
}
