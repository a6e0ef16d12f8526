import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openAnalyst } from '../photo/analysis.ts';
import { openPhoto, pictureOf } from '../photo/decode.ts';
import type { PhotoSubject } from '../photo/subject.ts';
import type { MoveKind } from '../prompt/moves.ts';
import type { RgbImage } from '../raster/colour.ts';
import { createPlane, type Plane } from '../raster/plane.ts';
import { toYuv420 } from '../raster/yuv420.ts';
import { planCamera, poseAt } from './camera.ts';
import { fillHole } from './fill.ts';
import { buildGrid, type SceneGeometry } from './grid.ts';
import { buildLayers, frameSubject, type Layer } from './layers.ts';
import { limitSlope } from './relief.ts';
import { safeZoom, withZoom } from './safe-zoom.ts';
import { separate } from './separate.ts';

const photos = fileURLToPath(new URL('../../../../examples/photos/', import.meta.url));
const analyst = openAnalyst();
after(() => analyst.close());

async function open(name: string) {
  const photo = await openPhoto({
    field: 'images',
    index: 0,
    path: join(photos, name),
    facts: { kind: 'image', contentType: 'image/png', width: 1, height: 1, bytes: 1 } as never,
  });
  return { photo, subject: await analyst.analyse(photo) };
}

/** Least and greatest stretch of a cell of the warp beside that of an unbent picture; a fold is below 0. */
function stretchOf(geometry: SceneGeometry, layers: readonly Layer[], kind: MoveKind) {
  const frames = 24;
  const segments = [[{ kind, x: kind === 'truck' ? 1 : 0, y: 0 }]];
  const shot = { segments, handheld: false, pace: 1, ambient: [], asked: true, words: [] } as never;
  const plan = planCamera(shot, 'large', 7, frames, 24);
  const zoom = safeZoom(plan, geometry, layers);
  const pose = withZoom(poseAt(plan, frames - 1), zoom[frames - 1] ?? 1);
  let least = Number.POSITIVE_INFINITY;
  let greatest = 0;
  for (const layer of layers) {
    const { columns, rows, positions } = buildGrid(pose, geometry, layer);
    const stride = (columns + 1) * 2;
    const across = (16 / geometry.width) * (1 / pose.zoom);
    const down = (16 / geometry.height) * (1 / pose.zoom);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const corner = row * stride + column * 2;
        const x = ((positions[corner + 2] ?? 0) - (positions[corner] ?? 0)) / across;
        const y = ((positions[corner + stride + 1] ?? 0) - (positions[corner + 1] ?? 0)) / down;
        least = Math.min(least, x, y);
        greatest = Math.max(greatest, x, y);
      }
    }
  }
  return { least, greatest };
}

test('subject and background put together are the photograph again', async () => {
  for (const name of ['astronaut.png', 'allium-oreophilum.jpg']) {
    const { photo, subject } = await open(name);
    const [width, height] = name === 'astronaut.png' ? [480, 480] : [360, 458];
    const { layers } = await buildLayers(photo, subject, width, height);
    const [behind, front] = layers;
    const opacity = front?.alpha?.luma ?? assert.fail(`${name} has one layer`);
    const { scaledWidth, scaledHeight, crop } = frameSubject(
      photo,
      subject,
      behind?.pixels.width ?? 0,
      behind?.pixels.height ?? 0,
    );
    const wanted = toYuv420(await photo.read(scaledWidth, scaledHeight, crop));
    let far = 0;
    let worst = 0;
    for (let index = 0; index < opacity.length; index++) {
      const share = (opacity[index] ?? 0) / 255;
      const mixed = share * (front?.pixels.luma[index] ?? 0) + (1 - share) * (behind?.pixels.luma[index] ?? 0);
      const off = Math.abs(mixed - (wanted.luma[index] ?? 0));
      worst = Math.max(worst, off);
      if (off > 2) far++;
    }
    assert.ok(worst <= 2, `${name}: ${far} pixels are off by up to ${worst}`);
  }
});

test('what cannot be cut with confidence stays in one piece, what can is cut', async () => {
  const layersOf: Record<string, number> = {
    'astronaut.png': 2,
    'allium-oreophilum.jpg': 2,
    'rocket.jpg': 1,
    'chelsea.png': 1,
    'nagasaki-boats.jpg': 1,
    'locomotion-house-cat.jpg': 1,
    'airplane-from-above.jpg': 1,
  };
  for (const [name, count] of Object.entries(layersOf)) {
    const { photo, subject } = await open(name);
    const { layers, geometry } = await buildLayers(photo, subject, 320, 240);
    assert.equal(layers.length, count, `${name} ${subject.source} ${subject.confidence}`);
    assert.equal(subject.depthSource, 'guess');
    for (const kind of ['orbit', 'truck', 'dolly-in', 'push-past', 'dolly-zoom'] as const) {
      const { least, greatest } = stretchOf(geometry, layers, kind);
      assert.ok(least > 0.2 && greatest < 2.5, `${name} ${kind}: ${least.toFixed(2)} to ${greatest.toFixed(2)}`);
    }
  }
});

