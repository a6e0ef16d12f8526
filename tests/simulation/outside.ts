/**
 * What is not ours: engines, receivers of webhooks, files and the network. It outlives every process, answers as it likes,
 * and remembers what was really done.
 */

import type { Engine, EngineReport } from '../../src/core/engine-port.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { BlobKey } from '../../src/core/ids.ts';
import { randomBase62 } from '../../src/core/ids.ts';
import type { JsonValue } from '../../src/core/json.ts';
import type { Blobs, Fetcher, Prober } from '../../src/core/media-ports.ts';
import type { Referee } from './referee.ts';
import type { Random } from './scheduler.ts';

export const engineKinds = [
  { name: 'safe', restart: 'safe', canFind: false },
  { name: 'keyed', restart: 'keyed', canFind: false },
  { name: 'keyed-found', restart: 'keyed', canFind: true },
  { name: 'never', restart: 'never', canFind: false },
  { name: 'never-found', restart: 'never', canFind: true },
] as const satisfies readonly { name: string; restart: Engine['restart']; canFind: boolean }[];
type EngineKind = (typeof engineKinds)[number];

const fates = [
  'succeed',
  'succeed',
  'succeed',
  'succeed',
  'succeed',
  'fail',
  'lose',
  'lose',
  'hang',
  'give a film',
] as const;

type Job = {
  readonly taskId: string;
  readonly key: string;
  readonly engine: string;
  readonly fate: (typeof fates)[number];
  readonly checksNeeded: number;
  checks: number;
  state: 'alive' | 'lost' | 'stopped';
};

type Post = { readonly deliveryId: string; readonly event: string; readonly status: number | null };

export type Outside = {
  readonly engines: ReadonlyMap<string, Engine>;
  readonly blobs: Blobs;
  readonly prober: Prober;
  readonly fetcher: Fetcher;
  readonly jobs: readonly Job[];
  readonly posts: readonly Post[];
  hasBlob(key: string): boolean;
  /** Work that ran on the machine of a process that died is gone. */
  loseLocalWork(): void;
  /** From now on nothing fails that is not bound to. */
  isCalm: boolean;
};

type Refusal = 'attempt_unknown' | 'engine_unavailable' | 'input_unfetchable' | 'overloaded' | 'storage_full';

const refuse = (code: Refusal, message: string): never => {
  throw new GatewayError(code, message);
};

