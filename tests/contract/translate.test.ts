/** One request in the words of every API; that each is understood there is in tests/integration/samples.test.ts. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Translation } from '../../sdk/index.ts';
import { readCatalog } from '../../src/catalog.ts';
import { viewNames } from '../../src/core/view.ts';
import { openStage, type Stage } from '../support/stage.ts';

/** One of the two is there. */
type Answer = {
  readonly data: readonly Translation[];
  readonly error: { readonly issues: readonly { readonly path: string }[] };
};

let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(() => stage[Symbol.asyncDispose]());

const translate = async (body: unknown) => {
  const response = await stage.rich.send('/v1/translations', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answer };
};
const model = 'vidu/q2/reference-to-image';

test('our own words stay as they were; others have the same in theirs', async () => {
  const { status, body } = await translate({ model, input: { prompt: 'x', seed: 3 } });
  assert.equal(status, 200);
  const requests = new Map(body.data.map((one) => [one.dialect, one]));
  assert.deepEqual(requests.get('native')?.body, { model, input: { prompt: 'x', seed: 3 } });
  assert.equal(requests.get('native')?.description_url, `${stage.url}/openapi.json`);
  assert.equal(requests.get('runcomfy')?.path, `/v1/models/${model}`);
  assert.deepEqual(requests.get('vidu')?.body, {
    model: 'viduq2',
    prompt: 'x',
    aspect_ratio: '16:9',
    resolution: '1080p',
    seed: 3,
  });
  assert.equal(requests.get('vidu')?.path, '/ent/v2/reference2image');
  assert.deepEqual(requests.get('vtrix')?.body, {
    model: 'viduq2_reference2image',
    input: [{ params: { prompt: 'x', aspect_ratio: '16:9', resolution: '1080p', seed: 3 } }],
  });
  assert.equal(await stage.countTasks(), 0);
});

test('what is wrong is said as a task would have it; data URIs have no place in a sample', async () => {
  const wrong = await translate({ model, input: {} });
  assert.equal(wrong.status, 422);
  assert.deepEqual(wrong.body.error.issues[0]?.path, 'input.prompt');
  const inline = await translate({ model, input: { prompt: 'x', images: ['data:image/png;base64,iVBORw0KGgo='] } });
  assert.equal(inline.status, 422);
  assert.equal((await translate({ model: 'nobody/nothing', input: {} })).status, 404);
});

test('every name of every model has a submit that the description of its API knows', async () => {
  const known = new Map<string, ReadonlySet<string>>();
  for (const dialect of ['runcomfy', 'runninghub', 'vtrix', 'vidu']) {
    const { paths } = (await (await fetch(`${stage.url}/${dialect}/openapi.json`)).json()) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
    };
    const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    known.set(dialect, new Set(ids));
  }
  // One model of each endpoint of Vidu: there the path hangs on the name.
  const seen = new Set<string>();
  for (const one of readCatalog().models) {
    const endpoint = viewNames(one)
      .find(({ dialect }) => dialect === 'vidu')
      ?.name.split('/')[0];
    if (endpoint === undefined || seen.has(endpoint)) continue;
    const required = Object.entries(one.parameters).filter(([, { required }]) => required === true);
    const values = required.map(([name, { type, enum: choices, minItems = 1, demo }]) => {
      const medium = 'https://example.com/photo.jpg';
      if (demo !== undefined && type !== 'media') return [name, demo];
      if (type === 'media') return [name, Array.from({ length: minItems }, () => medium)];
      return [name, choices?.[0] ?? (type === 'string' ? 'x' : 1)];
    });
    const { status, body } = await translate({ model: one.id, input: Object.fromEntries(values) });
    if (status !== 200) continue;
    seen.add(endpoint);
    for (const { dialect, operation } of body.data) {
      if (dialect !== 'native') assert.ok(known.get(dialect)?.has(operation), `${one.id}: ${dialect} ${operation}`);
    }
  }
  assert.ok(seen.size >= 8, [...seen].join(', '));
});
