import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Artifact, MediaKind } from '../../core/media.ts';
import { createView } from '../../core/view.ts';
import type { Links } from '../dialect.ts';
import { encodeOutput } from './encode.ts';
import { encodeInputSchema } from './input-schema.ts';

const links = { file: ({ fileName }: Artifact) => `https://host/${fileName}` } as Links;
const file = (kind: MediaKind, fileName: string) => ({ facts: { kind }, fileName }) as Artifact;

test('one file of a kind stands under the singular key, several under the plural, each kind for itself', () => {
  assert.deepEqual(encodeOutput([file('image', 'a.png')], links), { image: 'https://host/a.png' });
  assert.deepEqual(encodeOutput([file('video', 'a.mp4'), file('image', 'b.png'), file('image', 'c.png')], links), {
    video: 'https://host/a.mp4',
    images: ['https://host/b.png', 'https://host/c.png'],
  });
  assert.deepEqual(encodeOutput([], links), {});
});

test('the flavour of schemas: float, one medium as a string, words of the wire as choices', () => {
  const view = createView(
    {
      id: 'a/b',
      title: 'A',
      description: 'A.',
      operation: 'image-to-video',
      output: 'video',
      modified: '2026-11-21',
      sources: [{ of: 'all', mark: 'assumed', where: 'here' }],
      parameters: {
        strength: { title: 'Strength', description: 'How much.', type: 'number', minimum: 0, maximum: 1, default: 0.5 },
        images: { title: 'Picture', description: '', type: 'media', media: 'image', required: true },
        resolution: { title: 'Resolution', description: '', type: 'string', enum: ['2k'], default: '2k' },
      },
      names: [
        {
          dialect: 'runcomfy',
          name: 'a/b',
          parameters: {
            image_url: { of: 'images', isSingle: true },
            resolution: { values: { '2K': '2k' } },
          },
        },
      ],
      offers: [],
      price: null,
    },
    'runcomfy',
    'a/b',
  );
  assert.deepEqual(encodeInputSchema(view), {
    type: 'object',
    title: 'Input',
    required: ['image_url'],
    properties: {
      strength: { title: 'Strength', description: 'How much.', type: 'float', minimum: 0, maximum: 1, default: 0.5 },
      image_url: { title: 'Picture', description: '', type: 'string', minLength: 1, format: 'image_uri' },
      resolution: { title: 'Resolution', description: '', type: 'string', enum: ['2K'], default: '2K' },
    },
  });
});
