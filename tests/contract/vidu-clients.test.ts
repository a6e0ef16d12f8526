/**
 * What real clients of Vidu send and what they insist on, written from what is known of their sources, not from our
 * encoder; each follows its own way until the file is on disk. The preview engine renders.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type GatewayProcess, removeDirectory, startGatewayProcess, testKey } from '../support/gateway-process.ts';
import { pngSize, probeFilm } from '../support/media-facts.ts';
import { readPhoto } from '../support/photos.ts';

let gateway: GatewayProcess;
let directory: string;
let photoUrl: string;
const files = createServer((_, response) => response.end(readPhoto('astronaut.png')));
before(async () => {
  await new Promise<void>((done) => files.listen(0, '127.0.0.1', done));
  const door = `127.0.0.1:${(files.address() as AddressInfo).port}`;
  photoUrl = `http://${door}/a.png`;
  directory = await mkdtemp(join(tmpdir(), 'framegate-vidu-'));
  gateway = await startGatewayProcess({ environment: { FRAMEGATE_ALLOW_FETCH: door } });
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
  files.close();
  await removeDirectory(directory);
});

type Answer = Readonly<Record<string, unknown>>;

async function ask(method: string, path: string, authorization: string, body?: unknown): Promise<Answer> {
  const response = await fetch(gateway.url + path, {
    method,
    headers: { authorization, accept: 'application/json', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Answer;
  assert.equal(response.status, 200, JSON.stringify(answer));
  return answer;
}

async function save(url: unknown, name: string): Promise<string> {
  const response = await fetch(String(url));
  assert.equal(response.status, 200);
  const path = join(directory, name);
  await writeFile(path, Buffer.from(await response.arrayBuffer()));
  return path;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : assert.fail(`no text: ${value}`));

// ---------------------------------------------------------------------------------------------------- new-api (Go)

/** Five words and no other; a Go string takes no null. */
const newApiStates: Readonly<Record<string, string>> = {
  created: 'SUBMITTED',
  queueing: 'SUBMITTED',
  processing: 'IN_PROGRESS',
  success: 'SUCCESS',
  failed: 'FAILURE',
};

async function newApi(images: readonly string[], metadata: object = {}): Promise<Answer> {
  const paths = ['text2video', 'img2video', 'start-end2video'];
  const body = {
    ...{ model: 'viduq2', images: images.length === 0 ? null : images, prompt: 'a walk', duration: 1 },
    ...{ resolution: '540p', movement_amplitude: 'auto', ...metadata },
  };
  const authorization = `Token ${testKey}`;
  const created = await ask('POST', `/ent/v2/${paths[images.length] ?? 'reference2video'}`, authorization, body);
  assert.notEqual(text(created.state), 'failed');
  const id = text(created.task_id);
  for (;;) {
    const result = await ask('GET', `/ent/v2/tasks/${id}/creations`, authorization);
    const status = newApiStates[text(result.state)] ?? assert.fail(`unknown state ${result.state}`);
    assert.equal(text(result.err_code), '');
    if (status === 'SUCCESS') return result;
    assert.notEqual(status, 'FAILURE');
    await delay(100);
  }
}

test('new-api: by the count of its pictures, from the request to the film, and the same answer ever after', async () => {
  const result = await newApi([]);
  const [creation] = result.creations as Answer[];
  const film = probeFilm(await save(creation?.url, 'text.mp4'));
  assert.deepEqual([film.height, film.frames], [540, 24]);
  const again = await ask('GET', `/ent/v2/tasks/${result.id}/creations`, `Token ${testKey}`);
  const lasting = ({ id, state, err_code, credits }: Answer) => ({ id, state, err_code, credits });
  assert.deepEqual(lasting(again), lasting(result));
  await newApi([photoUrl], { model: 'viduq2-turbo' });
});

// ------------------------------------------------------------------------------------ ComfyUI's nodes (Python, pydantic)

