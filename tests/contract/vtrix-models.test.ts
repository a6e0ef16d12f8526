/** The model list and the specs as Vtrix's official command line needs them, and the description of the whole API. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { readCatalog } from '../../src/catalog.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { decodeByCli } from '../support/vtrix-clients.ts';

let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(async () => {
  await stage[Symbol.asyncDispose]();
});

/** As the command line asks: without a key. */
async function get(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const headers = { 'user-agent': 'vtrix-cli/1.0.1', 'x-source': 'cli' };
  const response = await fetch(stage.url + path, { headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

type List = {
  data: { models: { id: string; type: string }[]; total: number; page: number; page_size: number; total_pages: number };
  status: { code: number };
};
const list = async (query: string) => (await get(`/api/v1/skill/models${query}`)).body as unknown as List;

test('the list has pages, types and keywords, and needs no key', async () => {
  const all = readCatalog()
    .views('vtrix')
    .map(({ name }) => name);
  const whole = await list('?page=1&page_size=500&type=&keywords=');
  assert.equal(whole.status.code, 200);
  assert.deepEqual(
    whole.data.models.map(({ id }) => id),
    all,
  );
  const { data } = await list('?page=2&page_size=10');
  assert.deepEqual(
    [data.page, data.page_size, data.total, data.total_pages],
    [2, 10, all.length, Math.ceil(all.length / 10)],
  );
  assert.deepEqual(
    data.models.map(({ id }) => id),
    all.slice(10, 20),
  );
  const images = await list('?type=image');
  assert.deepEqual(
    images.data.models.map(({ id }) => id),
    ['viduq2_reference2image'],
  );
  const found = await list('?keywords=pro%20reference');
  assert.ok(found.data.models.some(({ id }) => id === 'viduq2_pro_reference'));
  assert.equal((await list('?keywords=nobody')).data.total, 0);
  assert.equal((await list('?page=9999')).data.models.length, 0);
  assert.equal((await list('?page=-1&page_size=nine')).data.page, 1);
});

const goTypes = /^(string|int|integer|float|number|boolean|bool|object|array(\[.*\])?)$/;
const constraint = Type.Object({
  enum: Type.Optional(Type.Array(Type.String())),
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
  min_length: Type.Optional(Type.Integer()),
  max_length: Type.Optional(Type.Integer()),
  max_items: Type.Optional(Type.Integer()),
});
/** What the command line decodes of a spec (vtrix.md 7). */
const specSchema = Type.Object({
  data: Type.Object({
    model_id: Type.String(),
    name: Type.String(),
    vendor: Type.String(),
    type: Type.String(),
    api: Type.Object({
      endpoint: Type.String(),
      method: Type.Literal('POST'),
      headers: Type.Record(Type.String(), Type.String()),
    }),
    parameters: Type.Array(
      Type.Object({
        name: Type.String({ minLength: 1 }),
        path: Type.String(),
        type: Type.String({ pattern: goTypes.source }),
        required: Type.Boolean(),
        description: Type.String(),
        constraints: constraint,
      }),
    ),
  }),
  status: Type.Object({ code: Type.Literal(200) }),
});
type Spec = {
  data: {
    api: { endpoint: string };
    parameters: {
      name: string;
      type: string;
      required: boolean;
      constraints: { enum?: string[]; default?: unknown; max_items?: number };
    }[];
  };
};
const specOf = async (model: string) => (await get(`/api/v1/skill/models/${model}/spec`)).body as unknown as Spec;

test('every model has a spec that decodes, with every parameter of its page', async () => {
  const validator = Compile(specSchema);
  for (const { name, fields } of readCatalog().views('vtrix')) {
    const { status, body } = await get(`/api/v1/skill/models/${encodeURIComponent(name)}/spec`);
    assert.equal(status, 200, name);
    assert.ok(validator.Check(body), `${name}: ${JSON.stringify([...validator.Errors(body)].slice(0, 2))}`);
    const listed = (body as unknown as Spec).data.parameters.map((one) => one.name);
    const isDomestic = name.startsWith('vidu-cn-');
    assert.deepEqual(
      listed,
      Object.keys(fields).filter((field) => field !== 'model' || isDomestic),
      name,
    );
  }
  // Golden: the tables of the captured pages 003 and 004.
  const { data } = await specOf('viduq2_reference2image');
  const facts = Object.fromEntries(data.parameters.map(({ name, ...rest }) => [name, rest]));
  assert.deepEqual(facts.resolution?.constraints, { enum: ['1080p', '2K', '4K'], default: '1080p' });
  assert.deepEqual(
    [facts.images?.type, facts.images?.required, facts.images?.constraints.max_items],
    ['array', false, 7],
  );
  assert.equal(facts.prompt?.required, true);
  const film = await specOf('viduq2_pro_reference');
  const position = film.data.parameters.find(({ name }) => name === 'wm_position');
  assert.deepEqual([position?.type, position?.constraints], ['integer', { enum: ['1', '2', '3', '4'], default: 3 }]);
});

test('a model that there is not: status.code is 404', async () => {
  for (const name of ['viduq9', '__proto__', 'constructor']) {
    const { status, body } = await get(`/api/v1/skill/models/${name}/spec`);
    assert.equal(status, 404);
    assert.equal((body.status as { code: number }).code, 404);
    assert.equal(typeof body.message, 'string');
  }
});

test('as the command line runs a model: what the spec lists, to its endpoint, polled below it', async () => {
  const { data } = await specOf('viduq2_reference2image');
  const given: Record<string, string> = { prompt: 'a hill', resolution: '2K', seed: '5', nobody: 'dropped' };
  const params = Object.fromEntries(
    data.parameters
      .filter(({ name }) => name in given)
      .map(({ name, type }) => [name, type === 'integer' ? Number(given[name]) : given[name]]),
  );
  assert.deepEqual(Object.keys(params), ['prompt', 'resolution', 'seed']);
  const { endpoint } = data.api;
  const headers = { authorization: `Bearer ${stage.rich.key}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ model: 'viduq2_reference2image', input: [{ params }] });
  stage.engine.outcome = 'succeed';
  const submitted = decodeByCli(await (await fetch(endpoint, { method: 'POST', headers, body })).json());
  assert.notEqual(submitted.id, '');
  for (;;) {
    const task = decodeByCli(await (await fetch(`${endpoint}/task/${submitted.id}`, { headers })).json());
    if (task.status === 'completed') {
      assert.equal(task.urls.length, 1);
      return;
    }
    assert.equal(task.status, 'in_progress');
  }
});

type Description = {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: unknown }> }> }>
  >;
  components: { schemas: Record<string, unknown> };
};

test('the description at /vtrix/openapi.json says what the answers are', async () => {
  const { body } = await get('/vtrix/openapi.json');
  const { paths, components } = body as unknown as Description;
  const resolve = (schema: unknown): unknown => {
    if (Array.isArray(schema)) return schema.map(resolve);
    if (typeof schema !== 'object' || schema === null) return schema;
    const { $ref: ref } = schema as { $ref?: string };
    if (ref !== undefined) return resolve(components.schemas[ref.split('/').at(-1) ?? '']);
    return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, resolve(value)]));
  };
  const assertDescribed = (path: string, method: string, status: string, answer: unknown) => {
    const schema = resolve(paths[path]?.[method]?.responses[status]?.content?.['application/json']?.schema);
    assert.ok(schema, `${method} ${path} ${status}`);
    const validator = Compile(schema as TSchema);
    assert.ok(
      validator.Check(answer),
      `${method} ${path}: ${JSON.stringify([...validator.Errors(answer)].slice(0, 2))}`,
    );
  };
  assert.deepEqual(Object.keys(paths).sort(), [
    '/api/v1/skill/models',
    '/api/v1/skill/models/{model}/spec',
    '/api/v1/user/balance',
    '/model/v1/generation',
    '/model/v1/generation/task/{id}',
    '/model/v1/generation/task/{id}/cancel',
    '/model/v1/queue/{model}',
    '/model/v1/queue/{model}/requests/{id}/response',
    '/model/v1/queue/{model}/requests/{id}/status',
    '/vtrix/openapi.json',
  ]);
  const send = async (path: string, init?: RequestInit) => await (await stage.rich.send(path, init)).json();
  assertDescribed('/api/v1/skill/models', 'get', '200', await send('/api/v1/skill/models'));
  assertDescribed(
    '/api/v1/skill/models/{model}/spec',
    'get',
    '200',
    await send('/api/v1/skill/models/viduq1_reference2video/spec'),
  );
  assertDescribed('/api/v1/user/balance', 'get', '200', await send('/api/v1/user/balance'));
  const task = (await send('/model/v1/generation', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'viduq2_text2video', prompt: 'a hill' }),
  })) as { id: string };
  assertDescribed('/model/v1/generation', 'post', '200', task);
  assertDescribed('/model/v1/generation/task/{id}', 'get', '200', await send(`/model/v1/generation/task/${task.id}`));
  assertDescribed('/model/v1/generation/task/{id}', 'get', 'default', await send('/model/v1/generation/task/none'));
});
