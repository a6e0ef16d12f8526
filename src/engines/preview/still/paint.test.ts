import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SceneName } from '../prompt/setting.ts';
import { paintInThread, warmPainters } from './paint.ts';
import { paintPlate } from './plate-worker.ts';
import type { Plate } from './stage.ts';

const bytesOf = ({ canvas: { red, green, blue } }: Plate) =>
  Buffer.concat([red, green, blue].map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)));

test('one thread, two threads and none give the same bytes', async () => {
  warmPainters();
  const scenes: readonly SceneName[] = ['lake', 'city', 'forest', 'castle', 'harbour', 'room', 'abstract', 'space'];
  for (const scene of scenes) {
    const order = { scene, light: 'golden', width: 240, height: 135, seed: 8, hasSubject: false } as const;
    const whole = paintPlate(order);
    const expected = bytesOf(whole);
    for (const threads of [1, 2]) {
      const plate = await paintInThread(order, threads);
      assert.ok(bytesOf(plate).equals(expected), `${scene}, ${threads} threads`);
      assert.deepEqual(plate.key, whole.key);
    }
  }
});
