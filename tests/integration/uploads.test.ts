/** Uploads in pieces, seen from outside: breaks, kills, two at once, limits, expiry, tenants, and what they become. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import type { WireArtifact, WireUpload } from '../../src/dialects/native/wire.ts';
import { addMember } from '../support/admin-client.ts';
import {
  adminKey,
  type GatewayProcess,
  makeDirectory,
  removeDirectory,
  startGatewayProcess,
  testKey,
} from '../support/gateway-process.ts';
import { createTask, finishTask, uploadFile } from '../support/native-client.ts';
import { readPhoto } from '../support/photos.ts';
import { bucket, s3Credentials, startS3Server } from '../support/s3-server.ts';

const image = 'vidu/q2/reference-to-image';
const mebibyte = 1024 * 1024;
const patienceMs = 60_000;

type Sender = Pick<GatewayProcess, 'send'>;
type Failure = { readonly error: { readonly code: string; readonly message: string } };

const begin = (to: Sender, body: object) =>
  to.send('/v1/uploads/sessions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function begun(to: Sender, sizeBytes: number, fileName?: string): Promise<WireUpload> {
  const response = await begin(to, {
    size_bytes: sizeBytes,
    ...(fileName === undefined ? {} : { file_name: fileName }),
  });
  assert.equal(response.status, 201);
  return (await response.json()) as WireUpload;
}

const pathOf = ({ id }: Pick<WireUpload, 'id'>) => `/v1/uploads/sessions/${id}`;

const send = (to: Sender, upload: WireUpload, offset: number | string, bytes: Uint8Array) =>
  to.send(pathOf(upload), { method: 'PATCH', headers: { 'upload-offset': String(offset) }, body: Buffer.from(bytes) });

const complete = (to: Sender, upload: WireUpload) => to.send(`${pathOf(upload)}/complete`, { method: 'POST' });

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as Failure).error.code;
}

async function look(to: Sender, upload: WireUpload): Promise<WireUpload> {
  return (await (await to.send(pathOf(upload))).json()) as WireUpload;
}

async function until<Result>(find: () => Promise<Result | undefined | false>): Promise<Result> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await delay(50)) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
  }
  throw new Error('it did not come in time');
}

/** A request whose body has not ended. */
function sendSlowly(gateway: GatewayProcess, upload: WireUpload, offset: number, start: Uint8Array) {
  const client = request(gateway.url + pathOf(upload), {
    method: 'PATCH',
    headers: { authorization: `Bearer ${testKey}`, 'upload-offset': String(offset), 'transfer-encoding': 'chunked' },
  });
  client.on('error', () => {});
  client.write(start);
  return client;
}

/** Once the server holds at least so much of it in its file. */
const fileHolds = (gateway: GatewayProcess, { id }: WireUpload, sizeBytes: number) =>
  until(async () => (await readFile(join(gateway.directory, 'uploads', id))).length >= sizeBytes);

test('a file in pieces is the artifact that it would be in one, and an input', async () => {
  await using gateway = await startGatewayProcess();
  const photo = readPhoto('astronaut.png');
  const upload = await begun(gateway, photo.length, 'C:\\photos\\An "astronaut"\r\n.tar.JPG');
  assert.match(upload.id, /^upload_[0-9A-Za-z]{22}$/);
  assert.equal(upload.offset, 0);
  const half = photo.length >> 1;
  const first = await send(gateway, upload, 0, photo.subarray(0, half));
  assert.equal(first.status, 200);
  assert.equal(((await first.json()) as WireUpload).offset, half);
  const head = await gateway.send(pathOf(upload), { method: 'HEAD' });
  assert.equal(head.headers.get('upload-offset'), String(half));
  const early = await complete(gateway, upload);
  assert.equal(early.status, 409);
  assert.equal(early.headers.get('upload-offset'), String(half));
  assert.equal((await send(gateway, upload, half, photo.subarray(half))).status, 200);

  const made = (await (await complete(gateway, upload)).json()) as WireArtifact;
  assert.equal(made.sha256, createHash('sha256').update(photo).digest('hex'));
  assert.equal(made.file_name, 'An-astronaut-tar.png');
  assert.ok(Buffer.from(await (await fetch(made.url)).arrayBuffer()).equals(photo));
  assert.deepEqual(await (await complete(gateway, upload)).json(), made);
  assert.equal((await look(gateway, upload)).artifact, made.id);
  assert.equal((await send(gateway, upload, photo.length, Buffer.alloc(0))).status, 409);
  assert.equal((await uploadFile(gateway, photo)).id, made.id, 'the same bytes are one artifact, however they came');
  assert.deepEqual(await readdir(join(gateway.directory, 'uploads')), []);

  const { id } = await createTask(gateway, image, { prompt: 'a walk in the desert', images: [made.id], seed: 1 });
  assert.equal((await finishTask(gateway, id)).state, 'succeeded');
  assert.equal((await gateway.send(pathOf(upload), { method: 'DELETE' })).status, 204);
  assert.equal((await fetch(made.url)).status, 200);
});

