import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TaskId } from './ids.ts';
import type { JsonValue } from './json.ts';
import {
  type Label,
  labelFields,
  labelInMetadata,
  labelSource,
  type MarksPolicy,
  markCorners,
  settleMarks,
  wishOf,
} from './marks.ts';

const id = 'task_0000000000000000000000' as TaskId;
const off: MarksPolicy = { isLabelOn: false, contentProducer: '', contentPropagator: '' };
const on: MarksPolicy = { isLabelOn: true, contentProducer: 'maker', contentPropagator: 'spreader' };
const bare = { isVisible: false, isUnmarkedKept: false };

test('nothing is marked unless the owner or the request wants it', () => {
  assert.equal(settleMarks(null, { Label: '1' }, off, id), null);
  assert.equal(settleMarks(bare, null, off, id), null);
  assert.equal(settleMarks({ ...bare, label: false }, null, on, id), null);
  assert.equal(settleMarks({ ...bare, label: false, isVisible: true }, null, on, id)?.label, null);
  assert.equal(settleMarks({ ...bare, label: true }, null, off, id)?.label?.ProduceID, id);
  assert.equal(settleMarks({ ...bare, isUnmarkedKept: true }, null, on, id)?.isUnmarkedKept, false);
});

test('a field comes from the request, then from its metadata, then from the settings', () => {
  const label = (wish: Partial<Label> | true, metadata: JsonValue) =>
    settleMarks({ ...bare, label: wish }, metadata, on, id)?.label;
  assert.deepEqual(label(true, null), {
    Label: '1',
    ContentProducer: 'maker',
    ProduceID: id,
    ReservedCode1: '',
    ContentPropagator: 'spreader',
    PropagateID: id,
    ReservedCode2: '',
  });
  const metadata = { AIGC: { ProduceID: 'inner', Label: '3' }, ProduceID: 'outer', ContentProducer: 'me' };
  const { ProduceID, Label: kind, ContentProducer } = label({ ContentProducer: 'asked' }, metadata) ?? {};
  assert.deepEqual([ProduceID, kind, ContentProducer], ['inner', '3', 'asked']);
  assert.deepEqual(labelInMetadata(JSON.stringify(metadata)), labelInMetadata(metadata));
});

test('whatever the metadata are, a label has all seven fields, each of them allowed', () => {
  const fields = fc.record(Object.fromEntries(labelFields.map((name) => [name, fc.jsonValue()])), { requiredKeys: [] });
  const metadata = fc.oneof(
    fc.jsonValue(),
    fields,
    fc.record({ AIGC: fields }),
    fields.map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(metadata, (value) => {
      const label = settleMarks(null, value as JsonValue, on, id)?.label;
      assert.deepEqual(Object.keys(label ?? {}), [...labelFields]);
      for (const text of Object.values(label ?? {})) assert.ok(typeof text === 'string' && text.length <= 1024);
      assert.match(label?.Label ?? '', /^[123]$/);
    }),
  );
});

test("a model's own parameters ask for a mark in a corner, beside the file without one", () => {
  for (const corner of markCorners) {
    const wish = wishOf(null, { watermark: true, watermark_position: corner });
    const marks = settleMarks(wish, null, off, id);
    assert.deepEqual(marks, {
      label: null,
      isVisible: true,
      isUnmarkedKept: true,
      ...(corner === 'bottom_right' ? {} : { corner }),
    });
  }
  assert.equal(wishOf(null, { watermark: false, watermark_position: 'top_left' }), null);
  const both = wishOf({ isVisible: true, isUnmarkedKept: false, corner: 'top_left' }, { watermark: true });
  assert.deepEqual(both, { label: undefined, isVisible: true, isUnmarkedKept: true, corner: 'top_left' });
});

test('a parameter that tells the producer asks for the label; free text asks for nothing', () => {
  const input = { metadata: '{"ContentProducer":"somebody","Label":"2"}' };
  const label = settleMarks(wishOf(null, input), labelSource(null, input), off, id)?.label;
  assert.deepEqual([label?.ContentProducer, label?.Label], ['somebody', '2']);
  assert.equal(wishOf(null, { metadata: 'free text' }), null);
  assert.equal(wishOf({ ...bare, label: false }, input)?.label, false);
});
