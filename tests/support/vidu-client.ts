/** Calls of Vidu's API, each answer held against the gateway's own OpenAPI description of it. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Compile } from 'typebox/compile';
import type { Listed, Result } from '../../src/wires/vidu/bodies.ts';

/** Every field that some answer has; which are there is what the description says, and each answer is held against it. */
export type ViduBody = Result &
  Listed & {
    readonly task_id: string;
    readonly video_url: string;
    readonly subjects: readonly {
      readonly name: string;
      readonly voice_id: string;
      readonly images: readonly string[];
    }[];
    readonly code: number;
    readonly reason: string;
    readonly message: string;
    readonly metadata: { readonly trace_id: string };
    readonly tasks: readonly Listed[];
    readonly next_page_token: string;
    readonly remains: readonly { readonly concurrency_limit: number }[];
    readonly resource_id: string;
    readonly put_url: string;
    readonly expires_at: string;
    readonly uri: string;
  };

export type ViduAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ViduBody;
};

export type ViduClient = {
  readonly key: string;
  readonly url: string;
  get(path: string): Promise<ViduAnswer>;
  post(path: string, body?: unknown): Promise<ViduAnswer>;
  put(path: string, body: unknown): Promise<ViduAnswer>;
  /** Fails unless it was accepted. */
  create(endpoint: string, body: unknown): Promise<ViduBody>;
  poll(taskId: string): Promise<ViduBody>;
  /** Waits for the end. */
  finish(taskId: string): Promise<ViduBody>;
};

type Json = { readonly [name: string]: Json } & readonly Json[];

/** The description with every reference replaced by what it names. */
function resolve(node: unknown, components: Readonly<Record<string, unknown>>): unknown {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return node.map((one) => resolve(one, components));
  const { $ref } = node as { $ref?: string };
  if ($ref !== undefined) return resolve(components[$ref.split('/').at(-1) ?? ''], components);
  return Object.fromEntries(Object.entries(node).map(([key, one]) => [key, resolve(one, components)]));
}

const descriptions = new Map<string, Promise<Json>>();

async function describe(url: string): Promise<Json> {
  const response = await fetch(`${url}/vidu/openapi.json`);
  const description = (await response.json()) as Json & { components: { schemas: Record<string, unknown> } };
  assert.match(String(description.openapi), /^3\.1\./);
  return resolve(description, description.components.schemas) as Json;
}

async function check(url: string, method: string, path: string, { status, body }: ViduAnswer): Promise<void> {
  const description = await (descriptions.get(url) ?? descriptions.set(url, describe(url)).get(url));
  const plain = (path.split('?')[0] ?? '').replace(/^\/vidu(?=\/)/, '').replace('/proxy/vidu/', '/ent/v2/');
  const [, route] = Object.entries(description?.paths ?? {}).find(([template]) =>
    new RegExp(`^${template.replaceAll(/\{[a-z]+\}/g, '[^/]+')}$`).test(plain),
  ) ?? [plain, undefined];
  const operation = route?.[method.toLowerCase()];
  assert.ok(operation || status === 404, `${method} ${plain} is not described`);
  const documented =
    operation?.responses?.[status] ?? Object.values(description?.paths ?? {})[0]?.post?.responses?.default;
  const schema = documented?.content?.['application/json']?.schema;
  const validator = Compile(schema as object);
  assert.ok(
    validator.Check(body),
    `${method} ${path} ${status} ${JSON.stringify(body)} ${JSON.stringify([...validator.Errors(body)].slice(0, 3))}`,
  );
}

/** `scheme` is what stands before the key. */
export function createViduClient({ url }: { readonly url: string }, key: string, scheme = 'Token'): ViduClient {
  async function send(method: string, path: string, body?: unknown): Promise<ViduAnswer> {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `${scheme} ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const answer = { status: response.status, headers: response.headers, body: (await response.json()) as ViduBody };
    await check(url, method, path, answer);
    return answer;
  }
  const client: ViduClient = {
    key,
    url,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
    async create(endpoint, body) {
      const answer = await send('POST', `/ent/v2/${endpoint}`, body);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      return answer.body;
    },
    async poll(taskId) {
      const answer = await send('GET', `/ent/v2/tasks/${taskId}/creations`);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      return answer.body;
    },
    async finish(taskId) {
      for (;;) {
        const result = await client.poll(taskId);
        if (result.state === 'success' || result.state === 'failed') return result;
        await delay(50);
      }
    },
  };
  return client;
}