test('a name that is nothing but tricks leaves the plain one; what is no media is refused at the end', async () => {
  await using gateway = await startGatewayProcess();
  const photo = readPhoto('chelsea.png');
  for (const name of ['../../../etc/passwd/..', '..', '"\r\nSet-Cookie: a=b', '\0', '日本語.png', '<script>.png', '']) {
    const upload = await begun(gateway, photo.length, name);
    assert.ok((await send(gateway, upload, 0, photo)).ok);
    assert.deepEqual(await readdir(join(gateway.directory, 'uploads')), [upload.id]);
    const response = await complete(gateway, upload);
    const made = (await response.json()) as WireArtifact;
    assert.match(made.file_name, /^[0-9A-Za-z][0-9A-Za-z_-]*\.png$/, name);
    const answer = await fetch(made.url);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('set-cookie'), null);
    await answer.body?.cancel();
  }
  assert.equal((await begin(gateway, { size_bytes: 1, file_name: 'a'.repeat(256) })).status, 422);
  const text = Buffer.from('this is no picture');
  const upload = await begun(gateway, text.length);
  await send(gateway, upload, 0, text);
  for (let round = 0; round < 2; round += 1) {
    const refused = await complete(gateway, upload);
    assert.equal(refused.status, 422);
    assert.match(((await refused.json()) as Failure).error.message, /^The file .+\.$/);
  }
});

test('wrong offsets, pieces that are too long, and two writers at once', async () => {
  await using gateway = await startGatewayProcess();
  const bytes = randomBytes(6 * mebibyte);
  const upload = await begun(gateway, bytes.length);
  assert.ok((await send(gateway, upload, 0, bytes.subarray(0, 1_000))).ok);
  for (const [offset, piece] of [
    [0, bytes],
    [999, bytes.subarray(999)],
    [1_001, bytes.subarray(1_001)],
  ] as const) {
    const refused = await send(gateway, upload, offset, piece);
    assert.equal(refused.status, 409);
    assert.equal(refused.headers.get('upload-offset'), '1000');
    assert.match(((await refused.json()) as Failure).error.message, /offset 1000/);
  }
  for (const offset of ['-1', '1e3', '0x1', 'NaN', '9'.repeat(16)]) {
    assert.equal((await send(gateway, upload, offset, bytes)).status, 400, offset);
  }
  assert.equal((await gateway.send(pathOf(upload), { method: 'PATCH', body: 'x' })).status, 400);
  const long = await send(gateway, upload, 1_000, bytes);
  assert.deepEqual([long.status, await codeOf(long)], [413, 'payload_too_large']);

  const slow = sendSlowly(gateway, upload, 1_000, bytes.subarray(1_000, 2_000));
  await fileHolds(gateway, upload, 2_000);
  const second = await send(gateway, upload, 1_000, bytes.subarray(1_000));
  assert.deepEqual([second.status, await codeOf(second)], [409, 'conflict']);
  assert.equal((await complete(gateway, upload)).status, 409);
  // A body that does not say how long it is, and goes on beyond the file.
  slow.end(bytes);
  const answer = await new Promise<number | undefined>((done) =>
    slow.on('response', ({ statusCode }) => done(statusCode)),
  );
  assert.equal(answer, 413);
  const { offset } = await look(gateway, upload);
  assert.ok(offset >= 2_000 && offset <= bytes.length, `${offset}`);
  const file = await readFile(join(gateway.directory, 'uploads', upload.id));
  assert.ok(file.length <= bytes.length, `${file.length}`);

  const together = await begun(gateway, bytes.length);
  const answers = await Promise.all([1, 2, 3].map(() => send(gateway, together, 0, bytes)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409]);
  assert.equal((await look(gateway, together)).offset, bytes.length);
});

test('what arrived before a request broke off is kept; a deleted one is gone while it is written', async () => {
  await using gateway = await startGatewayProcess();
  const upload = await begun(gateway, mebibyte);
  const first = sendSlowly(gateway, upload, 0, randomBytes(5_000));
  await fileHolds(gateway, upload, 5_000);
  first.destroy();
  await until(async () => (await look(gateway, upload)).offset === 5_000);

  const second = sendSlowly(gateway, upload, 5_000, randomBytes(5_000));
  await fileHolds(gateway, upload, 10_000);
  assert.equal((await gateway.send(pathOf(upload), { method: 'DELETE' })).status, 204);
  assert.deepEqual(await readdir(join(gateway.directory, 'uploads')), []);
  second.end();
  const status = await new Promise<number | undefined>((done) =>
    second.on('response', (reply) => done(reply.statusCode)),
  );
  assert.equal(status, 404);
  assert.equal((await gateway.send(pathOf(upload))).status, 404);
  assert.deepEqual(await readdir(join(gateway.directory, 'uploads')), []);
});

/** A PNG of some 20 MB: noise, and not compressed. */
async function makeLargePicture(): Promise<Buffer> {
  const [width, height] = [2_600, 2_600];
  const raw = { width, height, channels: 3 } as const;
  return await sharp(randomBytes(width * height * 3), { raw })
    .png({ compressionLevel: 0 })
    .toBuffer();
}