test('the slope of a depth is limited by raising what is far, never by lowering what is near', () => {
  const cliff = createPlane(320, 180);
  for (let index = 0; index < cliff.data.length; index++) cliff.data[index] = index % 320 > 150 ? 0.9 : 0.1;
  const { data } = limitSlope(cliff);
  for (let x = 1; x < 320; x++) {
    const fall = Math.abs((data[90 * 320 + x] ?? 0) - (data[90 * 320 + x - 1] ?? 0));
    assert.ok(fall < 3.1 / 320, `${x}: ${fall}`);
  }
  assert.ok((data[90 * 320 + 165] ?? 0) > 0.89);
  assert.ok((data[90 * 320 + 10] ?? 1) < 0.11);
});

test('stripes go on behind what was cut out of them', () => {
  const [width, height] = [240, 160];
  const stripe = (x: number) => (Math.floor(x / 12) % 2 === 0 ? 0.9 : 0.2);
  const hole = createPlane(width, height);
  const plane: Plane = createPlane(width, height);
  for (let index = 0; index < plane.data.length; index++) {
    const x = index % width;
    const y = Math.floor(index / width);
    const isHole = x > 90 && x < 130 && y > 50 && y < 110;
    hole.data[index] = isHole ? 1 : 0;
    plane.data[index] = isHole ? 0 : stripe(x);
  }
  const [filled] = fillHole([plane, plane, plane], hole);
  let off = 0;
  let count = 0;
  for (let y = 52; y < 108; y++) {
    for (let x = 92; x < 129; x++) {
      // Not at the stripes' own edges, which a seam may soften.
      if (x % 12 < 3 || x % 12 > 9) continue;
      off += Math.abs((filled?.data[y * width + x] ?? 0) - stripe(x));
      count++;
    }
  }
  assert.ok(off / count < 0.12, `${off / count}`);
});

test('a slanting stripe that ends at a hole goes on into it, and not what lies all around', () => {
  const [width, height] = [240, 160];
  for (const slant of [1, -1]) {
    const middle = (x: number) => 72 + slant * (x - 72);
    const hole = createPlane(width, height);
    const plane: Plane = createPlane(width, height);
    for (let index = 0; index < plane.data.length; index++) {
      const x = index % width;
      const y = Math.floor(index / width);
      const isHole = x > 72 && x < 216 && y > 16;
      hole.data[index] = isHole ? 1 : 0;
      plane.data[index] = isHole ? 0 : x < 120 && Math.abs(y - middle(x)) < 10 ? 0.8 : 0.3;
    }
    const [filled] = fillHole([plane, plane, plane], hole);
    let sum = 0;
    for (let x = 76; x < 83; x++) sum += filled?.data[Math.round(middle(x)) * width + x] ?? 0;
    assert.ok(sum / 7 > 0.52, `${slant}: ${sum / 7}`);
  }
});

/** A picture whose pixels a function of the position tells, in grey levels. */
function draw(width: number, height: number, greyAt: (x: number, y: number) => number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    data.fill(greyAt(pixel % width, Math.floor(pixel / width)), 3 * pixel, 3 * pixel + 3);
  }
  return { width, height, data };
}

const matteWhere = (width: number, height: number, isIn: (x: number, y: number) => boolean): Plane => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, index) =>
    isIn(index % width, Math.floor(index / width)) ? 1 : 0,
  ),
});

test('a clip that the matte missed at the rim of the subject goes with it', async () => {
  const isBody = (x: number, y: number) => Math.hypot(x - 160, y - 120) < 60;
  const isClip = (x: number, y: number) => x > 216 && x < 225 && Math.abs(y - 120) < 4;
  const image = draw(320, 240, (x, y) => (isBody(x, y) ? 60 : isClip(x, y) ? 20 : 190));
  const { background, alpha } = await separate(image, matteWhere(320, 240, isBody));
  const place = 120 * 320 + 223;
  assert.ok((alpha.luma[place] ?? 0) > 200, `${alpha.luma[place]}`);
  assert.ok((background.luma[place] ?? 0) > 140, `${background.luma[place]}`);
  assert.equal(alpha.luma[120 * 320 + 240], 0);
});

test('of two people the smaller one is further away, and both are before the background', async () => {
  const isTall = (x: number, y: number) => x > 200 && x < 290 && y > 30;
  const isSmall = (x: number, y: number) => x > 40 && x < 80 && y > 130;
  const image = draw(320, 240, (x, y) => (isTall(x, y) || isSmall(x, y) ? 50 : 180));
  const subject: PhotoSubject = {
    source: 'person',
    matte: matteWhere(320, 240, (x, y) => isTall(x, y) || isSmall(x, y)),
    confidence: 1,
    area: 0.3,
    box: { left: 0.1, top: 0.1, right: 0.9, bottom: 1 },
    touches: { left: 0, top: 0, right: 0, bottom: 0.4 },
    nearness: createPlane(320, 240, 0.4),
    depthSource: 'guess',
  };
  const { layers } = await buildLayers(pictureOf(image), subject, 320, 240);
  const [behind, front] = layers.map(({ nearness }) => nearness);
  const near = (plane: Plane | undefined, x: number) => plane?.data[200 * plane.width + x] ?? Number.NaN;
  assert.ok(near(front, 60) < near(front, 245) - 0.1, `${near(front, 60)} ${near(front, 245)}`);
  for (const x of [60, 245]) assert.ok(near(behind, x) < near(front, x) - 0.05, `${near(behind, x)} ${near(front, x)}`);
});
