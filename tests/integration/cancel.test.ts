/** A cancel of running work does not wait until the engine has something to say. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTask, finishTask, readTask } from '../support/native-client.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(async () => {
  await stage[Symbol.asyncDispose]();
});

test('a cancel breaks off the wait for an engine that has nothing new', async () => {
  const { rich, engine } = stage;
  const { id } = await createTask(rich, 'preview/text-to-image', { prompt: 'a quiet lake' });
  while ((await readTask(rich, id)).state === 'queued') await new Promise((done) => setTimeout(done, 20));
  assert.equal(engine.interruptedChecks, 0);
  assert.equal((await rich.send(`/v1/tasks/${id}/cancel`, { method: 'POST' })).status, 202);
  assert.equal((await finishTask(rich, id)).state, 'canceled');
  assert.equal(engine.interruptedChecks, 1);
});
