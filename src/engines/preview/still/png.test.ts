import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { randomStream } from '../random.ts';
import { writePng } from './png.ts';

const directory = mkdtempSync(join(tmpdir(), 'framegate-test-'));
after(() => rmSync(directory, { recursive: true, force: true }));

test('what is written is what was given, for every shape', async () => {
  const random = randomStream(1, 'png');
  for (const [width, height] of [
    [1, 1],
    [3, 2],
    [257, 131],
    [64, 400],
  ] as const) {
    const data = Uint8Array.from({ length: 3 * width * height }, (_, at) => (at % 11 < 6 ? at / 90 : random() * 256));
    const path = join(directory, `${width}x${height}.png`);
    await writePng({ width, height, data }, path);
    const read = await sharp(path, { failOn: 'warning' }).raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([read.info.width, read.info.height, read.info.channels], [width, height, 3]);
    assert.deepEqual(new Uint8Array(read.data), data);
  }
});
