import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pictureOf } from '../photo/decode.ts';
import type { PhotoSubject } from '../photo/subject.ts';
import { createPlane } from '../raster/plane.ts';
import { buildLayers } from './layers.ts';
import { readAhead } from './read-ahead.ts';

const size = { width: 320, height: 180 };
const image = { width: 450, height: 300, data: Uint8Array.from({ length: 450 * 300 * 3 }, (_, at) => (at * at) >> 5) };
const box = { left: 0, top: 0, right: 1, bottom: 1 };
const subject: PhotoSubject = {
  source: 'classical',
  matte: createPlane(60, 40),
  nearness: createPlane(60, 40, 0.5),
  confidence: 0,
  area: 0,
  box,
  touches: box,
  depthSource: 'guess',
};

test('layers of a picture that was read ahead are those of one that was read when it was needed', async () => {
  const photo = pictureOf(image);
  let reads = 0;
  const counted = {
    ...photo,
    read: (...how: Parameters<typeof photo.read>) => {
      reads++;
      return photo.read(...how);
    },
  };
  const ahead = readAhead(counted, () => size);
  assert.equal(reads, 1, 'it begins at once');
  const expected = await buildLayers(photo, subject, size.width, size.height);
  assert.deepEqual(await buildLayers(ahead, subject, size.width, size.height), expected);
  assert.equal(reads, 1, 'it is read once');
  await buildLayers(ahead, subject, size.width, size.height);
  assert.equal(reads, 2, 'what was handed out is not kept');
});

test('a picture of which a film shows a sliver is not read ahead', () => {
  const photo = { ...pictureOf(image), width: 60_000, height: 300 };
  assert.equal(
    readAhead(photo, () => size),
    photo,
  );
});

test('a picture that must be enlarged is not read ahead: then which part of it is shown is known', () => {
  const photo = pictureOf(image);
  assert.equal(
    readAhead(photo, () => ({ width: 640, height: 360 })),
    photo,
  );
});

test('a picture that cannot be read is refused when it is asked for, not before', async () => {
  const broken = { ...pictureOf(image), read: () => Promise.reject(new Error('damaged')) };
  const ahead = readAhead(broken, () => size);
  await new Promise(setImmediate);
  await assert.rejects(buildLayers(ahead, subject, size.width, size.height), /damaged/);
});
