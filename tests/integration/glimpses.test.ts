/** What running work shows of itself: linked in the events, served to its tenant alone, gone with the end. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { tinyJpeg } from '../support/held-engine.ts';
import { createTask, finishTask, readEvents } from '../support/native-client.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(async () => {
  await stage[Symbol.asyncDispose]();
});

test('a glimpse is linked while a task runs, served to its tenant, and gone when it has ended', async () => {
  const { rich, other, engine } = stage;
  const { id } = await createTask(rich, 'preview/text-to-image', { prompt: 'a quiet lake' });
  const events = await rich.send(`/v1/tasks/${id}/events`);
  let link: string | undefined;
  for await (const { event, data } of readEvents(events)) {
    if (event !== 'task.progress') continue;
    link = (data as { glimpse?: string }).glimpse;
    if (link !== undefined) break;
  }
  assert.ok(link);
  assert.ok(link.startsWith(`${stage.url}/v1/tasks/${id}/glimpse?n=`), link);
  const path = link.slice(stage.url.length);
  const shown = await rich.send(path);
  assert.equal(shown.status, 200);
  assert.equal(shown.headers.get('content-type'), 'image/jpeg');
  assert.deepEqual(Buffer.from(await shown.arrayBuffer()), tinyJpeg);
  assert.equal((await other.send(path)).status, 404);
  assert.equal((await fetch(link)).status, 401);
  engine.outcome = 'succeed';
  assert.equal((await finishTask(rich, id)).state, 'succeeded');
  assert.equal((await rich.send(path)).status, 404);
});