export function createOutside(random: Random, referee: Referee): Outside {
  const jobs: Job[] = [];
  const posts: Post[] = [];
  const files = new Map<string, string>();
  const outside: Outside = {
    engines: new Map(engineKinds.map((kind) => [kind.name, createEngine(kind)])),
    jobs,
    posts,
    isCalm: false,
    hasBlob: (key) => files.has(key),
    loseLocalWork() {
      for (const job of jobs) if (job.engine === 'safe' && job.state === 'alive') job.state = 'lost';
    },
    blobs: {
      async write(bytes) {
        const text = (await Array.fromAsync(bytes)).map((part) => Buffer.from(part).toString()).join('');
        if (mishap(0.02)) refuse('storage_full', 'There is no room.');
        const key = randomBase62(32, random.bytes) as BlobKey;
        files.set(key, text);
        return { key, sizeBytes: text.length, sha256: '0'.repeat(64) };
      },
      async *read(key) {
        yield Buffer.from(files.get(key) ?? '');
      },
      async remove(key) {
        files.delete(key);
      },
      sizeBytes: async (key) => files.get(key)?.length,
      async writePreview() {},
      async *readPreview() {
        yield* [];
      },
      async *list() {
        for (const key of files.keys()) yield { key: key as BlobKey, writtenAt: 0 };
      },
    },
    prober: {
      async probe(key) {
        const kind = files.get(key);
        if (kind === 'image') return { kind, mediaType: 'image/png', extension: 'png', width: 1, height: 1 };
        if (kind === 'video') return { kind, mediaType: 'video/mp4', extension: 'mp4', width: 1, height: 1 };
        throw new GatewayError('invalid_input', 'is not a medium');
      },
    },
    fetcher: {
      judge() {},
      async *fetch(url) {
        if (url.endsWith('/missing') || mishap(0.03)) refuse('input_unfetchable', 'It cannot be fetched.');
        yield Buffer.from(url.endsWith('/video') ? 'video' : 'image');
      },
      async post(url, { headers, body }) {
        const deliveryId = headers['webhook-id'] ?? '';
        const status = answerOf(new URL(url).pathname);
        posts.push({ deliveryId, event: body.split(' ')[0] ?? '', status });
        if (status === null) return refuse('input_unfetchable', 'There was no answer.');
        return { status, retryAfter: random.chance(0.2) ? '7' : undefined, start: new Uint8Array() };
      },
    },
  };
  const mishap = (probability: number) => !outside.isCalm && random.chance(probability);

  function answerOf(receiver: string): number | null {
    if (receiver === '/gone') return random.chance(0.5) ? 410 : 500;
    if (receiver === '/dead') return random.pick([500, null]);
    return receiver === '/moody' && mishap(0.6) ? random.pick([500, 429, 302, null]) : 204;
  }

  /** Whether beginning this work now is what the engine's kind allows. */
  function judgeBegin({ name, restart }: EngineKind, taskId: string, key: string): void {
    const earlier = jobs.filter((job) => job.taskId === taskId);
    const isAllowed = restart === 'safe' || earlier.every(({ state }) => restart === 'keyed' && state !== 'alive');
    referee.expect(
      isAllowed,
      'no work twice',
      () => `${name} begins ${taskId} again as ${key} ${JSON.stringify(earlier)}`,
    );
  }

  function createEngine(kind: EngineKind): Engine {
    const { name, restart, canFind } = kind;
    const jobOf = (handle: JsonValue) => jobs[(handle as { job: number }).job];
    const find = (key: string): JsonValue | undefined => {
      const job = jobs.findIndex((one) => one.key === key);
      return job === -1 ? undefined : { job };
    };
    return {
      name,
      restart,
      concurrency: 2,
      operations: ['reference-to-image'],
      ready: async () => {},
      async start({ taskId, attemptKey }) {
        if (mishap(0.03)) refuse('engine_unavailable', 'Not now.');
        if (mishap(0.05)) refuse('overloaded', 'Full.');
        const known = restart === 'keyed' ? find(attemptKey) : undefined;
        if (known !== undefined) return known;
        judgeBegin(kind, taskId, attemptKey);
        const fate = random.pick(fates);
        jobs.push({
          taskId,
          key: attemptKey,
          engine: name,
          fate,
          checksNeeded: random.below(4),
          checks: 0,
          state: 'alive',
        });
        if (mishap(0.05)) refuse('attempt_unknown', 'It began, and the answer went astray.');
        return { job: jobs.length - 1 };
      },
      async check(handle): Promise<EngineReport> {
        if (mishap(0.01)) refuse('engine_unavailable', 'Not now.');
        const job = jobOf(handle);
        if (job === undefined || job.state !== 'alive') return { state: 'lost' };
        job.checks += 1;
        if (job.checks <= job.checksNeeded || job.fate === 'hang') {
          return { state: 'pending', progress: Math.min(0.9, job.checks / 5) };
        }
        if (job.fate === 'lose') {
          job.state = 'lost';
          return { state: 'lost' };
        }
        if (job.fate === 'fail') {
          return { state: 'failed', error: { code: 'engine_failed', message: 'It cannot be rendered.' } };
        }
        const source = { url: `https://engine.example/${job.fate === 'succeed' ? 'image' : 'video'}` };
        return { state: 'succeeded', outputs: [{ kind: 'image', fileName: 'image.png', source }], metadata: {} };
      },
      async cancel(handle) {
        const job = jobOf(handle);
        if (job?.state === 'alive') job.state = 'stopped';
      },
      release: async () => {},
      ...(canFind ? { find: async (key) => find(key) } : {}),
      async [Symbol.asyncDispose]() {},
    };
  }
  return outside;
}
