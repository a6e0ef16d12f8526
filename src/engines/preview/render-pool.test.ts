import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { groupMembers } from '../../../tests/support/preview-engine.ts';
import { resolveFfmpeg } from './ffmpeg.ts';
import type { RenderRequest } from './protocol.ts';
import { createRenderPool } from './render-pool.ts';

const root = mkdtempSync(join(tmpdir(), 'framegate-pool-'));
after(() => rmSync(root, { recursive: true, force: true }));

const encoder = await resolveFfmpeg(undefined, new AbortController().signal);

const isAlive = (id: number) => groupMembers(id).length > 0;

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let round = 0; round < 1_500; round++) {
    if (holds()) return;
    await sleep(20);
  }
  assert.fail(`never: ${what}`);
}

function stillRequest(): RenderRequest {
  return {
    operation: 'text-to-image',
    input: { prompt: 'abstract', resolution: '540p' },
    ineffective: {},
    seed: 1,
    media: [],
    directory: mkdtempSync(join(root, 'render-')),
    encoder,
    workers: 1,
  };
}

test('a spare serves one render, another takes its place, and shutting down ends them', async () => {
  const pool = createRenderPool({ spares: 1, workers: 1, log: () => {} });
  assert.deepEqual(pool.spareIds, [], 'nothing is started before it is asked');
  pool.fill();
  const [first = 0] = pool.spareIds;
  // Its group is its own only once it has begun.
  await until('it is there', () => isAlive(first));
  pool.fill();
  assert.deepEqual(pool.spareIds, [first]);
  for (let round = 0, expected = first; round < 2; round++) {
    const child = pool.start(stillRequest(), 60_000, () => {});
    assert.equal(child.processId, expected);
    while (child.outcome === undefined) await child.changed();
    assert.equal(child.outcome.state, 'succeeded', JSON.stringify(child.outcome));
    await until('the used one is gone', () => !isAlive(expected));
    await until('there is another', () => pool.spareIds.length === 1);
    assert.notEqual(pool.spareIds[0], expected);
    expected = pool.spareIds[0] ?? 0;
  }
  const [last = 0] = pool.spareIds;
  await pool[Symbol.asyncDispose]();
  await until('the last spare is gone', () => !isAlive(last));
  pool.fill();
  assert.deepEqual(pool.spareIds, []);
});

test('a render that is alone has the processor to itself; behind one that follows, the next spare is started', async () => {
  await using pool = createRenderPool({ spares: 1, workers: 1, log: () => {} });
  const sparesDuring = async () => {
    const child = pool.start(stillRequest(), 60_000, () => {});
    let most = 0;
    while (child.outcome === undefined) {
      most = Math.max(most, pool.spareIds.length);
      await child.changed();
    }
    return most;
  };
  assert.equal(await sparesDuring(), 0);
  assert.equal(pool.spareIds.length, 1, 'it is started at the end');
  assert.equal(await sparesDuring(), 1);
});

test('more renders than spares start processes of their own', async () => {
  await using pool = createRenderPool({ spares: 1, workers: 1, log: () => {} });
  pool.fill();
  const [spare] = pool.spareIds;
  const children = [1, 2].map(() => pool.start(stillRequest(), 60_000, () => {}));
  assert.equal(children[0]?.processId, spare);
  assert.notEqual(children[1]?.processId, spare);
  await Promise.all(children.map((child) => child.kill()));
});

test('also a process that nobody warmed leaves its compiled modules to the next one', async () => {
  const cacheDirectory = join(root, 'compiled');
  await using pool = createRenderPool({ spares: 0, workers: 1, cacheDirectory, log: () => {} });
  const child = pool.start(stillRequest(), 60_000, () => {});
  while (child.outcome === undefined) await child.changed();
  const kept = readdirSync(cacheDirectory, { recursive: true, encoding: 'utf8' });
  assert.ok(kept.length > 20, String(kept));
});

test('a spare that dies is replaced, later each time', async () => {
  const waits: unknown[] = [];
  await using pool = createRenderPool({
    spares: 1,
    workers: 1,
    log: (event, { waitMs }) => {
      assert.equal(event, 'preview.spare.ended');
      waits.push(waitMs);
    },
  });
  pool.fill();
  for (let round = 0; round < 2; round++) {
    const [id = 0] = pool.spareIds;
    // At once, so that it never gets to say that it is ready.
    process.kill(-id, 'SIGKILL');
    await until('another stands there', () => pool.spareIds.length === 1 && pool.spareIds[0] !== id);
  }
  assert.deepEqual(waits, [500, 1000]);
});

test('spares end themselves when the server is killed, even while they load', async () => {
  const script = `
    const { createRenderPool } = await import(${JSON.stringify(new URL('./render-pool.ts', import.meta.url).href)});
    const pool = createRenderPool({ spares: 2, workers: 1, log: () => {} });
    pool.fill();
    console.log(JSON.stringify(pool.spareIds));
    setInterval(() => {}, 1000);`;
  const server = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    script,
  ]);
  try {
    const [line] = (await server.stdout.setEncoding('utf8').iterator().next()).value.split('\n');
    const ids = JSON.parse(line) as number[];
    assert.equal(ids.length, 2);
    server.kill('SIGKILL');
    await until('they are gone', () => !ids.some(isAlive));
  } finally {
    server.kill('SIGKILL');
  }
});
