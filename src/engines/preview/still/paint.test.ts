import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sceneNames } from '../prompt/setting.ts';
import { randomStream } from '../random.ts';
import { frameFromPlate } from './compose.ts';
import { finish } from './finish.ts';
import { finishInThreads, paintInThreads, writePngInThreads } from './paint.ts';
import { warmPainters } from './painters.ts';
import { paintPlate } from './plate.ts';
import { writePng } from './png.ts';
import type { Plate } from './stage.ts';

const directory = mkdtempSync(join(tmpdir(), 'framegate-test-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const bytesOf = ({ canvas: { red, green, blue } }: Plate) =>
  Buffer.concat([red, green, blue].map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)));

test('one thread, two threads and none give the same bytes', async () => {
  warmPainters();
  for (const scene of sceneNames) {
    const order = { scene, light: 'golden', width: 200, height: 113, seed: 8, hasSubject: false } as const;
    const whole = paintPlate(order);
    const expected = bytesOf(whole);
    for (const threads of [1, 2]) {
      const plate = await paintInThreads(order, threads);
      assert.ok(bytesOf(plate).equals(expected), `${scene}, ${threads} threads`);
      assert.deepEqual(plate.key, whole.key);
    }
  }
});

test('a picture that threads finish and write has the bytes of one that is made alone', async () => {
  const plate = paintPlate({ scene: 'city', light: 'night', width: 240, height: 135, seed: 8, hasSubject: false });
  for (const [width, height] of [
    [240, 135],
    [400, 225],
    [64, 7],
  ] as const) {
    const frame = frameFromPlate(plate, width, height);
    const alone = finish(frame, randomStream(1, 'grain'));
    const shared = await finishInThreads(frame, randomStream(1, 'grain'));
    assert.deepEqual(shared.data, alone.data);
    const [one, other] = [join(directory, 'one.png'), join(directory, 'other.png')];
    await writePng(alone, one);
    await writePngInThreads(shared, other);
    assert.ok(readFileSync(one).equals(readFileSync(other)));
  }
});
