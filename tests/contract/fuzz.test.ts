/**
 * Thousands of requests to every route of every dialect: no fault of ours, no answer of an undocumented shape, nothing of
 * the inside in any answer, and no task but by a valid request. FUZZ_SEED and FUZZ_REQUESTS choose others and more.
 */
import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { loadConfig } from '../../src/config.ts';
import { checkInput } from '../../src/core/input.ts';
import type { DialectServices } from '../../src/dialects/dialect.ts';
import type { NativeOptions } from '../../src/dialects/native/index.ts';
import type { WireTask } from '../../src/dialects/native/wire.ts';
import type { DocumentedRoute } from '../../src/dialects/openapi.ts';
import { createDialects } from '../../src/dialects/registry.ts';
import { everyModel } from '../support/every-model.ts';
import { createFuzzSource, type FuzzRequest } from '../support/fuzz-requests.ts';
import { openStage, type Stage } from '../support/stage.ts';

const seed = Number(process.env.FUZZ_SEED ?? 20_261_121);
const count = Number(process.env.FUZZ_REQUESTS ?? 20_000);
const concurrency = 24;

const catalog = everyModel();
// Only the lists of routes are read from these; the requests go to a real server.
const { values } = await loadConfig([], {}, tmpdir());
const dialects = createDialects({ gateway: {} } as DialectServices, { values, native: {} as NativeOptions });

let gateway: Stage;
const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
before(async () => {
  // The pages are no API: a path that comes down to / would lead to them.
  const environment = { FRAMEGATE_WORKER_ENABLED: 'false', FRAMEGATE_UI_ENABLED: 'false' };
  gateway = await openStage({ catalog, isFree: true, environment });
});
after(async () => {
  agent.destroy();
  await gateway[Symbol.asyncDispose]();
});

type Answer = { readonly status: number; readonly type: string; readonly text: string };

/** Undefined when the connection broke: the server cuts it when a body that nobody reads is not sent within half a second. */
function send({ method, path, headers, body }: FuzzRequest): Promise<Answer | undefined> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(undefined) : reject(error);
    // Node's client sends the body of a DELETE without its length unless it is told.
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const call = httpRequest(gateway.url, { agent, method, path, headers: { ...headers, ...length } }, (response) => {
      const type = response.headers['content-type'] ?? '';
      const status = response.statusCode ?? 0;
      let text = '';
      const finish = () => resolve({ status, type, text });
      // A stream of events ends with its task, which nothing runs here.
      if (type.startsWith('text/event-stream')) {
        response.destroy();
        finish();
        return;
      }
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', fail).on('end', finish);
    });
    call.on('error', fail);
    call.end(body);
  });
}

type Check = (value: unknown) => boolean;
type Json = Readonly<Record<string, unknown>>;

/** A schema of a description by itself: references followed, and nothing allowed that it does not name. */
function standAlone(schema: unknown, components: Json): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map((one) => standAlone(one, components));
  const { $ref: reference, ...rest } = schema as Json;
  if (typeof reference === 'string') return standAlone(components[reference.split('/').at(-1) ?? ''], components);
  const whole = Object.fromEntries(Object.entries(rest).map(([key, one]) => [key, standAlone(one, components)]));
  const isClosed = 'properties' in whole && !('additionalProperties' in whole) && !('allOf' in whole);
  return isClosed ? { ...whole, additionalProperties: false } : whole;
}

/** What each API says that its errors look like, in the description that it serves. */
const errorChecks: Check[] = [];
async function readDescriptions(): Promise<void> {
  for (const { name } of dialects) {
    const response = await fetch(`${gateway.url}/${name}/openapi.json`);
    assert.equal(response.status, 200, `${name} describes itself nowhere`);
    const { paths, components } = (await response.json()) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Json }>>>>;
      readonly components: { readonly schemas: Json };
    };
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    const refusals = operations.flatMap(({ responses }) =>
      Object.entries(responses).filter(([status]) => status === 'default' || Number(status) >= 400),
    );
    const schemas = refusals.map(([, response]) => {
      const { content } = response as { readonly content: Readonly<Record<string, { readonly schema: unknown }>> };
      return JSON.stringify(standAlone(content['application/json']?.schema, components.schemas));
    });
    for (const schema of new Set(schemas)) {
      const validator = Compile(JSON.parse(schema) as TSchema);
      errorChecks.push((value) => validator.Check(value));
    }
  }
}

const isErrorShape = ({ text }: Answer) => errorChecks.some((check) => check(JSON.parse(text)));

/** No address, file, stack, query or library of ours. */
const inside =
  /node_modules|\bat .+\.[tj]s:\d|SQLITE|sqlite|constraint failed|ECONN|\/tmp\/|TypeError|undefined is not/;
