import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCatalog } from '../catalog.ts';
import { inputSchema } from './view.ts';

type Property = Readonly<Record<string, unknown>> & { readonly items?: Property };
type Properties = Readonly<Record<string, Property>>;

const catalog = readCatalog();
const propertiesOf = (dialect: string, name: string) =>
  inputSchema(catalog.view(dialect, name)).properties as Properties;

test('each dialect has the same model in its own words', () => {
  const native = propertiesOf('native', 'vidu/q2-pro/start-end-to-video');
  const vidu = propertiesOf('vidu', 'start-end2video/viduq2-pro');
  const vtrix = propertiesOf('vtrix', 'viduq2_pro_start_end2video');
  const runninghub = propertiesOf('runninghub', 'vidu/start-end-to-video-q2-pro');
  for (const one of [native, vidu, vtrix]) assert.equal(one.images?.type, 'array');
  assert.deepEqual([runninghub.firstImageUrl?.type, runninghub.lastImageUrl?.type], ['string', 'string']);
  assert.deepEqual([native.duration?.type, native.duration?.maximum], ['integer', 8]);
  assert.equal(vidu.duration?.type, 'integer');
  assert.deepEqual(runninghub.duration?.enum, ['1', '2', '3', '4', '5', '6', '7', '8']);
  assert.deepEqual(vidu.wm_position?.enum, [1, 2, 3, 4]);
  assert.equal(native.payload, undefined);
  assert.deepEqual([vidu.payload?.maxLength, vtrix.payload?.maxLength], [1_048_576, 1_048_576]);
});

test('a form knows the order of the fields, the part each stands in, and what to fill it in with', () => {
  const parts = new Set(['input', 'output', 'style', 'sound', 'advanced', 'delivery']);
  const widgets = new Set(['media', 'select', 'switch', 'slider', 'number', 'list', 'text', 'line']);
  const seen = new Set<unknown>();
  for (const dialect of ['native', 'runcomfy', 'vidu', 'vtrix', 'runninghub']) {
    for (const view of catalog.views(dialect)) {
      const fields = Object.values(inputSchema(view).properties as Properties);
      for (const [order, field] of fields.entries()) {
        assert.equal(field['x-order'], order, view.name);
        assert.ok(parts.has(String(field['x-group'])) && widgets.has(String(field['x-widget'])), view.name);
        assert.ok(typeof field.title === 'string' && field.title !== '', view.name);
        seen.add(field['x-widget']);
      }
    }
  }
  assert.deepEqual(seen, widgets);
  const { images, duration, prompt } = propertiesOf('native', 'vidu/q2-pro/start-end-to-video');
  assert.deepEqual([prompt?.['x-widget'], images?.['x-widget'], duration?.['x-widget']], ['text', 'media', 'slider']);
  assert.deepEqual([images?.items?.['x-media'], images?.minItems, images?.maxItems], ['image', 2, 2]);
  assert.ok(images?.items?.['x-accepts']);
});
