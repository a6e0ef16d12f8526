/** The preview engine by itself, with jobs made by hand: what it renders, which processes do it, and what they leave. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine, EngineJob, EngineReport } from '../../src/core/engine-port.ts';
import { type BlobKey, makeAttemptKey, makeTaskId } from '../../src/core/ids.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { MediaFacts } from '../../src/core/media.ts';
import type { Blobs } from '../../src/core/media-ports.ts';
import type { Operation } from '../../src/core/operations.ts';
import { createPreviewEngine } from '../../src/engines/preview/index.ts';
import { createProber } from '../../src/media/probe/index.ts';

const { signal } = new AbortController();
const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));

export const pictureFacts: MediaFacts = { kind: 'image', mediaType: 'image/png', extension: 'png' };

/** A medium of a job; the facts of a picture are not looked at by the engine. */
export type JobFile = { readonly bytes: Uint8Array; readonly facts: MediaFacts };

export function pictureFile(bytes: Uint8Array): JobFile {
  return { bytes, facts: pictureFacts };
}

/** A film with the facts that our own probe reads. */
export async function filmFile(path: string): Promise<JobFile> {
  const bytes = readFileSync(path);
  const blobs: Pick<Blobs, 'read'> = {
    async *read(_key, { start = 0, end = bytes.length - 1 }) {
      yield bytes.subarray(start, end + 1);
    },
  };
  const facts = await createProber(blobs as Blobs).probe('film' as BlobKey, bytes.length, { signal });
  return { bytes, facts };
}

export function makeJob(operation: Operation, input: JsonObject, files: readonly JobFile[], seed = 1): EngineJob {
  const counts = new Map<string, number>();
  return {
    taskId: makeTaskId(randomBytes),
    attemptKey: makeAttemptKey(randomBytes),
    operation,
    input,
    seed,
    isMarkWanted: false,
    media: files.map(({ bytes, facts }) => {
      const field = `${facts.kind}s`;
      const index = counts.get(field) ?? 0;
      counts.set(field, index + 1);
      return {
        field,
        index,
        facts,
        sizeBytes: bytes.length,
        sha256: '',
        async *open() {
          yield bytes;
        },
      };
    }),
  };
}

export type Finished = Exclude<EngineReport, { state: 'pending' } | { state: 'lost' }>;

export type Rendered = {
  readonly bytes: Buffer;
  readonly path: string;
  readonly metadata: JsonObject;
  readonly usage: Readonly<Record<string, number>> | undefined;
  release(): Promise<void>;
};

export type PreviewWorld = {
  readonly engine: Engine;
  /** Where every attempt has its directory. */
  readonly root: string;
  /** Of the render process, by attempt key. */
  readonly processIds: ReadonlyMap<string, number>;
  /** Waits for the end of an attempt. */
  finish(handle: JsonObject, watch?: (progress: number) => void): Promise<Finished>;
  /** Fails the test when the job fails. */
  render(job: EngineJob, watch?: (progress: number) => void): Promise<Rendered>;
  /** The error of a job that must fail. */
  fail(job: EngineJob): Promise<Extract<Finished, { state: 'failed' }>['error']>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Options of the engine beside those that the world sets. */
export type WorldOptions = { readonly spares?: number; readonly kernel?: 'plain'; readonly ffmpegPath?: string };

export function openPreviewWorld(options: WorldOptions = {}): PreviewWorld {
  // Films are looked at from outside; without ffprobe a test must fail, not pass by silence.
  execFileSync('ffprobe', ['-version'], { stdio: 'ignore' });
  const root = mkdtempSync(join(tmpdir(), 'preview-engine-'));
  const processIds = new Map<string, number>();
  const engine = createPreviewEngine({
    ...options,
    workDir: root,
    log: (event, fields) => {
      if (event === 'preview.render.started') processIds.set(String(fields.attemptKey), Number(fields.processId));
    },
  });
  const finish: PreviewWorld['finish'] = async (handle, watch = () => {}) => {
    for (;;) {
      const report = await engine.check(handle, { signal, waitMs: 2000 });
      if (report.state === 'lost') assert.fail('lost');
      if (report.state !== 'pending') return report;
      watch(report.progress ?? 0);
    }
  };
  return {
    engine,
    root,
    processIds,
    finish,
    async render(job, watch) {
      const handle = (await engine.start(job, { signal })) as JsonObject;
      const report = await finish(handle, watch);
      if (report.state === 'failed') assert.fail(JSON.stringify(report.error));
      const source = report.outputs[0]?.source;
      const path = source !== undefined && 'path' in source ? source.path : assert.fail('no path');
      const release = () => engine.release(handle, { signal });
      return { bytes: readFileSync(path), path, metadata: report.metadata, usage: report.usage, release };
    },
    async fail(job) {
      const handle = (await engine.start(job, { signal })) as JsonObject;
      const report = await finish(handle);
      await engine.release(handle, { signal });
      return report.state === 'failed' ? report.error : assert.fail('it did not fail');
    },
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Every process of a render's group that is not a zombie. */
export function groupMembers(processId: number): { id: number; residentBytes: number }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        // Fields of proc(5), counted from the state: the group is the third, resident pages the twenty-second.
        // One that was killed has no memory left for a moment before it is a zombie.
        const isAlive = fields[0] !== 'Z' && fields[21] !== '0';
        return isAlive && Number(fields[2]) === processId
          ? [{ id: Number(name), residentBytes: Number(fields[21]) * 4096 }]
          : [];
      } catch {
        return [];
      }
    });
}

const groupPatienceMs = 120_000;

/** Waits until so many processes of a render's group are alive; fails the test after two minutes. */
export async function untilGroupHas(processId: number, count: number): Promise<void> {
  const end = performance.now() + groupPatienceMs;
  for (;;) {
    // Counted once: one that becomes its program at this moment has no memory yet, and would not be seen the next time.
    const found = groupMembers(processId).length;
    if (found === count) return;
    assert.ok(performance.now() < end, `${found} processes, not ${count}`);
    await delay(20);
  }
}

/** A second is promised; the machine of a test may be ten times as busy. */
export const mostCancelMs = 10_000;

export type Stream = Readonly<Record<string, string>>;

/** The streams of a film as ffprobe sees them, the picture first. */
export function probe(path: string): Stream[] {
  const entries = 'stream=codec_name,width,height,pix_fmt,r_frame_rate,nb_frames,duration,color_space,color_range';
  const text = execFileSync('ffprobe', ['-v', 'error', '-show_entries', entries, '-of', 'json', path], {
    encoding: 'utf8',
  });
  return (JSON.parse(text) as { streams: Stream[] }).streams;
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** How like a picture, scaled to fit, one frame of a film is: 1 is the same (SSIM over all planes, ffmpeg's). */
export function frameLikeness(filmPath: string, frame: number, picturePath: string): number {
  const graph =
    `[0:v]select=eq(n\\,${frame})[a];[1:v]scale=out_color_matrix=bt709:out_range=tv,format=yuv420p[p];` +
    '[p][a]scale2ref[b][c];[c][b]ssim';
  const args = ['-hide_banner', '-i', filmPath, '-i', picturePath, '-filter_complex', graph, '-frames:v', '1'];
  const { stderr } = spawnSync('ffmpeg', [...args, '-f', 'null', '-'], { encoding: 'utf8' });
  return Number(/All:([\d.]+)/.exec(stderr)?.[1] ?? assert.fail(stderr));
}