async function killAndResume(environment: Readonly<Record<string, string>>): Promise<void> {
  const directory = await makeDirectory();
  try {
    const bytes = await makeLargePicture();
    let upload: WireUpload;
    {
      await using gateway = await startGatewayProcess({ environment, directory });
      upload = await begun(gateway, bytes.length, 'coffee.png');
      assert.ok((await send(gateway, upload, 0, bytes.subarray(0, mebibyte))).ok);
      sendSlowly(gateway, upload, mebibyte, bytes.subarray(mebibyte, 15 * mebibyte));
      await fileHolds(gateway, upload, 15 * mebibyte);
      await gateway.stop('SIGKILL');
    }
    await using gateway = await startGatewayProcess({ environment, directory });
    const { offset } = await look(gateway, upload);
    assert.ok(offset >= 8 * mebibyte && offset <= 15 * mebibyte, `${offset}`);
    assert.ok((await send(gateway, upload, offset, bytes.subarray(offset))).ok);
    const response = await complete(gateway, upload);
    const made = (await response.json()) as WireArtifact;
    assert.equal(response.status, 201, JSON.stringify(made));
    assert.equal(made.sha256, createHash('sha256').update(bytes).digest('hex'));
    assert.ok(Buffer.from(await (await fetch(made.url)).arrayBuffer()).equals(bytes));
    assert.deepEqual(await readdir(join(directory, 'uploads')), []);
  } finally {
    await removeDirectory(directory);
  }
}

test('kill -9 in the middle of a piece: it goes on where it was synced', () => killAndResume({}));

test('the same when files are kept in a bucket', async () => {
  await using server = await startS3Server();
  await killAndResume({
    ...s3Credentials,
    FRAMEGATE_STORAGE_KIND: 's3',
    FRAMEGATE_STORAGE_S3_ENDPOINT: server.endpoint,
    FRAMEGATE_STORAGE_S3_BUCKET: bucket,
  });
});

test('three tenants: a foreign upload is no upload, each has its own quota, and one is erased with its pieces', async () => {
  await using gateway = await startGatewayProcess({
    environment: { FRAMEGATE_LIMITS_UPLOAD_QUOTA_MEBIBYTES: '3', FRAMEGATE_LIMITS_MEDIA_MEBIBYTES: '2' },
  });
  const members = await Promise.all([1, 2, 3].map(() => addMember(gateway)));
  const uploads = await Promise.all(members.map((member) => begun(member, 2 * mebibyte)));
  for (const [index, upload] of uploads.entries()) {
    for (const [other, member] of members.entries()) {
      const isOwn = index === other;
      assert.equal((await member.send(pathOf(upload))).status, isOwn ? 200 : 404);
      assert.equal((await send(member, upload, 0, Buffer.from([index]))).status, isOwn ? 200 : 404);
      assert.equal((await complete(member, upload)).status, isOwn ? 409 : 404);
      if (!isOwn) assert.equal((await member.send(pathOf(upload), { method: 'DELETE' })).status, 404);
    }
  }
  const [one, two] = members as [(typeof members)[0], (typeof members)[0]];
  const [first] = uploads as [WireUpload];
  const large = await begin(one, { size_bytes: 2 * mebibyte + 1 });
  assert.deepEqual([large.status, await codeOf(large)], [413, 'payload_too_large']);
  const full = await begin(one, { size_bytes: mebibyte + 1 });
  assert.deepEqual([full.status, await codeOf(full)], [507, 'storage_full']);
  for (const size of [0, -1, 1.5, '5', null]) assert.equal((await begin(one, { size_bytes: size })).status, 422);
  await one.send(pathOf(first), { method: 'DELETE' });
  // All that was reserved is free again, and what completes counts once.
  const photo = readPhoto('chelsea.png');
  const small = await begun(one, photo.length);
  await send(one, small, 0, photo);
  assert.equal((await complete(one, small)).status, 201);
  assert.equal((await begin(one, { size_bytes: 2 * mebibyte })).status, 201);
  const rest = mebibyte - photo.length;
  assert.equal((await begin(one, { size_bytes: rest + 1 })).status, 507);
  assert.equal((await begin(one, { size_bytes: rest })).status, 201);

  const erased = await fetch(`${gateway.url}/v1/admin/tenants/${two.tenant}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${adminKey}` },
  });
  assert.ok(erased.ok);
  const gone = (uploads[1] as WireUpload).id;
  await until(async () => !(await readdir(join(gateway.directory, 'uploads'))).includes(gone));
  assert.ok((await readdir(join(gateway.directory, 'uploads'))).includes((uploads[2] as WireUpload).id));
});

test('no more than a hundred are open at once', async () => {
  await using gateway = await startGatewayProcess();
  for (let count = 0; count < 100; count += 1) await begun(gateway, 1);
  const refused = await begin(gateway, { size_bytes: 1 });
  assert.deepEqual([refused.status, await codeOf(refused)], [429, 'rate_limited']);
  assert.equal((await readdir(join(gateway.directory, 'uploads'))).length, 100);
});
