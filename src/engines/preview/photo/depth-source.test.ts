import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { tinyDepthModel, writeTinyDepthModel } from '../../../../tests/support/tiny-depth-model.ts';
import { modelSize, readPreprocessing, stretch } from './depth-model.ts';
import { openDepthSource } from './depth-source.ts';

const root = mkdtempSync(join(tmpdir(), 'depth-source-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** Dark on the left, bright on the right. */
const image = {
  width: 120,
  height: 80,
  data: Uint8Array.from({ length: 120 * 80 * 3 }, (_, byte) => 2 * (Math.floor(byte / 3) % 120)),
};

async function ask(directory: string, timeoutMs?: number) {
  const warnings: string[] = [];
  const source = openDepthSource(directory, (reason) => warnings.push(reason), timeoutMs);
  try {
    return { answers: [await source.estimate(image), await source.estimate(image)], warnings };
  } finally {
    await source.close();
  }
}

test('a model in a folder tells how near each part is', async () => {
  const directory = join(root, 'tiny');
  writeTinyDepthModel(directory);
  const { answers, warnings } = await ask(directory);
  assert.deepEqual(warnings, []);
  for (const nearness of answers) {
    assert.ok(nearness !== undefined);
    assert.deepEqual([nearness.width, nearness.height], [252, 168]);
    const row = nearness.data.subarray(80 * 252, 81 * 252);
    assert.ok((row[20] ?? 1) < 0.2 && Math.abs((row[126] ?? 0) - 0.5) < 0.05 && (row[230] ?? 0) > 0.8, String(row));
  }
});

test('without a folder, without a model, with a broken or foreign file there is one warning and no answer', async () => {
  const broken = join(root, 'broken');
  writeTinyDepthModel(broken, tinyDepthModel().subarray(0, 120));
  const foreign = join(root, 'foreign');
  writeTinyDepthModel(foreign, Buffer.from('<html>Sign in to download this model</html>'));
  const config = join(root, 'config');
  writeTinyDepthModel(config);
  writeFileSync(join(config, 'preprocessor_config.json'), '{');
  for (const directory of [join(root, 'missing'), root, broken, foreign, config]) {
    const { answers, warnings } = await ask(directory);
    assert.deepEqual(answers, [undefined, undefined], directory);
    assert.equal(warnings.length, 1, directory);
  }
});

test('a model that does not answer in time is given up', async () => {
  const directory = join(root, 'late');
  writeTinyDepthModel(directory);
  const { answers, warnings } = await ask(directory, 1);
  assert.deepEqual(answers, [undefined, undefined]);
  assert.match(warnings.join(), /in time/);
});

test('what the model wants to see is read from its folder, within limits', () => {
  const plain = readPreprocessing({}, {});
  assert.deepEqual([plain.side, plain.multiple, plain.isMetric], [518, 14, false]);
  assert.deepEqual(modelSize({ width: 4000, height: 3000 }, plain), [518, 392]);
  const large = readPreprocessing(
    { size: { height: 4096, width: 4096 }, do_normalize: false },
    { model_type: 'depth_pro' },
  );
  assert.deepEqual([large.side, large.mean, large.deviation, large.isMetric], [518, [0, 0, 0], [1, 1, 1], true]);
  const square = readPreprocessing({ size: 256, ensure_multiple_of: 32, keep_aspect_ratio: false }, {});
  assert.deepEqual(modelSize({ width: 1920, height: 1080 }, square), [256, 256]);
  // A sliver still has a height.
  assert.deepEqual(modelSize({ width: 10_000, height: 10 }, plain), [518, 14]);
});

test('a few wild values do not flatten the rest', () => {
  const data = Float32Array.from({ length: 1000 }, (_, index) => index / 1000);
  data[0] = -1e6;
  data[999] = 1e6;
  const { data: values } = stretch({ width: 100, height: 10, data });
  assert.ok(Math.abs((values[500] ?? 0) - 0.5) < 0.02);
  assert.ok(values.every((value) => value >= 0 && value <= 1));
  assert.throws(() => stretch({ width: 2, height: 2, data: new Float32Array(4).fill(7) }), /same everywhere/);
});
