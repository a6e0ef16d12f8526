/** Vidu's upload in three steps, as two of its clients do it. Facts: its page image-upload, the clients' sources. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { readPhoto } from '../support/photos.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { createViduClient, type ViduClient } from '../support/vidu-client.ts';

let stage: Stage;
let vidu: ViduClient;
let other: ViduClient;
before(async () => {
  stage = await openStage();
  vidu = createViduClient(stage, stage.rich.key);
  other = createViduClient(stage, stage.other.key);
});
after(async () => {
  await stage[Symbol.asyncDispose]();
});

const photo = readPhoto('chelsea.png');
const begin = async () => (await vidu.post('/tools/v2/files/uploads', { scene: 'vidu' })).body;

/** As a client without the API's key. */
async function put(url: string, bytes: Uint8Array): Promise<Response> {
  return await fetch(url, { method: 'PUT', headers: { 'content-type': 'image/png' }, body: Buffer.from(bytes) });
}

test('begin, put, finish: the quoted etag of one client, and the picture in a request', async () => {
  const { id, resource_id, put_url, expires_at, ...others } = await begin();
  assert.deepEqual([resource_id, others], [id, {}]);
  assert.ok(Date.parse(expires_at) > Date.now());
  assert.ok(put_url.startsWith(`${stage.url}/tools/v2/files/uploads/`));
  const response = await put(put_url, photo);
  const etag = response.headers.get('etag') ?? '';
  assert.match(etag, /^"[0-9a-f]{64}"$/);
  assert.equal(response.status, 200);
  const { body } = await vidu.put(`/tools/v2/files/uploads/${id}/finish`, { etag });
  assert.match(body.uri, /^ssupload:\?id=[^&]+$/);
  const created = await vidu.create('img2video', { model: 'viduq2-pro', images: [body.uri] });
  assert.match(created.images[0] ?? '', /\/files\/signed\//);
  const shown = Buffer.from(await (await fetch(created.images[0] ?? '')).arrayBuffer());
  assert.ok(shown.equals(photo));
  // Inside subjects, too, and with the id percent-encoded.
  const encoded = body.uri.replace(/id=(.*)$/, (_: string, text: string) => `id=%61${text.slice(1)}`);
  assert.notEqual(encoded, body.uri);
  await vidu.create('img2video', { model: 'viduq2-pro', images: [encoded] });
});

test('the unquoted etag of the other client, and the id percent-encoded in the path; finishing again says the same', async () => {
  const { id, put_url } = await begin();
  const etag = ((await put(put_url, photo)).headers.get('etag') ?? '').replaceAll('"', '');
  const path = `/tools/v2/files/uploads/${id.replace('_', '%5F')}/finish`;
  const first = await vidu.put(path, { etag });
  assert.deepEqual((await vidu.put(path, { etag })).body, first.body);
});

test('what is wrong with each step is said in its own words', async () => {
  const { id, put_url } = await begin();
  const finish = `/tools/v2/files/uploads/${id}/finish`;
  const early = await vidu.put(finish, { etag: 'x' });
  assert.deepEqual([early.status, early.body.reason], [400, 'BadRequest']);
  const words = await put(put_url, Buffer.from('only words'));
  assert.deepEqual([words.status, ((await words.json()) as { reason: string }).reason], [400, 'ImageFormatInvalid']);
  const large = await put(put_url, Buffer.alloc(10 * 1024 * 1024 + 1));
  assert.deepEqual([large.status, ((await large.json()) as { reason: string }).reason], [400, 'BadRequest']);
  // Nothing was kept of either.
  const { headers } = await put(put_url, photo);
  const etag = headers.get('etag') ?? '';
  const twice = await put(put_url, photo);
  assert.deepEqual([twice.status, ((await twice.json()) as { reason: string }).reason], [409, 'Conflict']);
  const wrong = await vidu.put(finish, { etag: '"d41d8cd98f00b204e9800998ecf8427e"' });
  assert.deepEqual([wrong.status, wrong.body.reason], [400, 'FieldInvalid']);
  assert.match(wrong.body.message, /^invalid field: etag/);
  assert.equal((await vidu.put(finish, {})).body.reason, 'FieldLacking');
  assert.equal((await vidu.post('/tools/v2/files/uploads', {})).body.reason, 'FieldLacking');
  assert.equal((await vidu.post('/tools/v2/files/uploads', { scene: 'x' })).body.reason, 'FieldInvalid');
  assert.equal((await vidu.put(finish, { etag })).status, 200);
});

test('the link to put to: each part of it counts, and it ends', async () => {
  const { id, put_url } = await begin();
  const another = await begin();
  const ticket = put_url.split('/').at(-1) ?? '';
  const [expiry = '', signature = ''] = ticket.split('.');
  const forged = [
    put_url.replace(ticket, `${Number(expiry) + 1}.${signature}`),
    put_url.replace(ticket, `${expiry}.${signature.slice(0, -1)}${signature.endsWith('A') ? 'B' : 'A'}`),
    put_url.replace(id, another.id),
    put_url.replace(ticket, expiry),
    put_url.replace(`/content/${ticket}`, '/content/x'),
  ];
  for (const url of forged) {
    const response = await put(url, photo);
    assert.deepEqual([response.status, ((await response.json()) as { reason: string }).reason], [404, 'NotFound'], url);
  }
  assert.equal((await put(put_url, photo)).status, 200);
});

test("an upload is its owner's: a foreign id, and a foreign uri, are unknown ones", async () => {
  const { id, put_url } = await begin();
  const etag = (await put(put_url, photo)).headers.get('etag') ?? '';
  const unknown = `${id.slice(0, -1)}${id.endsWith('a') ? 'b' : 'a'}`;
  const plain = ({ status, body }: { status: number; body: { metadata: unknown } }) => [
    status,
    { ...body, metadata: 0 },
  ];
  assert.deepEqual(
    plain(await other.put(`/tools/v2/files/uploads/${id}/finish`, { etag })),
    plain(await other.put(`/tools/v2/files/uploads/${unknown}/finish`, { etag })),
  );
  const { uri } = (await vidu.put(`/tools/v2/files/uploads/${id}/finish`, { etag })).body;
  const used = await other.post('/ent/v2/img2video', { model: 'viduq2-pro', images: [uri] });
  assert.deepEqual([used.status, used.body.reason], [400, 'FieldInvalid']);
  assert.match(used.body.message, /images\[0\] is not an artifact of yours/);
});

test('a put that breaks off leaves the link as good as new', async () => {
  const { put_url } = await begin();
  const aborting = new AbortController();
  const body = new ReadableStream({
    async pull(controller) {
      controller.enqueue(photo.subarray(0, 1000));
      await delay(20);
      aborting.abort();
    },
  });
  const sent = fetch(put_url, { method: 'PUT', body, signal: aborting.signal, duplex: 'half' } as RequestInit);
  await assert.rejects(sent);
  for (;;) {
    const { status } = await put(put_url, photo);
    // Until the server has seen that the other is gone.
    if (status === 409) await delay(50);
    else return assert.equal(status, 200);
  }
});
