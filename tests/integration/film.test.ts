/** A film from a photograph of twelve megapixels: exact facts, same bytes for a seed, little memory, and life after kill -9. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import {
  type GatewayProcess,
  makeDirectory,
  removeDirectory,
  startGatewayProcess,
} from '../support/gateway-process.ts';
import { probeFilm } from '../support/media-facts.ts';
import { createTask, downloadFile, finishTask, readEvents, uploadFile } from '../support/native-client.ts';
import { readPhoto } from '../support/photos.ts';

const film = 'vidu/q2-pro/image-to-video';
let directory: string;
let photo: Buffer;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'framegate-film-'));
  photo = await sharp(readPhoto('nagasaki-boats.jpg'))
    .resize(4000, 3000, { fit: 'cover' })
    .jpeg({ quality: 90 })
    .toBuffer();
});
after(async () => {
  await removeDirectory(directory);
});

async function childrenOf(parents: ReadonlySet<number>): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (parents.has(parent)) found.push(Number(name));
  }
  return found;
}

/** Resident bytes of a process and all below it. */
async function residentBytes(root: number): Promise<number> {
  const tree = new Set([root]);
  for (let before = -1; before !== tree.size; ) {
    before = tree.size;
    for (const child of await childrenOf(tree)) tree.add(child);
  }
  let bytes = 0;
  for (const id of tree) {
    const text = await readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => '');
    // Proportional: pages that two processes share are counted once.
    bytes += Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
  }
  return bytes;
}

async function render(gateway: GatewayProcess, seed: number): Promise<Buffer> {
  const { id: artifact } = await uploadFile(gateway, photo);
  const input = { prompt: 'slow push in', images: [artifact], duration: 5, resolution: '720p', seed };
  const { id } = await createTask(gateway, film, input);
  const task = await finishTask(gateway, id);
  assert.equal(task.state, 'succeeded', JSON.stringify(task.error));
  return await downloadFile(task);
}

test('five seconds at 720p: exact facts, the same bytes twice, under 700 MB for the whole process tree', async () => {
  await using gateway = await startGatewayProcess();
  const { pid = 0 } = gateway.process;
  let peakBytes = 0;
  let isWatching = true;
  const watching = (async () => {
    while (isWatching) peakBytes = Math.max(peakBytes, await residentBytes(pid));
  })();
  const first = await render(gateway, 11);
  const second = await render(gateway, 11);
  const other = await render(gateway, 12);
  isWatching = false;
  await watching;
  const path = join(directory, 'film.mp4');
  await writeFile(path, first);
  const facts = probeFilm(path);
  // The photograph is 4:3, and the film of this operation follows it.
  assert.deepEqual(
    [facts.codec, facts.width, facts.height, facts.pixelFormat, facts.frameRate, facts.frames, facts.hasSound],
    ['h264', 960, 720, 'yuv420p', '24/1', 120, false],
  );
  assert.ok(Math.abs(facts.seconds - 5) <= 0.042, `${facts.seconds} s`);
  assert.ok(first.equals(second), 'one seed, one film');
  assert.ok(!first.equals(other), 'another seed, another film');
  assert.ok(first.indexOf('moov') < first.indexOf('mdat'), 'a player can begin before it has the whole file');
  assert.ok(peakBytes > 50e6 && peakBytes < 700e6, `peak ${Math.round(peakBytes / 1e6)} MB`);
});

test('kill -9 while a film renders: after the next start the task finishes, once, without the client', async () => {
  const data = await makeDirectory();
  try {
    let id: string;
    {
      await using gateway = await startGatewayProcess({ directory: data });
      const { id: artifact } = await uploadFile(gateway, photo);
      ({ id } = await createTask(gateway, film, { images: [artifact], duration: 8, resolution: '1080p', seed: 3 }));
      for await (const { event } of readEvents(await gateway.send(`/v1/tasks/${id}/events`))) {
        if (event === 'task.progress') break;
      }
      const children = await childrenOf(new Set([gateway.process.pid ?? 0]));
      assert.ok(children.length >= 1, 'it renders in a process of its own');
      await gateway.stop('SIGKILL');
      await allGone(children);
    }
    await using again = await startGatewayProcess({ directory: data });
    const task = await finishTask(again, id);
    assert.equal(task.state, 'succeeded', JSON.stringify(task.error));
    assert.equal(task.attempts, 2);
    assert.equal(task.output?.files.length, 1);
    assert.equal(task.output?.files[0]?.duration_ms, 8_000);
    const { data: tasks } = (await (await again.send('/v1/tasks')).json()) as { data: unknown[] };
    assert.equal(tasks.length, 1);
  } finally {
    await removeDirectory(data);
  }
});

/** Waits until none of the processes is there any more; a test that leaves one running hangs here and fails. */
async function allGone(ids: readonly number[]): Promise<void> {
  for (const id of ids) {
    for (let isThere = true; isThere; ) {
      const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
      // A zombie has ended; only its parent has not looked yet.
      isThere = stat !== '' && !/^\d+ \(.*\) [ZX]/s.test(stat);
    }
  }
}

test('SIGTERM while a film renders ends at once with 0; the next start finishes the film', async () => {
  const data = await makeDirectory();
  try {
    let id: string;
    {
      await using gateway = await startGatewayProcess({ directory: data });
      const { id: artifact } = await uploadFile(gateway, photo);
      ({ id } = await createTask(gateway, film, { images: [artifact], duration: 8, resolution: '1080p', seed: 3 }));
      for await (const { event } of readEvents(await gateway.send(`/v1/tasks/${id}/events`))) {
        if (event === 'task.progress') break;
      }
      const started = performance.now();
      assert.equal(await gateway.stop(), 0, gateway.output.stderr);
      assert.ok(performance.now() - started < 10_000);
    }
    await using again = await startGatewayProcess({ directory: data });
    assert.equal((await finishTask(again, id)).state, 'succeeded');
  } finally {
    await removeDirectory(data);
  }
});
