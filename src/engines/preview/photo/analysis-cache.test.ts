import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createPlane } from '../raster/plane.ts';
import { decodeAnalysis, encodeAnalysis, openAnalysisCache, sweepAnalyses } from './analysis-cache.ts';
import { pictureOf } from './decode.ts';
import type { PhotoSubject } from './subject.ts';

const root = mkdtempSync(join(tmpdir(), 'analysis-cache-'));
after(() => rmSync(root, { recursive: true, force: true }));

const box = { left: 0.1, top: 0.2, right: 0.8, bottom: 1 };
const subject: PhotoSubject = {
  source: 'person',
  matte: { width: 40, height: 30, data: Float32Array.from({ length: 1200 }, (_, index) => (index % 256) / 255) },
  confidence: 0.9,
  area: 1 / 3,
  box,
  touches: { left: 0, top: 0, right: 0, bottom: 0.5 },
  nearness: createPlane(20, 15, 0.25),
  depthSource: 'guess',
};
const encoded = encodeAnalysis(subject);

let time = Date.now();
const now = () => time;
let folders = 0;

function openFolder() {
  const directory = join(root, `cache-${folders++}`);
  const open = (secret = 'one', variant = '') => openAnalysisCache({ directory, secret, variant, now });
  return { directory, open, files: () => readdirSync(directory) };
}

function pictureFile(text: string) {
  const path = join(root, `picture-${folders++}`);
  writeFileSync(path, text);
  return { ...pictureOf({ width: 1, height: 1, data: new Uint8Array(3) }), path };
}

test('an analysis comes back as it was, to a 65,000th, and again exactly', () => {
  const once = decodeAnalysis(encoded);
  for (const [index, value] of subject.matte.data.entries()) {
    assert.ok(Math.abs((once.matte.data[index] ?? 9) - value) < 1e-5);
  }
  assert.deepEqual([once.box, once.area, once.source, once.depthSource], [box, 1 / 3, 'person', 'guess']);
  assert.deepEqual(decodeAnalysis(encodeAnalysis(once)), once);
  for (const length of [0, 3, 50, encoded.length - 1]) assert.throws(() => decodeAnalysis(encoded.subarray(0, length)));
});

test('what was written is found by the same bytes, secret and model, and by nothing else', async () => {
  const { open, files } = openFolder();
  const cache = open();
  const key = (await cache.keyOf(pictureFile('a cat'))) ?? assert.fail();
  assert.equal(await cache.read(key), undefined);
  await cache.write(key, encoded);
  assert.deepEqual(await cache.read(key), encoded);
  assert.equal(await cache.keyOf(pictureFile('a cat')), key);
  assert.notEqual(await cache.keyOf(pictureFile('a dog')), key);
  assert.notEqual(await open('two').keyOf(pictureFile('a cat')), key);
  assert.notEqual(await open('one', '/models/depth').keyOf(pictureFile('a cat')), key);
  assert.equal(await cache.keyOf(pictureOf({ width: 1, height: 1, data: new Uint8Array(3) })), undefined);
  assert.equal(files().length, 1);
});

test('a damaged, foreign or cut-off file is no entry, and goes', async () => {
  const { directory, open, files } = openFolder();
  const cache = open();
  const path = join(directory, 'key.analysis');
  await cache.write('key', encoded);
  const good = readFileSync(path);
  const flipped = Buffer.from(good);
  flipped[200] = (flipped[200] ?? 0) ^ 1;
  for (const bytes of [flipped, good.subarray(0, 500), Buffer.alloc(0), Buffer.from('hello')]) {
    writeFileSync(path, bytes);
    assert.equal(await cache.read('key'), undefined);
    assert.deepEqual(files(), []);
  }
});

test('an entry is gone a day after it was made, however often it was used', async () => {
  const { directory, open, files } = openFolder();
  const cache = open();
  time = Date.now();
  await cache.write('key', encoded);
  for (let hour = 0; hour < 23; hour++) {
    time += 3_600_000;
    assert.ok((await cache.read('key')) !== undefined, `hour ${hour}`);
  }
  time += 2 * 3_600_000;
  await sweepAnalyses(directory, { now });
  assert.deepEqual(files(), []);
  assert.equal(await cache.read('key'), undefined);
  time = Date.now();
});

test('what was used longest ago makes room, and what a dead process left goes', async () => {
  const { directory, open, files } = openFolder();
  const cache = open();
  for (const [index, key] of ['a', 'b', 'c'].entries()) {
    await cache.write(key, encoded);
    utimesSync(join(directory, `${key}.analysis`), (time - 9000 + index * 1000) / 1000, time / 1000);
  }
  await cache.read('a');
  const abandoned = join(directory, 'd.analysis.123');
  writeFileSync(abandoned, 'half');
  utimesSync(abandoned, 1, 1);
  await sweepAnalyses(directory, { now, mostBytes: 2 * (encoded.length + 40) });
  assert.deepEqual(files().sort(), ['a.analysis', 'c.analysis']);
  // A folder that is not there yet, or no folder, hurts nobody.
  await sweepAnalyses(join(root, 'nowhere'));
  const file = pictureFile('no folder').path;
  await openAnalysisCache({ directory: file, secret: '', variant: '' }).write('key', encoded);
});