/** What an owner has not set up is no fault. */
const unavailable = 503;

const validators = new WeakMap<TSchema, Check>();
function validatorOf(schema: TSchema): Check {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const compiled = Compile(standAlone(schema, {}) as TSchema);
  const validator = (value: unknown) => compiled.Check(value);
  validators.set(schema, validator);
  return validator;
}

function judge(request: FuzzRequest, answer: Answer): void {
  const { status, type, text } = answer;
  const head = JSON.stringify(request.headers).slice(0, 200);
  const label = `${request.method} ${request.path.slice(0, 300)} ${head} ${request.body?.slice(0, 300)}: ${status} ${text.slice(0, 500)}`;
  assert.ok(status < 500 || status === unavailable, label);
  assert.doesNotMatch(text.replaceAll(/"[^"]*(path|url|name)"/g, ''), inside, label);
  if (request.method === 'HEAD' || type.startsWith('text/event-stream')) return;
  if (status >= 400) {
    assert.match(type, /^application\/json/, label);
    assert.ok(isErrorShape(answer), label);
    if (status === unavailable) assert.match(text, /need|engine/, label);
    return;
  }
  assert.ok(status < 300, label);
  const { doc } = request.route as Partial<DocumentedRoute>;
  const schema = request.isFaithful ? doc?.answers[status] : undefined;
  if (schema === undefined || typeof schema === 'string' || !type.startsWith('application/json')) return;
  const isAsDocumented = validatorOf(schema as TSchema)(JSON.parse(text));
  assert.ok(isAsDocumented || isErrorShape(answer), label);
}

/** Texts of an answer that may be ids. */
const idsIn = (text: string) => text.match(/[A-Za-z0-9_-]{10,64}/g) ?? [];

async function allTasks(): Promise<WireTask[]> {
  const tasks: WireTask[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await gateway.rich.send(`/v1/tasks?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`);
    const { data, next_cursor: next } = (await page.json()) as { data: WireTask[]; next_cursor: string | null };
    tasks.push(...data);
    cursor = next;
  }
  return tasks;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Vidu's page has an empty text as the default of these, so that one is as good as none; no other API says so. */
const emptyMeansNone: Readonly<Record<string, readonly string[]>> = {
  vidu: ['callback_url', 'wm_url', 'meta_data', 'voice_id'],
};
const withoutEmpty = (dialect: string, fields: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => value !== '' || !emptyMeansNone[dialect]?.includes(name)),
  );

/** Whether some reading of the body is a valid input of the task's model in the dialect it came by. */
function isExplained({ model, dialect }: WireTask, { body = '' }: FuzzRequest): boolean {
  const views = catalog.views(dialect).filter((view) => view.model.id === model);
  const value = parseObject(body);
  if (value === undefined) return false;
  const { model: _model, ...fields } = value;
  return views.some((view) =>
    [value, fields, value.input, withoutEmpty(dialect, fields)].some((input) => {
      try {
        checkInput(view, JSON.parse(JSON.stringify(input)), []);
        return true;
      } catch {
        return false;
      }
    }),
  );
}

test(`${count} requests from seed ${seed}`, async () => {
  await readDescriptions();
  const source = createFuzzSource(seed, catalog, dialects, gateway.rich.key);
  const creators = new Map<string, FuzzRequest>();
  const unanswered: FuzzRequest[] = [];
  let left = count;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      const request = source.next();
      const answer = await send(request);
      if (answer === undefined) {
        unanswered.push(request);
        continue;
      }
      judge(request, answer);
      if (request.method !== 'POST' || answer.status >= 300) continue;
      const ids = idsIn(answer.text.slice(0, 4_000));
      for (const id of ids) if (!creators.has(id)) creators.set(id, request);
      source.remember(request.dialect, ids.slice(0, 4));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  const tasks = await allTasks();
  for (const task of tasks) {
    const creator = creators.get(task.wire_id ?? task.id);
    const requests = creator === undefined ? unanswered : [creator];
    assert.ok(
      requests.some((request) => isExplained(task, request)),
      `${task.dialect} ${task.id} of ${task.model} came by ${creator?.path ?? 'no answer'} ${creator?.body}`,
    );
  }
  assert.ok(unanswered.length < count / 100, `${unanswered.length} were not answered`);
  // Else it would try doors that are all closed.
  assert.ok(tasks.length > count / 50, `${tasks.length} tasks`);
  for (const { name } of dialects) {
    assert.ok(
      tasks.some(({ dialect }) => dialect === name),
      `${name} took nothing`,
    );
  }
});
