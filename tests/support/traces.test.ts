import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findTraces } from './traces.ts';

test('directories and files that come and go meanwhile are no error, and what stays is found', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'framegate-traces-'));
  try {
    await mkdir(join(directory, 'a/b'), { recursive: true });
    await writeFile(join(directory, 'a/b/stays'), 'before MARK after');
    let isOver = false;
    const comeAndGo = Array.from({ length: 8 }, async (_, index) => {
      const passing = join(directory, `passing-${index}`);
      while (!isOver) {
        await mkdir(join(passing, 'deep'), { recursive: true });
        await writeFile(join(passing, 'deep/file'), 'nothing');
        await rm(passing, { recursive: true });
      }
    });
    try {
      for (let round = 0; round < 200; round++) {
        assert.deepEqual(await findTraces(directory, ['MARK', Buffer.from('absent')]), [
          `${join(directory, 'a/b/stays')}: MARK`,
        ]);
      }
    } finally {
      isOver = true;
      await Promise.all(comeAndGo);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
