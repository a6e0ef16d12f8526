/**
 * An upstream vendor on this machine, which outlives the gateways that use it and remembers every job it began; and the
 * engine that sends work to it. One kind takes an idempotency key, the other none and cannot be asked what it began.
 */
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Engine } from '../../src/core/engine-port.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { Model } from '../../src/core/model.ts';

/** A job that was begun. `key` is null where none is taken. */
export type UpstreamJob = { readonly taskId: string; readonly key: string | null };

export type Upstream = AsyncDisposable & { readonly url: string; readonly jobs: readonly UpstreamJob[] };

export const upstreamKinds = ['keyed', 'never'] as const;
export type UpstreamKind = (typeof upstreamKinds)[number];

/** Works `workMs` on each job, which then succeeds. */
export async function startUpstream(workMs: number): Promise<Upstream> {
  const jobs: (UpstreamJob & { readonly doneAt: number })[] = [];
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.method === 'GET') {
      const job = jobs[Number(request.url?.slice(1))];
      answer(job === undefined ? 404 : 200, { isDone: job !== undefined && Date.now() >= job.doneAt });
      return;
    }
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const { taskId, key } = JSON.parse(text) as UpstreamJob;
      const known = key === null ? -1 : jobs.findIndex((job) => job.key === key);
      const id = known === -1 ? jobs.push({ taskId, key, doneAt: Date.now() + workMs }) - 1 : known;
      answer(200, { id });
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    jobs,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** The smallest PNG: one pixel. */
export const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** The models of the upstream's two kinds: a task of each costs four cents. */
export const upstreamModels = upstreamKinds.map(
  (kind): Model => ({
    id: `upstream/${kind}`,
    title: kind,
    description: 'A dot.',
    operation: 'reference-to-image',
    output: 'image',
    modified: '2026-11-21',
    sources: [{ of: 'everything', mark: 'assumed', where: 'the tests' }],
    parameters: { prompt: { title: 'Prompt', description: '', type: 'string' } },
    names: [],
    offers: [{ engine: `upstream-${kind}` }],
    price: { unit: 'output', rows: [{ when: {}, micros: 40_000 }] },
  }),
);

export function createUpstreamEngine(url: string, kind: UpstreamKind, directory: string): Engine {
  const timeoutMs = 10_000;
  return {
    name: `upstream-${kind}`,
    restart: kind,
    concurrency: 20,
    operations: ['reference-to-image'],
    ready: async () => {},
    async start({ taskId, attemptKey }, { signal }) {
      try {
        const body = JSON.stringify({ taskId, key: kind === 'keyed' ? attemptKey : null });
        const response = await fetch(url, {
          method: 'POST',
          body,
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        });
        return (await response.json()) as { id: number };
      } catch (error) {
        throw new GatewayError('attempt_unknown', 'The upstream did not answer.', { cause: error });
      }
    },
    async check(handle, { signal, waitMs }) {
      const { id } = handle as { id: number };
      const response = await fetch(url + id, { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) });
      if (response.status === 404) return { state: 'lost' };
      const { isDone } = (await response.json()) as { isDone: boolean };
      if (!isDone) {
        await new Promise((done) => setTimeout(done, Math.min(waitMs, 100)));
        return { state: 'pending' };
      }
      const path = join(directory, `${id}.png`);
      await writeFile(path, dot);
      return {
        state: 'succeeded',
        outputs: [{ kind: 'image', fileName: 'image.png', source: { path } }],
        metadata: { engine: 'upstream' },
      };
    },
    cancel: async () => {},
    release: async () => {},
    async [Symbol.asyncDispose]() {},
  };
}
