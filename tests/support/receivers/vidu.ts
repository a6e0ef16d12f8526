/**
 * A receiver of Vidu's callbacks as its notes describe one. It shares nothing with the gateway: the string to sign, the
 * limits of dates and nonces, the shapes and the order of pushes are its own.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findDisagreements, type Shapes } from '../recorded-pattern.ts';

export type Push = {
  readonly method: string;
  /** Path and query, as they stood in the request. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

export type ViduReceiver = AsyncDisposable & {
  /** Without a path. */
  readonly url: string;
  readonly door: string;
  readonly pushes: readonly Push[];
  /** What was wrong with those that it refused. */
  readonly problems: readonly string[];
  /** The states that were pushed of a task, in their order, repeats too. */
  statesOf(taskId: string): readonly string[];
  /** Waits until that state of the task has come so many times. */
  until(taskId: string, state: string, times?: number): Promise<Push>;
};

const shapes = JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/vidu/shapes.json'), 'utf8')) as Shapes;
const oldestMs = 300_000;
const patienceMs = 20_000;
const pushed = new Map([
  ['processing', 'result'],
  ['success', 'success'],
  ['failed', 'failed'],
]);

const text = (value: string | string[] | undefined): string => (typeof value === 'string' ? value : '');

/** By the recipe of the notes: each part ended by a line feed, the last one too; the body is no part of it. */
export function signatureOf(push: Omit<Push, 'body'>, key: string): string {
  const [path = '', ...query] = push.target.split('?');
  const names = text(push.headers['x-hmac-signed-headers']).split(';');
  const signed = names.map((name) => `${name}:${text(push.headers[name.toLowerCase()])}`);
  const date = text(push.headers.date);
  const parts = [push.method.toUpperCase(), path === '' ? '/' : path, query.join('?'), 'vidu', date, ...signed];
  return createHmac('sha256', key)
    .update(parts.map((part) => `${part}\n`).join(''))
    .digest('base64');
}

/** What is wrong with its signature; empty when it is genuine. `nonces` are those that came before. */
export function judgeSignature(push: Push, key: string, nonces: ReadonlySet<string>): readonly string[] {
  const { headers } = push;
  const literals = {
    'x-hmac-signed-headers': 'Date;x-request-nonce',
    'x-hmac-algorithm': 'hmac-sha256',
    'x-hmac-access-key': 'vidu',
  };
  const problems = Object.entries(literals).flatMap(([name, value]) =>
    headers[name] === value ? [] : [`${name} is ${headers[name]}, not ${value}`],
  );
  const date = text(headers.date);
  if (new Date(date).toUTCString() !== date) problems.push(`the date is ${date}, which is no HTTP date`);
  else if (Math.abs(Date.now() - Date.parse(date)) > oldestMs) problems.push(`the date is ${date}, which is too far`);
  const nonce = text(headers['x-request-nonce']);
  if (nonce === '') problems.push('there is no nonce');
  if (nonces.has(nonce)) problems.push(`the nonce ${nonce} came before`);
  const expected = Buffer.from(signatureOf(push, key));
  const found = Buffer.from(text(headers['x-hmac-signature']));
  if (found.length !== expected.length || !timingSafeEqual(found, expected)) problems.push('the signature is wrong');
  return problems;
}

/** What is wrong with its body; empty when it is the answer that the task's result would give. */
export function judgeBody(push: Push): readonly string[] {
  if (push.method !== 'POST') return [`the method is ${push.method}`];
  if (!text(push.headers['content-type']).startsWith('application/json')) return ['the body is not said to be JSON'];
  const body = parseQuietly(push.body);
  const { state } = body;
  const shape = pushed.get(String(state));
  if (shape === undefined) return [`the state is ${String(state)}, which is not pushed`];
  const code = state === 'failed' ? { err_code: { $match: '^[A-Z][A-Za-z]+$' } } : {};
  // A receiver of marked films gets their address, so any text will do.
  const marked = { creations: { $each: { $shape: 'creation', watermarked_url: { $type: 'string' } }, $min: 1 } };
  const rule = { $shape: shape, state: String(state), ...code, ...(state === 'success' ? marked : {}) };
  return findDisagreements(rule, body, shapes);
}

/** `key` is that of the caller who made the tasks; `isBusy` says which pushes it is too busy to take. */
export async function startViduReceiver(
  key: () => string,
  isBusy: (state: string, before: number) => boolean = () => false,
): Promise<ViduReceiver> {
  const pushes: Push[] = [];
  const problems: string[] = [];
  const nonces = new Set<string>();
  const read = ({ body }: Push) => parseQuietly(body) as { id?: string; state?: string };
  const pushesOf = (id: string) => pushes.filter((push) => read(push).id === id);
  const take = (push: Push): number => {
    const { id = '', state = '' } = read(push);
    const before = pushesOf(id).filter((one) => read(one).state === state).length;
    const forged = judgeSignature(push, key(), nonces);
    const malformed = judgeBody(push);
    nonces.add(text(push.headers['x-request-nonce']));
    const last = pushesOf(id).map((one) => read(one).state);
    const isLate = last.some((one) => one === 'success' || one === 'failed') && !last.includes(state);
    pushes.push(push);
    problems.push(...forged, ...malformed, ...(isLate ? [`${state} of ${id} came after its end`] : []));
    if (forged.length > 0) return 401;
    if (malformed.length > 0) return 400;
    return isBusy(state, before) ? 503 : 200;
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
    pushes,
    problems,
    statesOf: (id) => pushesOf(id).map((push) => read(push).state ?? ''),
    async until(id, state, times = 1) {
      const end = Date.now() + patienceMs;
      for (;;) {
        const found = pushesOf(id).filter((push) => read(push).state === state)[times - 1];
        if (found !== undefined) return found;
        if (Date.now() > end) throw new Error(`${state} of ${id} did not come ${times} times`);
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
