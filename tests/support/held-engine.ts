/** An engine under the name of `preview` that renders nothing: what becomes of its work is the test's to say. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine, EngineReport } from '../../src/core/engine-port.ts';
import { type Operation, operations } from '../../src/core/operations.ts';
import { dot } from './upstream.ts';

export type HeldEngine = Engine & {
  /** What it says of work that it has: `hold` goes on for ever. */
  outcome: 'hold' | 'succeed' | 'fail';
  /** How many of its checks were broken off while they waited. */
  interruptedChecks: number;
};

const pollMs = 20;

/** The beginning of a JPEG; nobody decodes it here. */
export const tinyJpeg = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);

export function createHeldEngine(directory: string, able: readonly Operation[] = operations): HeldEngine {
  const picture = join(directory, 'image.png');
  const film = join(directory, 'video.mp4');
  writeFileSync(picture, dot);
  const source = ['-f', 'lavfi', '-i', 'color=c=teal:size=128x128:rate=24:duration=1'];
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...source, '-pix_fmt', 'yuv420p', film]);
  const kinds = new Map<string, 'image' | 'video'>();
  const engine: HeldEngine = {
    name: 'preview',
    outcome: 'hold',
    interruptedChecks: 0,
    restart: 'safe',
    concurrency: 100,
    operations: able,
    ready: async () => {},
    async start({ attemptKey, operation }) {
      kinds.set(attemptKey, operation.endsWith('image') ? 'image' : 'video');
      return attemptKey;
    },
    async check(handle, { waitMs, signal }): Promise<EngineReport> {
      const end = performance.now() + waitMs;
      while (engine.outcome === 'hold') {
        if (performance.now() >= end) return { state: 'pending', progress: 0.5, glimpse: tinyJpeg };
        await delay(pollMs, undefined, { signal }).catch((reason: unknown) => {
          engine.interruptedChecks += 1;
          throw reason;
        });
      }
      if (engine.outcome === 'fail') {
        return { state: 'failed', error: { code: 'engine_failed', message: 'The engine could not render this.' } };
      }
      const kind = kinds.get(handle as string) ?? 'video';
      const output =
        kind === 'image'
          ? { kind, fileName: 'image.png', source: { path: picture } }
          : { kind, fileName: 'video.mp4', source: { path: film } };
      return { state: 'succeeded', outputs: [output], metadata: { engine: 'preview' } };
    },
    cancel: async () => {},
    release: async () => {},
    async [Symbol.asyncDispose]() {},
  };
  return engine;
}
