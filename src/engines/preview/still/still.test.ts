/** Whole stills, as the render process makes them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import type { JsonObject } from '../../../core/json.ts';
import { aspectRatios, outputSize, sizeForRatio } from '../output-size.ts';
import type { RenderRequest } from '../protocol.ts';
import { renderStill } from './still.ts';

const directory = mkdtempSync(join(tmpdir(), 'framegate-test-'));
after(() => rmSync(directory, { recursive: true, force: true }));

type Given = { readonly input: JsonObject; readonly seed?: number; readonly media?: RenderRequest['media'] };

async function render({ input, seed = 1, media = [] }: Given) {
  const operation = media.length === 0 ? ('text-to-image' as const) : ('reference-to-image' as const);
  const encoder = { path: '', version: '', cpuIndependent: true, canDecode: false };
  const request = { operation, input, ineffective: {}, seed, media, directory, encoder, workers: 1 };
  const { output, metadata } = await renderStill(request, () => {});
  const bytes = readFileSync(output.path);
  const { width, height } = await sharp(bytes).metadata();
  return { bytes, size: { width, height }, metadata };
}

const plain = { prompt: 'a studio backdrop' };

test('every ratio has its exact size', async () => {
  for (const ratio of Object.keys(aspectRatios) as (keyof typeof aspectRatios)[]) {
    const { size } = await render({ input: { ...plain, resolution: '360p', aspect_ratio: ratio } });
    assert.deepEqual(size, outputSize('360p', ratio), ratio);
  }
});

test('resolutions have their exact sizes', async () => {
  for (const resolution of ['720p', '4k'] as const) {
    const { size } = await render({ input: { ...plain, resolution, aspect_ratio: '1:1' } });
    assert.deepEqual(size, outputSize(resolution, '1:1'), resolution);
  }
});

test('auto takes the shape of the first reference', async () => {
  const path = join(directory, 'reference.png');
  await sharp({ create: { width: 300, height: 217, channels: 3, background: '#7a5' } })
    .png()
    .toFile(path);
  const facts = { kind: 'image', mediaType: 'image/png', extension: 'png' } as const;
  const media = [{ field: 'images', index: 0, facts, path }];
  for (const aspect_ratio of ['auto', undefined]) {
    const input = { ...plain, resolution: '360p', ...(aspect_ratio === undefined ? {} : { aspect_ratio }) };
    const { size, metadata } = await render({ input, media });
    assert.deepEqual(size, sizeForRatio('360p', 300 / 217));
    assert.deepEqual((metadata.references as JsonObject[])[0]?.placedAs, 'print');
  }
});

test('the same seed gives the same bytes, another one others', async () => {
  const input = { prompt: 'a mountain lake with a title that says "NORTH"', resolution: '360p' };
  const [one, again, other] = [await render({ input }), await render({ input }), await render({ input, seed: 2 })];
  assert.ok(one.bytes.equals(again.bytes));
  assert.ok(!one.bytes.equals(other.bytes));
});

test('what was read into the picture is told', async () => {
  const prompt = 'a poster that says "OCEAN 🌊"';
  const { metadata } = await render({ input: { prompt, resolution: '360p' } });
  const understood = metadata.understood as JsonObject;
  assert.deepEqual(understood.lettering, { drawn: ['OCEAN'], dropped: ['🌊'] });
  assert.deepEqual([understood.scene, understood.sceneAsked], ['abstract', false]);
});
