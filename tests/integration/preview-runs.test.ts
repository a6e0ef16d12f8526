/** Renders as they run: the same bytes from one processor and from two, told while they go on, gone when they are canceled. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { createTask, finishTask, readEvents, uploadFile } from '../support/native-client.ts';
import { readPhoto } from '../support/photos.ts';
import {
  groupMembers,
  makeJob,
  mostCancelMs,
  openPreviewWorld,
  pictureFile,
  untilGroupHas,
} from '../support/preview-engine.ts';

const world = openPreviewWorld();
after(() => world[Symbol.asyncDispose]());
const { signal } = new AbortController();

/** As many processors as `taskset` leaves: the engine takes a worker for each. */
async function hashes(seed: number, processors: string): Promise<string> {
  const program = join(import.meta.dirname, '../support/preview-hashes.ts');
  const args = ['-c', processors, process.execPath, program, String(seed)];
  return (await promisify(execFile)('taskset', args)).stdout;
}

test('one seed gives the same bytes on one processor and on two, another seed others', async () => {
  const [one, two, other] = await Promise.all([hashes(5, '0'), hashes(5, '0,1'), hashes(6, '0,1')]);
  assert.equal(one.trim().split('\n').length, 4, one);
  assert.equal(two, one);
  const lines = other.split('\n');
  for (const [index, line] of one.trim().split('\n').entries()) assert.notEqual(lines[index], line);
});

test('progress rises and pictures of the film come along while it renders', async () => {
  await using gateway = await startGatewayProcess({ environment: { FRAMEGATE_PREVIEW_SPARES: '1' } });
  const { id: artifact } = await uploadFile(gateway, readPhoto('astronaut.png'));
  const input = { prompt: 'slow push in', images: [artifact], duration: 3, resolution: '720p' };
  const { id } = await createTask(gateway, 'vidu/q2-pro/image-to-video', input);
  const progress: number[] = [];
  let glimpse: Buffer | undefined;
  for await (const { event, data } of readEvents(await gateway.send(`/v1/tasks/${id}/events`))) {
    if (event === 'task.succeeded') break;
    if (event !== 'task.progress') continue;
    const told = data as { progress: number; glimpse?: string };
    progress.push(told.progress);
    if (glimpse !== undefined || told.glimpse === undefined) continue;
    const shown = await gateway.send(told.glimpse.slice(gateway.url.length));
    if (shown.status === 200) glimpse = Buffer.from(await shown.arrayBuffer());
  }
  assert.equal((await finishTask(gateway, id)).state, 'succeeded');
  assert.ok(progress.length >= 3, String(progress));
  assert.deepEqual(
    progress,
    [...new Set(progress)].sort((a, b) => a - b),
  );
  assert.deepEqual(glimpse?.subarray(0, 3), Buffer.from([0xff, 0xd8, 0xff]), 'a JPEG');
});

test('a cancel ends a render within a second and leaves neither processes nor files', async () => {
  for (const isDrawing of [false, true]) {
    const input = { prompt: 'orbit', resolution: '1080p', duration: 10, bgm: true };
    const job = makeJob('image-to-video', input, [pictureFile(readPhoto('astronaut.png'))]);
    const handle = await world.engine.start(job, { signal });
    const id = world.processIds.get(job.attemptKey) ?? assert.fail('no process');
    // Its encoder is the second process of its group.
    while (isDrawing && groupMembers(id).length < 2) {
      const report = await world.engine.check(handle, { signal, waitMs: 50 });
      assert.equal(report.state, 'pending');
    }
    const begun = performance.now();
    await world.engine.cancel(handle, { signal });
    const took = performance.now() - begun;
    assert.ok(took < mostCancelMs, `${took} ms`);
    await untilGroupHas(id, 0);
    assert.ok(!existsSync(join(world.root, job.attemptKey)));
  }
});
