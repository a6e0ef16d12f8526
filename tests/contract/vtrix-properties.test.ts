/** Any valid request of any of Vtrix's models means the same in each of its forms; one broken rule makes no task. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import type { ModelView } from '../../src/core/view.ts';
import type { WireTask } from '../../src/dialects/native/wire.ts';
import { synchronousModels } from '../../src/wires/vtrix/pages.ts';
import { errorSchema } from '../../src/wires/vtrix/task.ts';
import { askAdmin } from '../support/admin-client.ts';
import { readTask } from '../support/native-client.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { mutationsOf, validInputs } from '../support/view-inputs.ts';
import { wideCatalog } from '../support/wide-catalog.ts';

const path = '/model/v1/generation';
const catalog = wideCatalog();
const views = catalog
  .views('vtrix')
  .filter(({ name, model }) => model.isOpen !== true && model.price !== null && !synchronousModels.has(name));

let stage: Stage;
before(async () => {
  stage = await openStage({ catalog });
  await askAdmin(stage, '/engines/preview/pause', {});
});
after(async () => {
  await stage[Symbol.asyncDispose]();
});

type Values = Readonly<Record<string, unknown>>;

/** Media are URLs here, and a callback leads somewhere: what stands there nobody looks at before the task runs. */
function asSent({ fields }: ModelView, input: Values): Values {
  const url = 'https://media.example.org/a';
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      if (name === 'callback_url') return [name, url];
      if (fields[name]?.type === 'media') return [name, Array.isArray(value) ? value.map(() => url) : url];
      if (fields[name]?.type !== 'list' || !Array.isArray(value)) return [name, value];
      return [name, value.map((item: unknown) => (typeof item === 'object' ? { ...item, images: [url] } : item))];
    }),
  );
}

async function post(at: string, body: unknown): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'application/json' };
  const response = await stage.rich.send(at, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, text: await response.text() };
}

/** What was asked for, in neutral words; a seed that was drawn is none. */
function wishOf({ model, input, media, seed, off_peak }: WireTask, hasSeed: boolean): unknown {
  return { model, input, media, off_peak, ...(hasSeed ? { seed } : {}) };
}

test(`wrapped, flat and queued, ${views.length} models`, async () => {
  for (const view of views) {
    for (const sample of fc.sample(validInputs(view), { numRuns: 2, seed: 11 })) {
      const { callback_url: _, ...input } = asSent(view, sample);
      const forms: [string, unknown][] = [
        [path, { model: view.name, input: [{ params: input }] }],
        // The outer name takes the place of the inner one.
        [path, { ...input, model: view.name }],
        [`/model/v1/queue/${view.name}`, input],
      ];
      const wishes = [];
      for (const [at, body] of forms) {
        const { status, text } = await post(at, body);
        assert.equal(status, 200, `${view.name}: ${text} ${JSON.stringify(body)}`);
        const { id, request_id } = JSON.parse(text) as { id?: string; request_id?: string };
        wishes.push(wishOf(await readTask(stage.rich, id ?? request_id ?? ''), Number(input.seed ?? 0) !== 0));
      }
      assert.deepEqual(wishes[1], wishes[0], view.name);
      assert.deepEqual(wishes[2], wishes[0], view.name);
    }
  }
});

test('one broken rule of any field: 400, the form of a refusal, the field by its name, and no task', async () => {
  const validator = Compile(errorSchema);
  const before = await stage.countTasks();
  let count = 0;
  for (const view of views) {
    const [sample = {}] = fc.sample(validInputs(view), { numRuns: 1, seed: 7 });
    const valid = asSent(view, sample);
    for (const { field, kind, apply } of mutationsOf(view)) {
      // The maker's own name of a model is not looked at: the outer one says it all.
      if (field === 'model') continue;
      const { status, text } = await post(path, { model: view.name, input: [{ params: apply(valid) }] });
      const label = `${view.name}: ${field} ${kind}: ${text}`;
      assert.equal(status, 400, label);
      assert.ok(validator.Check(JSON.parse(text)), label);
      assert.ok(text.includes(field), label);
      count += 1;
    }
  }
  assert.ok(count > 500, `${count}`);
  assert.equal(await stage.countTasks(), before);
});

test('whatever is sent, nothing breaks: no answer of 5xx, and always a form that is documented', async () => {
  const validator = Compile(errorSchema);
  const body = fc.oneof(
    fc.jsonValue(),
    fc.record({ model: fc.constantFrom('viduq2_reference2image', '__proto__', ''), input: fc.jsonValue() }),
    fc.record({
      model: fc.constant('viduq2_pro_reference'),
      input: fc.array(fc.record({ params: fc.jsonValue() }), { maxLength: 2 }),
    }),
    fc.dictionary(
      fc.constantFrom('model', 'input', 'images', 'videos', 'prompt', 'seed', '__proto__', 'payload'),
      fc.jsonValue(),
    ),
  );
  await fc.assert(
    fc.asyncProperty(body, async (sent) => {
      const { status, text } = await post(path, sent);
      if (status === 200) return;
      assert.ok(status >= 400 && status < 500, `${status} ${text}`);
      assert.ok(validator.Check(JSON.parse(text)), text);
    }),
    { numRuns: 500 },
  );
});
