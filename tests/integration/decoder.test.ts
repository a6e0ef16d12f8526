/** What comes from outside is decoded before an engine meets it, in a process whose death is a typed error and nothing more. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import type { WireTenant } from '../../src/dialects/native/admin-wire.ts';
import { askAdmin } from '../support/admin-client.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { png } from '../support/media-corpus/bytes.ts';
import { picture } from '../support/media-corpus/good-pictures.ts';
import { createTask, finishTask } from '../support/native-client.ts';

const model = 'vidu/q2/reference-to-image';
/** Far above the fifteen seconds that a decoder has. */
const waitMs = 60_000;

const stack = new AsyncDisposableStack();
let gateway: GatewayProcess;
let filesUrl: string;
let cutPicture: Buffer;

before(async () => {
  const whole = await picture(300, 200).jpeg().toBuffer();
  // The end is where it belongs, the middle is missing: only a decoder can tell.
  cutPicture = Buffer.concat([whole.subarray(0, whole.byteLength / 2), whole.subarray(-2)]);
  const files = createServer((_request, response) => response.end(cutPicture));
  await new Promise<void>((listening) => files.listen(0, '127.0.0.1', listening));
  stack.defer(() => void files.close());
  const { port } = files.address() as { port: number };
  filesUrl = `http://127.0.0.1:${port}`;
  gateway = await startGatewayProcess({
    environment: { FRAMEGATE_ALLOW_FETCH: `127.0.0.1:${port}`, FRAMEGATE_PREVIEW_PRICE: 'list' },
  });
  stack.use(gateway);
  const { id } = await firstTenant();
  await askAdmin(gateway, `/tenants/${id}/grants`, { amount_micros: 1_000_000, note: 'test' });
});
after(async () => {
  await stack.disposeAsync();
});

async function firstTenant(): Promise<WireTenant> {
  const { data } = await askAdmin<{ readonly data: readonly WireTenant[] }>(gateway, '/tenants');
  const [tenant] = data;
  assert.ok(tenant);
  return tenant;
}

const submit = (bytes: Uint8Array) =>
  gateway.send('/v1/tasks', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      input: { prompt: 'a', images: [`data:image/png;base64,${Buffer.from(bytes).toString('base64')}`] },
    }),
  });

type Failure = { readonly error: { readonly code: string; readonly issues?: readonly { readonly rule: string }[] } };

test('an inline picture whose data are cut off is refused before anything is reserved', async () => {
  const { balance_micros: balance } = await firstTenant();
  const response = await submit(cutPicture);
  assert.equal(response.status, 422);
  const text = await response.text();
  assert.match(text, /input\.images\[0\] is damaged/);
  assert.match(text, /"corrupt"/);
  assert.equal((await firstTenant()).balance_micros, balance);
});

test('a fetched picture whose data are cut off fails its task, names its field, and gives all money back', async () => {
  const { balance_micros: balance } = await firstTenant();
  const task = await createTask(gateway, model, { prompt: 'a', images: [`${filesUrl}/a.jpg`] });
  const { state, error } = await finishTask(gateway, task.id);
  assert.equal(state, 'failed');
  assert.equal(error?.code, 'invalid_input');
  assert.match(error?.message ?? '', /^images\[0\] is damaged/);
  assert.equal((await firstTenant()).balance_micros, balance);
});

/** Sends a signal to every decoding process of the gateway, from when it appears until the returned function is called. */
function haunt(signal: NodeJS.Signals): () => Promise<number> {
  let isOver = false;
  const touched = new Set<number>();
  const parent = gateway.process.pid;
  const work = (async () => {
    while (!isOver) {
      for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
        const id = Number(name);
        if (touched.has(id) || !isDecoder(name, parent)) continue;
        touched.add(id);
        process.kill(id, signal);
      }
      await sleep(2);
    }
  })();
  return async () => {
    isOver = true;
    await work;
    return touched.size;
  };
}

function isDecoder(name: string, parent: number | undefined): boolean {
  try {
    const [, parentId] = /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, 'latin1')) ?? [];
    return Number(parentId) === parent && readFileSync(`/proc/${name}/cmdline`, 'latin1').includes('picture-process');
  } catch {
    return false;
  }
}

async function answersOn(): Promise<void> {
  const response = await fetch(`${gateway.url}/healthz`, { signal: AbortSignal.timeout(waitMs) });
  assert.equal(response.status, 200);
}

const skip = process.platform !== 'linux' && 'only Linux shows its processes as files';

test('a decoder that is killed is started once more; then the picture is refused', { skip }, async () => {
  const stop = haunt('SIGKILL');
  const response = submit(await picture(2000, 1500).png().toBuffer());
  await answersOn();
  const { status } = await response;
  const touched = await stop();
  assert.deepEqual([status, touched], [422, 2]);
  await answersOn();
});

test('a decoder that stands still is ended, and the client is told to come back', { skip }, async () => {
  const stop = haunt('SIGSTOP');
  const response = submit(await picture(2000, 1500).png().toBuffer());
  await answersOn();
  const { status } = await response;
  assert.ok((await stop()) > 0);
  assert.equal(status, 503);
  await answersOn();
  const next = await submit(await picture(200, 150).png().toBuffer());
  assert.equal(next.status, 201, await next.text());
});

test('a decoder that wants too much memory gets none, and the picture is refused', { skip }, async () => {
  // All rows of an interlaced picture must be held: 8 bytes for each of 49 million pixels.
  const data = deflateSync(Buffer.alloc(7000 * 7000 * 8 + 20_000), { level: 1 });
  const response = await submit(png({ width: 7000, height: 7000, depth: 16, colourType: 6, interlace: 1, data }));
  assert.equal(response.status, 422);
  const { error } = (await response.json()) as Failure;
  assert.deepEqual([error.code, error.issues?.[0]?.rule], ['invalid_input', 'corrupt']);
  await answersOn();
});
