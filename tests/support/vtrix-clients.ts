/**
 * What real clients of Vtrix make of an answer. Written from what is known of them (the client notes, 1.1 to 1.4), not from
 * what we send.
 */
import assert from 'node:assert/strict';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Go decodes the whole object at once: an absent or null field is its zero value, a wrong type fails everything. */
function goField(from: Json, name: string, type: 'string' | 'integer' | 'number'): unknown {
  const value = from[name];
  if (value === undefined || value === null) return type === 'string' ? '' : 0;
  const fits = type === 'integer' ? Number.isInteger(value) : typeof value === type;
  assert.ok(fits, `${name} must decode as ${type}: ${JSON.stringify(value)}`);
  return value;
}

export type CliTask = {
  readonly id: string;
  readonly status: string;
  readonly urls: readonly string[];
  readonly error: string;
};

/** The official command line, v1.0.1: submit and poll decode the same structure. */
export function decodeByCli(body: unknown): CliTask {
  assert.ok(isObject(body));
  const id = goField(body, 'id', 'string') as string;
  goField(body, 'created_at', 'integer');
  const status = goField(body, 'status', 'string') as string;
  goField(body, 'model', 'string');
  goField(body, 'progress', 'number');
  const usage = body.usage ?? {};
  assert.ok(isObject(usage));
  goField(usage, 'cost', 'string');
  goField(usage, 'unit_price', 'string');
  goField(usage, 'quantity', 'integer');
  goField(usage, 'discount', 'number');
  const output = body.output ?? [];
  assert.ok(Array.isArray(output), 'output must be an array');
  const urls = output.flatMap((group: unknown) => {
    assert.ok(isObject(group));
    const content = group.content ?? [];
    assert.ok(Array.isArray(content));
    return content.flatMap((item: unknown) => {
      assert.ok(isObject(item));
      goField(item, 'type', 'string');
      goField(item, 'jobId', 'string');
      goField(item, 'duration', 'string');
      goField(item, 'img_id', 'integer');
      const url = goField(item, 'url', 'string') as string;
      return url === '' ? [] : [url];
    });
  });
  return { id, status, urls, error: cliError(body.error) };
}

/** A bare string, or an object with `error_message`, which goes first, or `message`. */
function cliError(error: unknown): string {
  if (typeof error === 'string') return error;
  if (!isObject(error)) return '';
  return [error.error_message, error.message].find((text) => typeof text === 'string' && text !== '') as string;
}

/** What the official command line prints of an answer from 400 on: undefined when it can only dump it raw. */
export function refusalByCli(body: unknown): string | undefined {
  assert.ok(isObject(body));
  return [body.message, body.error].find((text) => typeof text === 'string');
}

/** The successor looks at `status` first, and takes 40201 to 40208 for an empty balance. */
export function refusalBySuccessor(body: unknown): { message: string; isBalanceLow: boolean } {
  assert.ok(isObject(body) && isObject(body.status));
  const { message, error_code: code } = body.status;
  assert.ok(typeof message === 'string' && Number.isInteger(code));
  return { message, isBalanceLow: Number(code) >= 40_201 && Number(code) <= 40_208 };
}

/** The browser client: exactly 200, goes on for `in_progress` alone, and takes whatever is not `completed` for an error. */
export function readByBrowser(status: number, body: unknown): 'go on' | { readonly url: string } | 'an error' {
  assert.equal(status, 200);
  assert.ok(isObject(body));
  if (body.status === 'in_progress') return 'go on';
  if (body.status !== 'completed') return 'an error';
  const [group] = body.output as { content: { url: string }[] }[];
  const url = group?.content[0]?.url;
  assert.ok(url);
  return { url };
}
