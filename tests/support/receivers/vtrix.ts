/**
 * A receiver of Vtrix's callbacks as its notes describe them: the object that a poll answers, unsigned, at the end of a task
 * and no more than three times. It shares nothing with the gateway.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findDisagreements, type Shapes } from '../recorded-pattern.ts';

export type Callback = {
  readonly method: string;
  /** Path and query, as they stood in the request. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

export type VtrixReceiver = AsyncDisposable & {
  /** Without a path. */
  readonly url: string;
  readonly door: string;
  readonly callbacks: readonly Callback[];
  /** What was wrong with those that it refused. */
  readonly problems: readonly string[];
  callbacksOf(taskId: string): readonly Callback[];
  /** Waits until the task's callback has come so many times. */
  until(taskId: string, times?: number): Promise<Callback>;
};

const shapes = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/vtrix/shapes.json'), 'utf8'),
) as Shapes;
const patienceMs = 20_000;

/** What is wrong with it; empty when it is what a poll would answer of a task that has ended. */
export function judgeCallback({ method, headers, body }: Callback): readonly string[] {
  if (method !== 'POST') return [`the method is ${method}`];
  if (!String(headers['content-type']).startsWith('application/json')) return ['the body is not said to be JSON'];
  const parsed = parseQuietly(body);
  const { status } = parsed;
  if (status !== 'completed' && status !== 'failed') return [`the status is ${String(status)}, which is no end`];
  return findDisagreements({ $shape: status }, parsed, shapes);
}

/** `isBusy` says which callbacks it is too busy to take, by how many of the task came before. */
export async function startVtrixReceiver(isBusy: (before: number) => boolean = () => false): Promise<VtrixReceiver> {
  const callbacks: Callback[] = [];
  const problems: string[] = [];
  const idOf = ({ body }: Callback) => parseQuietly(body).id;
  const callbacksOf = (id: unknown) => callbacks.filter((one) => idOf(one) === id);
  const take = (callback: Callback): number => {
    const wrong = judgeCallback(callback);
    const before = callbacksOf(idOf(callback));
    const statuses = new Set([...before, callback].map(({ body }) => parseQuietly(body).status));
    callbacks.push(callback);
    problems.push(...wrong, ...(statuses.size > 1 ? [`${String(idOf(callback))} ended in two ways`] : []));
    if (wrong.length > 0) return 400;
    return isBusy(before.length) ? 503 : 204;
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      response.writeHead(take({ method, target: url, headers, body: Buffer.concat(chunks).toString() })).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const door = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${door}`,
    door,
    callbacks,
    problems,
    callbacksOf,
    async until(id, times = 1) {
      const end = Date.now() + patienceMs;
      for (;;) {
        const found = callbacksOf(id)[times - 1];
        if (found !== undefined) return found;
        if (Date.now() > end) throw new Error(`the callback of ${id} did not come ${times} times`);
        await delay(10);
      }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function parseQuietly(body: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return {};
  }
}
