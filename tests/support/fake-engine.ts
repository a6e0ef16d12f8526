/** An engine that renders nothing but a dot, with a journal of all it was asked: what an upstream vendor would remember. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine, EngineReport } from '../../src/core/engine-port.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { JsonValue } from '../../src/core/json.ts';
import type { Usage } from '../../src/core/price.ts';
import { dot } from './upstream.ts';

type Job = { readonly attemptKey: string; checks: number; isCanceled: boolean };

export type FakeEngine = Engine & {
  /** Every job that was really begun, in order. */
  readonly jobs: readonly Job[];
  /** What it does once it has been checked often enough. */
  outcome: 'succeed' | 'fail' | 'never end' | 'lose once' | 'lose always';
  /** How many more times it says no before any work, and how many more answers are lost after work began. */
  refusals: number;
  lostAnswers: number;
  /** What it says it made. */
  usage: Usage | undefined;
};

export type FakeEngineOptions = {
  readonly directory: string;
  readonly restart: Engine['restart'];
  /** Whether an attempt can be looked up by its key. */
  readonly canFind: boolean;
};

/** `keyed` and `safe` take the attempt's key: a second start with it is the first job again. */
export function createFakeEngine({ directory, restart, canFind }: FakeEngineOptions): FakeEngine {
  const jobs: Job[] = [];
  const jobOf = (handle: JsonValue): Job | undefined => jobs[Number((handle as { job: number }).job)];
  const handleOf = (attemptKey: string): JsonValue | undefined => {
    const job = jobs.findIndex((one) => one.attemptKey === attemptKey);
    return job === -1 ? undefined : { job };
  };
  const engine: FakeEngine = {
    name: 'fake',
    restart,
    concurrency: 4,
    operations: ['reference-to-image'],
    jobs,
    outcome: 'succeed',
    refusals: 0,
    lostAnswers: 0,
    usage: undefined,
    ready: async () => {},
    async start({ attemptKey }) {
      if (engine.refusals > 0) {
        engine.refusals -= 1;
        throw new GatewayError('overloaded', 'The fake engine is full.');
      }
      const known = restart === 'never' ? undefined : handleOf(attemptKey);
      if (known === undefined) jobs.push({ attemptKey, checks: 0, isCanceled: false });
      if (engine.lostAnswers > 0) {
        engine.lostAnswers -= 1;
        throw new GatewayError('attempt_unknown', 'The answer of the fake engine was lost.');
      }
      return known ?? { job: jobs.length - 1 };
    },
    async check(handle): Promise<EngineReport> {
      const job = jobOf(handle);
      if (job === undefined || job.isCanceled) return { state: 'lost' };
      job.checks += 1;
      const isForgetful = engine.outcome === 'lose always' || (engine.outcome === 'lose once' && jobs.length === 1);
      if (isForgetful && job.checks === 2) return { state: 'lost' };
      if (job.checks < 3 || engine.outcome === 'never end') return { state: 'pending', progress: job.checks / 4 };
      if (engine.outcome === 'fail') {
        return { state: 'failed', error: { code: 'engine_failed', message: 'The fake engine was told to fail.' } };
      }
      const path = join(directory, 'dot.png');
      await writeFile(path, dot);
      return {
        state: 'succeeded',
        outputs: [{ kind: 'image', fileName: 'image.png', source: { path } }],
        metadata: { engine: 'fake' },
        ...(engine.usage === undefined ? {} : { usage: engine.usage }),
      };
    },
    async cancel(handle) {
      const job = jobOf(handle);
      if (job !== undefined) job.isCanceled = true;
    },
    release: async () => {},
    ...(canFind ? { find: async (attemptKey: string) => handleOf(attemptKey) } : {}),
    async [Symbol.asyncDispose]() {},
  };
  return engine;
}
