/** The catalogue as it is shipped: every model that the vendors list is there, whole, and priced or said not to be. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readCatalog } from '../../src/catalog.ts';
import { findBreaches } from '../../src/core/check.ts';
import { prepareView } from '../../src/core/input.ts';
import type { Model, Parameter, Price } from '../../src/core/model.ts';
import { micros } from '../../src/core/money.ts';
import { quote } from '../../src/core/price.ts';
import { isAbout, untoldModels } from '../../src/core/updates.ts';
import type { ModelView } from '../../src/core/view.ts';
import vendorModels from '../fixtures/vendor-models.json' with { type: 'json' };

const catalog = readCatalog();
const rate = { microsPerDollar: micros(7_100_000), date: '2026-11-21' };

function assertWhole(view: ModelView): void {
  const { model } = view;
  assert.ok(model.isOpen === true || Object.keys(view.fields).length > 0, `${view.name} has no parameters`);
  prepareView(view);
  assert.ok(model.price === null || model.price.rows.length > 0, `${view.name} has no price, and does not say so`);
  assert.ok(model.offers.length > 0, `${view.name} is offered by nobody`);
}

test('each of the 225 entries of the navigation of RunningHub leads to a model that is whole', () => {
  const places = new Map<string, Model>();
  for (const model of catalog.models) {
    for (const place of model.navigation ?? []) {
      // Two entries of one name stand for the current path and for the retired one.
      if (!places.has(place) || places.get(place)?.isRetired === true) places.set(place, model);
    }
  }
  assert.equal(vendorModels.runninghub_navigation.length, 225);
  for (const entry of vendorModels.runninghub_navigation) {
    const model = places.get(`RunningHub/${entry}`);
    assert.ok(model !== undefined, `${entry} is not in the catalogue`);
    for (const { dialect, name } of model.names) assertWhole(catalog.view(dialect, name));
  }
});

for (const [dialect, names] of Object.entries({
  runninghub: vendorModels.runninghub_ids,
  vtrix: vendorModels.vtrix,
  vidu: vendorModels.vidu,
  runcomfy: vendorModels.runcomfy,
})) {
  test(`each of the ${names.length} models of ${dialect} is in the catalogue, whole`, () => {
    for (const name of names) assertWhole(catalog.view(dialect, name));
  });
}

test('titles are unique, and every model says where its facts are from', () => {
  const titles = catalog.models.map(({ title }) => title);
  assert.equal(new Set(titles).size, titles.length);
  for (const { id, sources } of catalog.models) {
    assert.ok(
      sources.some(({ of }) => of !== 'price'),
      id,
    );
  }
});

/** Values of a parameter that a price may depend on: every choice, and both ends of a number. */
function priceValues(parameter: Parameter | undefined): (string | number | boolean | undefined)[] {
  if (parameter?.enum !== undefined) return parameter.enum;
  if (parameter?.type === 'boolean') return [true, false];
  if (parameter?.type === 'media') return [parameter.minItems ?? 0, parameter.maxItems ?? 3];
  const ends = [parameter?.minimum, parameter?.maximum].filter((value) => value !== undefined);
  return ends.length > 0 ? ends : [parameter?.default];
}

function pricedNames({ rows, extras = [] }: Price): string[] {
  return [...new Set([...rows, ...extras].flatMap(({ when }) => Object.keys(when)))];
}

test('a price names only parameters the model has, or counts what is bounded', () => {
  for (const { id, parameters, price, offers } of catalog.models) {
    for (const one of [price, ...offers.map((offer) => offer.price ?? null)]) {
      if (one === null) continue;
      for (const name of pricedNames(one)) assert.ok(Object.hasOwn(parameters, name), `${id}: ${name}`);
      for (const { step } of [...one.rows, ...(one.offPeakRows ?? [])]) {
        const isBounded = step === undefined || Object.hasOwn(parameters, step.of) || step.most !== undefined;
        assert.ok(isBounded, `${id}: ${step?.of}`);
      }
    }
  }
});

test('every entry of the log is about models there are, and the last change of every model is told', () => {
  for (const update of catalog.updates) {
    for (const name of update.models ?? []) {
      assert.ok(
        catalog.models.some(({ id }) => isAbout({ ...update, models: [name] }, id)),
        `${update.date}: ${name}`,
      );
    }
  }
  assert.deepEqual(untoldModels(catalog.models, catalog.updates), []);
});

test('an offer and a check speak only of what the model has', () => {
  const known = ({ parameters }: Model, name: string) => {
    const [list = '', field] = name.split('.');
    return field === undefined ? parameters[list] : parameters[list]?.fields?.[field];
  };
  for (const model of catalog.models) {
    const conditions = [
      ...model.offers.map(({ when }) => when),
      ...(model.checks ?? []).flatMap(({ when, must }) => [when, must]),
    ].flatMap((condition) => Object.keys(condition ?? {}));
    const fields = (model.checks ?? []).flatMap(({ each, atLeastOne = [], atMostOne = [], unique }) => [
      ...atLeastOne.map((name) => (each === undefined ? name : `${each}.${name}`)),
      ...atMostOne,
      ...(unique === undefined ? [] : [unique]),
    ]);
    for (const name of [...conditions, ...fields]) assert.ok(known(model, name), `${model.id}: ${name}`);
  }
});

/** What the lists leave out although the model takes it: such a task has no published price. */
function isLeftOut(id: string, { resolution, duration }: Readonly<Record<string, unknown>>): boolean {
  if (resolution === 'native1080p' || resolution === 'native4k') return true;
  return id.startsWith('pixverse/v5.') && resolution === '1080p' && duration === 10;
}

test('a published price covers every choice that its model has, in whole micro-dollars', () => {
  for (const model of catalog.models) {
    if (model.price === null) continue;
    const names = pricedNames(model.price);
    let inputs: Record<string, string | number | boolean>[] = [{}];
    for (const name of names) {
      inputs = inputs.flatMap((input) =>
        priceValues(model.parameters[name]).map((value) => (value === undefined ? input : { ...input, [name]: value })),
      );
    }
    const allowed = inputs.filter(
      (input) =>
        findBreaches(
          (model.checks ?? []).filter(({ must }) => must),
          (name) => input[name],
          input,
        ).length === 0,
    );
    for (const input of allowed) {
      if (isLeftOut(model.id, input)) continue;
      const media = Object.entries(input).flatMap(([field, count]) =>
        model.parameters[field]?.type === 'media' ? Array.from({ length: Number(count) }, () => ({ field })) : [],
      );
      const whole = { ...defaultsOf(model), ...input };
      const { isPublished, listMicros } = quote(model, { input: whole, media }, { rate, discounts: [] });
      assert.ok(isPublished, `${model.id} has no price for ${JSON.stringify(input)}`);
      assert.ok(Number.isSafeInteger(listMicros) && listMicros >= 0, model.id);
    }
  }
});

function defaultsOf({ parameters }: Model): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, parameter]) => {
      const value = parameter.default ?? parameter.maximum;
      return value === undefined || parameter.type === 'media' ? [] : [[name, value]];
    }),
  );
}

test('a file that is not what it should be is named, with its field', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'framegate-catalog-'));
  try {
    const write = (name: string, value: unknown) => writeFile(join(directory, name), JSON.stringify(value));
    await write('parameters.json', {});
    await write('engines.json', {});
    await write('dialects.json', { odd: { spelling: 'kebab' } });
    assert.throws(() => readCatalog(directory), /catalog\/dialects\.json: odd/);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
