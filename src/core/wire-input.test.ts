import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DialectRules, strictRules } from './dialect-rules.ts';
import { checkInput } from './input.ts';
import type { Model } from './model.ts';
import { createView } from './view.ts';
import { encodeInput } from './wire-input.ts';

const text = { title: 'Text', description: '', type: 'string' } as const;
const pictures = { title: 'Pictures', description: '', type: 'media', media: 'image' } as const;
const model: Model = {
  id: 'a/b',
  title: 'A',
  description: 'A.',
  operation: 'reference-to-video',
  output: 'video',
  modified: '2026-11-21',
  sources: [{ of: 'all', mark: 'assumed', where: 'here' }],
  parameters: {
    prompt: { ...text, maxLength: 20 },
    resolution: { ...text, enum: ['720p', '1080p'], default: '720p' },
    aspect_ratio: { ...text, enum: ['16:9', '9:16'] },
    duration: { title: 'Seconds', description: '', type: 'integer', minimum: 1, maximum: 10 },
    watermark_position: { ...text, enum: ['top_left', 'top_right'] },
    frames: { ...pictures, maxItems: 2, roles: ['first', 'last'] },
    subjects: {
      title: 'Subjects',
      description: '',
      type: 'list',
      fields: { name: { ...text, required: true }, voice_id: text, images: { ...pictures, maxItems: 3 } },
    },
    seed: { title: 'Seed', description: '', type: 'integer' },
  },
  names: [
    {
      dialect: 'other',
      name: 'a-b',
      parameters: {
        prompt: { maxLength: 5 },
        aspectRatio: { default: '16:9' },
        duration: { isText: true },
        place: { of: 'watermark_position', type: 'integer', values: { '1': 'top_left', '2': 'top_right' } },
        firstUrl: { of: 'frames', isSingle: true, at: 0 },
        lastUrl: { of: 'frames', isSingle: true, at: 1 },
        seed: { automatic: 0 },
        payload: { isOfCall: true, ...text },
      },
    },
    { dialect: 'poor', name: 'a-b', without: ['duration', 'subjects', 'frames', 'seed', 'resolution'] },
  ],
  offers: [],
  price: null,
};
const rules: DialectRules = { ...strictRules, spelling: 'camelCase' };
const other = createView(model, 'other', 'a-b', rules);
const native = createView(model, 'native', 'a/b');
const poor = createView(model, 'poor', 'a-b');
const none = { input: {}, seed: undefined, media: [] };

test('each thing in the words of the view: spelling, text, numbers for words, single media, lists', () => {
  const neutral = {
    input: {
      prompt: 'hill',
      resolution: '1080p',
      aspect_ratio: '9:16',
      duration: 4,
      watermark_position: 'top_right',
      subjects: [{ name: 'cat', voice_id: 'v1' }, { name: 'dog' }],
    },
    seed: 7,
    media: [
      { field: 'subjects[1].images', index: 0, text: 'https://e.org/3' },
      { field: 'frames', index: 1, text: 'https://e.org/2' },
      { field: 'frames', index: 0, text: 'https://e.org/1' },
    ],
  };
  const { body, unsaid } = encodeInput(other, neutral);
  assert.deepEqual(unsaid, []);
  assert.deepEqual(body, {
    prompt: 'hill',
    resolution: '1080p',
    aspectRatio: '9:16',
    duration: '4',
    place: 2,
    firstUrl: 'https://e.org/1',
    lastUrl: 'https://e.org/2',
    subjects: [
      { name: 'cat', voiceId: 'v1' },
      { name: 'dog', images: ['https://e.org/3'] },
    ],
    seed: 7,
  });
  const read = checkInput(other, body, []);
  assert.deepEqual(read.input, neutral.input);
  assert.deepEqual(encodeInput(native, read).body, {
    ...neutral.input,
    frames: ['https://e.org/1', 'https://e.org/2'],
    subjects: [
      { name: 'cat', voice_id: 'v1' },
      { name: 'dog', images: ['https://e.org/3'] },
    ],
    seed: 7,
  });
});

test('what is said to the dialect is not the model’s, and is left out', () => {
  const read = checkInput(other, { prompt: 'hill', payload: 'mine' }, []);
  assert.equal('payload' in encodeInput(other, read).body, false);
});

test('a parameter that the view lacks is named; the model’s own default needs no words', () => {
  const neutral = {
    input: { prompt: 'hill', resolution: '720p', duration: 4, subjects: [{ name: 'cat' }] },
    seed: 1,
    media: [{ field: 'frames', index: 0, text: 'https://e.org/1' }],
  };
  assert.deepEqual(encodeInput(poor, neutral), {
    body: { prompt: 'hill' },
    unsaid: ['duration', 'subjects', 'seed', 'frames'],
  });
  assert.deepEqual(encodeInput(poor, { ...none, input: { resolution: '1080p' } }).unsaid, ['resolution']);
});

test('a value that the view refuses, and an absence that it fills in, are named', () => {
  const long = encodeInput(other, { ...none, input: { prompt: 'a long hill', aspect_ratio: '16:9' } });
  assert.deepEqual(long, { body: { aspectRatio: '16:9' }, unsaid: ['prompt'] });
  assert.deepEqual(encodeInput(other, { ...none, input: { prompt: 'hill' } }), {
    body: { prompt: 'hill' },
    unsaid: ['aspect_ratio'],
  });
});

test('a seed that means any seed in the view cannot be asked for there', () => {
  const input = { aspect_ratio: '16:9' };
  assert.deepEqual(encodeInput(other, { input, seed: 0, media: [] }), {
    body: { aspectRatio: '16:9' },
    unsaid: ['seed'],
  });
  assert.deepEqual(encodeInput(native, { input, seed: 0, media: [] }).unsaid, []);
});

test('a last frame without a first has no place in a list whose order says what each is', () => {
  const media = [{ field: 'frames', index: 1, text: 'https://e.org/2' }];
  assert.deepEqual(encodeInput(other, { ...none, input: { aspect_ratio: '16:9' }, media }).body, {
    aspectRatio: '16:9',
    lastUrl: 'https://e.org/2',
  });
  assert.deepEqual(encodeInput(native, { ...none, media }), { body: {}, unsaid: ['frames'] });
});

test('what nobody published is passed on as it came', () => {
  const open = createView({ ...model, isOpen: true, parameters: {}, names: [] }, 'native', 'a/b');
  const { body } = encodeInput(open, { input: { nodes: [1, { a: 2 }] }, seed: 3, media: [] });
  assert.deepEqual(body, { nodes: [1, { a: 2 }], seed: 3 });
});
