/** Vidu's watermark: the clean film stays in `url`, the marked one is in `watermarked_url`. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { photoDataUri } from '../support/photos.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { createViduClient, type ViduClient } from '../support/vidu-client.ts';

let stage: Stage;
let vidu: ViduClient;
before(async () => {
  stage = await openStage();
  stage.engine.outcome = 'succeed';
  vidu = createViduClient(stage, stage.rich.key);
});
after(async () => {
  await stage[Symbol.asyncDispose]();
});

const picture = photoDataUri('chelsea.png');

test('the clean film and the marked one are two files, in each corner, with a picture of the request', async () => {
  for (const mark of [{}, { wm_position: 1 }, { wm_position: 3, wm_url: picture, meta_data: '{"Label":"1"}' }]) {
    const body = { model: 'viduq2-pro', images: [picture], watermark: true, ...mark };
    const created = await vidu.create('img2video', body);
    assert.equal(created.watermark, true);
    const { creations, state, err_code } = await vidu.finish(created.task_id);
    assert.deepEqual([state, err_code, creations.length], ['success', '', 1]);
    const [creation] = creations;
    const [clean, marked] = await Promise.all(
      [creation?.url, creation?.watermarked_url].map(async (url) =>
        Buffer.from(await (await fetch(url ?? '')).arrayBuffer()),
      ),
    );
    assert.ok(clean && marked && clean.byteLength > 500 && marked.byteLength > 500 && !clean.equals(marked));
  }
});

test('a text that only looks like media comes back as it is', async () => {
  const payload = 'data:text/plain;base64,aGVsbG8=';
  const { task_id, payload: echoed } = await vidu.create('reference2image', { model: 'viduq2', prompt: 'a', payload });
  assert.deepEqual([echoed, (await vidu.poll(task_id)).payload], [payload, payload]);
});
