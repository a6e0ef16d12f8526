/** A filled store is one the gateway starts on, and every task in it is found. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { fillStore, readSample } from './fill-store.ts';
import { postJson } from './scenarios/scenario.ts';
import { runcomfyBody, runcomfyPath } from './scenarios/submit-runcomfy.ts';
import { benchKey, startGateway } from './server.ts';

it('has many times the tasks that the gateway wrote', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'framegate-fill-'));
  const headers = { authorization: `Bearer ${benchKey}` };
  try {
    {
      await using gateway = await startGateway(directory);
      for (let made = 0; made < 3; made++) await postJson(gateway.url + runcomfyPath, runcomfyBody, headers);
    }
    fillStore(join(directory, 'data'), 4);
    await using gateway = await startGateway(directory);
    const ids = new Set(readSample(gateway.storeDirectory, 12));
    assert.equal(ids.size, 12);
    for (const id of ids) {
      const answer = await fetch(`${gateway.url}/v1/requests/${id}/status`, { headers });
      assert.deepEqual(((await answer.json()) as { status: string }).status, 'in_queue');
    }
  } finally {
    await rm(directory, { recursive: true });
  }
});
