import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isBlurhashValid } from 'blurhash';
import sharp from 'sharp';
import { plainMp4 } from '../../../tests/support/media-corpus/films.ts';
import { readPhoto } from '../../../tests/support/photos.ts';
import type { TenantId } from '../../core/ids.ts';
import type { Blobs, Previewer } from '../../core/media-ports.ts';
import { openFileBlobs } from '../blobs/fs.ts';
import { createProber } from '../probe/index.ts';
import { createPreviewer } from './previews.ts';

const { signal } = new AbortController();
const tenantId = 'tenant_0' as TenantId;
let directory: string;
let blobs: Blobs;
let previewer: Previewer;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'framegate-previews-'));
  blobs = await openFileBlobs(directory, randomBytes);
  previewer = createPreviewer(blobs, { ffmpegPath: undefined, searchPath: process.env.PATH ?? '', log: () => {} });
});
after(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function previewOf(bytes: Uint8Array, damage = (stored: Uint8Array) => stored) {
  const { key, sizeBytes } = await blobs.write([bytes], { signal, tenantId, maximumBytes: 1e9 });
  const facts = await createProber(blobs).probe(key, sizeBytes, { signal });
  const damaged = await blobs.write([damage(bytes)], { signal, tenantId, maximumBytes: 1e9 });
  return { facts, made: await previewer.preview(damaged.key, damaged.sizeBytes, facts, { signal }) };
}

async function checkThumbnail({ made, facts }: Awaited<ReturnType<typeof previewOf>>) {
  assert.ok(made);
  const { thumbnail, blurhash } = made;
  const { format, width, height } = await sharp(thumbnail.bytes).metadata();
  assert.deepEqual({ format, width, height }, { format: 'webp', width: thumbnail.width, height: thumbnail.height });
  const longest = Math.max(facts.width ?? 0, facts.height ?? 0);
  assert.equal(Math.max(width, height), Math.min(512, longest));
  assert.ok(isBlurhashValid(blurhash).result, blurhash);
  return made;
}

test('a picture gets a thumbnail of 512 pixels, upright, and a blurhash', async () => {
  const photo = readPhoto('nagasaki-boats.jpg');
  const { poster } = await checkThumbnail(await previewOf(photo));
  assert.equal(poster, undefined);
  const turned = await sharp(photo)
    .resize(1000, 600, { fit: 'fill' })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const { thumbnail } = await checkThumbnail(await previewOf(turned));
  assert.ok(thumbnail.height > thumbnail.width);
  const small = await sharp(photo).resize(200, 130, { fit: 'fill' }).webp().toBuffer();
  assert.equal((await checkThumbnail(await previewOf(small))).thumbnail.width, 200);
});

test('a film gets its first frame in full size as well', async () => {
  const preview = await previewOf(await plainMp4());
  const { poster } = await checkThumbnail(preview);
  assert.ok(poster);
  const { format, width, height } = await sharp(poster.bytes).metadata();
  assert.deepEqual(
    { format, width, height },
    { format: 'jpeg', width: preview.facts.width, height: preview.facts.height },
  );
});

test('what cannot be decoded has no preview, and nobody else suffers', async () => {
  const cut = (bytes: Uint8Array) => bytes.subarray(0, 200);
  assert.equal((await previewOf(readPhoto('nagasaki-boats.jpg'), cut)).made, undefined);
  assert.equal((await previewOf(await plainMp4(), cut)).made, undefined);
});
