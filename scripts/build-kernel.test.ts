/** kernel.wasm is committed; this holds that nobody changed its source alone. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { compileKernel, kernelPath } from './build-kernel.ts';

test('the committed kernel is what its source compiles to', async () => {
  const compiled = await compileKernel();
  assert.ok(compiled.length < 10_240, `${compiled.length} bytes`);
  assert.ok(
    Buffer.from(compiled).equals(await readFile(kernelPath)),
    'kernel.wasm is stale: run node scripts/build-kernel.ts',
  );
});