/** `TaskCreationResponse`: three texts; `code` is a number or nothing. */
function comfyCreated({ task_id, state, created_at, code }: Answer): string {
  assert.ok(['created', 'queueing', 'processing', 'success', 'failed'].includes(text(state)));
  text(created_at);
  assert.ok(code === undefined || code === null || typeof code === 'number');
  return text(task_id);
}

/** `TaskStatusResponse`: a list of creations even while it runs, each with three texts. */
function comfyStatus({ state, creations, err_code, progress, credits }: Answer): Answer[] {
  assert.ok(['created', 'queueing', 'processing', 'success', 'failed'].includes(text(state)));
  assert.ok(Array.isArray(creations));
  for (const { id, url, cover_url } of creations as Answer[]) [id, url, cover_url].forEach(text);
  assert.ok(err_code === undefined || err_code === null || typeof err_code === 'string');
  assert.ok([progress, credits].every((value) => value === undefined || value === null || typeof value === 'number'));
  return creations as Answer[];
}

test("ComfyUI's nodes: below /proxy/vidu, with a bearer, movement and seed for every model", async () => {
  const authorization = `Bearer ${testKey}`;
  const body = {
    ...{ model: 'viduq2-turbo', prompt: 'a walk', duration: 1, seed: 1, aspect_ratio: null, resolution: '540p' },
    ...{ movement_amplitude: 'auto', images: [photoUrl] },
  };
  const id = comfyCreated(await ask('POST', '/proxy/vidu/img2video', authorization, body));
  for (;;) {
    const result = await ask('GET', `/proxy/vidu/tasks/${id}/creations`, authorization);
    const [creation] = comfyStatus(result);
    assert.notEqual(result.state, 'failed', String(result.err_code));
    if (result.state !== 'success') {
      await delay(100);
      continue;
    }
    const { frames } = probeFilm(await save(creation?.url, 'node.mp4'));
    return assert.equal(frames, 24);
  }
});

// --------------------------------------------------------------- vidu-java-sdk, vidu-mcp-server (TypeScript), a Rust client

test('a Java client reads `id` and 64-bit creation ids; a picture ends on disk', async () => {
  const authorization = `Token ${testKey}`;
  const body = { model: 'viduq2', images: [photoUrl], prompt: 'a portrait', aspect_ratio: 'auto', resolution: '1080p' };
  const created = await ask('POST', '/ent/v2/reference2image', authorization, body);
  const id = text(created.id);
  for (;;) {
    const { state, creations } = await ask('GET', `/ent/v2/tasks/${id}/creations`, authorization);
    for (const creation of creations as Answer[]) assert.ok(BigInt(text(creation.id)) <= 2n ** 63n - 1n);
    assert.notEqual(state, 'failed');
    if (state !== 'success') {
      await delay(100);
      continue;
    }
    const [creation] = creations as Answer[];
    const path = await save(creation?.url, 'portrait.png');
    // `auto` follows the picture, which is square.
    return assert.deepEqual(pngSize(await readFile(path)), { width: 1080, height: 1080 });
  }
});

test('an MCP server and a Rust client upload first: id and resource_id, raw bytes, the etag with and without quotes', async () => {
  const authorization = `Token ${testKey}`;
  for (const isQuoted of [true, false]) {
    const begun = await ask('POST', '/tools/v2/files/uploads', authorization, { scene: 'vidu' });
    for (const value of [begun.id, begun.resource_id, begun.put_url]) text(value);
    const put = await fetch(text(begun.put_url), {
      method: 'PUT',
      headers: { 'content-type': 'image/png' },
      body: Buffer.from(readPhoto('coffee.png')),
    });
    const etag = text(put.headers.get('etag'));
    assert.ok(etag.startsWith('"') && etag.endsWith('"'));
    const { uri } = await ask(
      'PUT',
      `/tools/v2/files/uploads/${encodeURIComponent(text(begun.id))}/finish`,
      authorization,
      {
        etag: isQuoted ? etag : etag.replaceAll('"', ''),
      },
    );
    const body = { model: 'viduq2', images: [text(uri)], prompt: 'a cup', resolution: '1080p' };
    text((await ask('POST', '/ent/v2/reference2image', authorization, body)).task_id);
  }
});
