/** The measurement of tasks in flight works: every result is told, after it was done. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { measureInFlight } from './index.ts';

it('hears of each task that ended', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'framegate-in-flight-'));
  try {
    const { delaysMs } = await measureInFlight(directory, { inFlight: 8, donePerSecond: 50, samples: 20 });
    assert.ok(delaysMs.length >= 20);
    assert.ok(delaysMs.every((delayMs) => delayMs >= 0));
  } finally {
    await rm(directory, { recursive: true });
  }
});
