import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { parseShot } from '../prompt/shot.ts';
import { randomStream } from '../random.ts';
import { createPlane } from '../raster/plane.ts';
import { warmFrameWorkers } from './frame-pool.ts';
import type { FrameWorkerData } from './frame-worker.ts';
import type { Layer, LayeredScene } from './layers.ts';
import { enliven } from './life.ts';
import { drawFrames, frameOrder, prepareTake } from './render-frames.ts';

const width = 146;
const height = 82;
const sourceWidth = 180;
const sourceHeight = 102;
const frames = 9;

function layerOf(seed: number, hasMatte: boolean): Layer {
  const random = randomStream(seed, 'render-frames');
  const plane = (size: number) => Uint8Array.from({ length: size }, () => 16 + Math.floor(random() * 220));
  const area = sourceWidth * sourceHeight;
  const matte = (across: number, down: number) =>
    Uint8Array.from({ length: across * down }, (_, index) => {
      const distance = Math.hypot((index % across) / across - 0.5, Math.floor(index / across) / down - 0.5);
      return Math.max(0, Math.min(255, Math.round((0.3 - distance) * 4000)));
    });
  const pixels = {
    width: sourceWidth,
    height: sourceHeight,
    luma: plane(area),
    blue: plane(area / 4),
    red: plane(area / 4),
  };
  const nearness = createPlane(40, 24, hasMatte ? 0.8 : 0.3);
  if (!hasMatte) return { pixels, nearness };
  return {
    pixels,
    nearness,
    alpha: { luma: matte(sourceWidth, sourceHeight), chroma: matte(sourceWidth / 2, sourceHeight / 2) },
  };
}

const geometry = { width, height, sourceWidth, sourceHeight, focusX: 0.5, focusY: 0.5, focusNearness: 0.8 };
const scene: LayeredScene = { geometry, layers: [layerOf(1, false), layerOf(2, true)] };
const shot = parseShot('orbit clockwise, snow', 5);
const move = { shot, amplitude: 'large', seed: 5, frames, frameRate: 24 } as const;
const take = prepareTake(enliven(scene, move), move);

async function hashesOf(data: FrameWorkerData, workers: number, order = frameOrder(0, frames)): Promise<string[]> {
  const hashes: string[] = [];
  for await (const frame of drawFrames(data, workers, order)) {
    hashes.push(createHash('sha256').update(frame).digest('hex'));
  }
  return hashes;
}

test('threads are used again, and bytes depend neither on them nor on their number nor on the kernel', async () => {
  warmFrameWorkers(1);
  const first = await hashesOf(take, 1);
  assert.equal(new Set(first).size, frames, 'every frame is another one');
  assert.notEqual(take.kernel, undefined);
  for (const workers of [1, 2, 3]) assert.deepEqual(await hashesOf(take, workers), first);
  assert.deepEqual(await hashesOf({ ...take, kernel: undefined }, 2), first, 'the plain kernel');
  assert.deepEqual(await hashesOf(take, 2, frameOrder(frames - 1, frames, -1)), first.toReversed());
});

test('who stops early leaves nothing behind for the next', async () => {
  const whole = await hashesOf(take, 2);
  for (let count = 1; count < 4; count++) {
    let seen = 0;
    for await (const _ of drawFrames(take, 2, frameOrder(0, frames))) if (++seen === count) break;
    assert.deepEqual(await hashesOf(take, 2), whole);
  }
});

test('a thread that fails fails the film', async () => {
  const broken = { ...take, layers: take.layers.map((layer) => ({ ...layer, nearness: undefined })) };
  await assert.rejects(hashesOf(broken as unknown as FrameWorkerData, 2), /nearness|undefined/);
  assert.equal((await hashesOf(take, 2)).length, frames);
});
