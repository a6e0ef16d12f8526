/** Artifacts that stay, seen from outside: previews, links that end, uploads that are kept once, files that are lost. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import type { TenantId } from '../../src/core/ids.ts';
import type { WireArtifact, WireTask } from '../../src/dialects/native/wire.ts';
import { openFileBlobs } from '../../src/media/blobs/fs.ts';
import {
  adminKey,
  type GatewayProcess,
  makeDirectory,
  removeDirectory,
  startGatewayProcess,
} from '../support/gateway-process.ts';
import { listFiles } from '../support/list-files.ts';
import { createTask, finishTask, readTask, uploadFile } from '../support/native-client.ts';
import { readPhoto } from '../support/photos.ts';
import { bucket, s3Credentials, startS3Server } from '../support/s3-server.ts';

const image = 'vidu/q2/reference-to-image';
const previewMs = 60_000;

const askAdmin = async (gateway: GatewayProcess, method: string, path: string) => {
  const response = await fetch(gateway.url + path, { method, headers: { authorization: `Bearer ${adminKey}` } });
  assert.equal(response.status, 200);
  return (await response.json()) as { files: { missing: number } };
};

async function until<Result>(look: () => Promise<Result | undefined>): Promise<Result> {
  for (const end = Date.now() + previewMs; Date.now() < end; await delay(100)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error('it did not come in time');
}

async function makePicture(gateway: GatewayProcess): Promise<WireTask> {
  const { id } = await createTask(gateway, image, { prompt: 'a quiet lake at dawn', seed: 5 });
  const task = await finishTask(gateway, id);
  assert.equal(task.state, 'succeeded', JSON.stringify(task.error));
  return task;
}

const previewed = (gateway: GatewayProcess, { id }: WireTask) =>
  until<WireArtifact & { thumbnail: object }>(async () => {
    const file = (await readTask(gateway, id)).output?.files[0];
    return file?.thumbnail == null ? undefined : { ...file, thumbnail: file.thumbnail };
  });

async function linkTo(gateway: GatewayProcess, { id }: WireArtifact, body: object) {
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await gateway.send(`/v1/artifacts/${id}/links`, init);
  assert.equal(response.status, 201);
  return (await response.json()) as { url: string; expires_at: string };
}

async function checkPreviewsAndLinks(gateway: GatewayProcess) {
  const file = await previewed(gateway, await makePicture(gateway));
  const { thumbnail } = file as WireArtifact;
  assert.ok(thumbnail);
  assert.ok(thumbnail.url.startsWith(`${file.url.slice(0, file.url.lastIndexOf('/'))}/`));
  const answer = await fetch(thumbnail.url);
  assert.equal(answer.headers.get('content-type'), 'image/webp');
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  const { width, height } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
  assert.deepEqual([width, height], [thumbnail.width, thumbnail.height]);
  assert.ok(file.blurhash !== null && file.blurhash.length > 6);

  const { url, expires_at } = await linkTo(gateway, file, {});
  const lifetimeMs = Date.parse(expires_at) - Date.now();
  assert.ok(lifetimeMs > 3_500_000 && lifetimeMs <= 3_600_000, `${lifetimeMs}`);
  const whole = Buffer.from(await (await fetch(url)).arrayBuffer());
  assert.equal(whole.length, file.size_bytes);
  const part = await fetch(url, { headers: { range: 'bytes=10-19' } });
  assert.equal(part.status, 206);
  assert.ok(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(10, 20)));
  const saved = await linkTo(gateway, file, { expires_in: 3, download: true });
  const download = await fetch(saved.url);
  assert.match(download.headers.get('content-disposition') ?? '', /^attachment; filename="image\.png"$/);
  await download.body?.cancel();
  await delay(Math.max(0, Date.parse(saved.expires_at) - Date.now()) + 100);
  assert.equal((await fetch(saved.url)).status, 404);
  const other = await fetch(url.replace('/image.png', '/image.pnf'));
  assert.equal(other.status, 404);
  return { file, url };
}

test('previews follow a result; a signed link serves ranges, ends, and survives one rotation of the secret', async () => {
  await using gateway = await startGatewayProcess();
  const { url } = await checkPreviewsAndLinks(gateway);
  for (const status of [200, 404]) {
    await askAdmin(gateway, 'POST', '/v1/admin/links/rotate');
    const answer = await fetch(url);
    assert.equal(answer.status, status);
    await answer.body?.cancel();
  }
});

test('the same in a bucket, whether links lead there or not', async () => {
  await using server = await startS3Server();
  const environment = {
    ...s3Credentials,
    FRAMEGATE_STORAGE_KIND: 's3',
    FRAMEGATE_STORAGE_S3_ENDPOINT: server.endpoint,
    FRAMEGATE_STORAGE_S3_BUCKET: bucket,
  };
  const directory = await makeDirectory();
  try {
    let url: string;
    {
      await using gateway = await startGatewayProcess({ environment, directory });
      ({ url } = await checkPreviewsAndLinks(gateway));
      await gateway.stop('SIGKILL');
    }
    await using gateway = await startGatewayProcess({
      environment: { ...environment, FRAMEGATE_STORAGE_REDIRECT_LINKS: 'true' },
      directory,
    });
    const led = await fetch(gateway.url + new URL(url).pathname, { redirect: 'manual' });
    assert.equal(led.status, 302);
    const location = led.headers.get('location') ?? '';
    assert.ok(location.startsWith(server.endpoint));
    const bytes = await (await fetch(location)).arrayBuffer();
    assert.equal((await sharp(Buffer.from(bytes)).metadata()).format, 'png');
  } finally {
    await removeDirectory(directory);
  }
});

test('marks inside a file survive: EXIF, XMP and C2PA come back byte for byte', async () => {
  await using gateway = await startGatewayProcess();
  const photo = await sharp(readPhoto('nagasaki-boats.jpg'))
    .resize(400)
    .withExif({ IFD0: { Copyright: 'somebody' } })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf/></x:xmpmeta>')
    .jpeg()
    .toBuffer();
  // C2PA lies in APP11 segments of JUMBF boxes (JPEG 2000 part 19); what is in them is nobody's business here.
  const jumbf = Buffer.from('JP\0\x01\0\0\0\x01\0\0\0\x16jumbc2pa-manifest', 'latin1');
  const marked = Buffer.concat([
    photo.subarray(0, 2),
    Buffer.from([0xff, 0xeb, 0, jumbf.length + 2]),
    jumbf,
    photo.subarray(2),
  ]);
  const { url } = await uploadFile(gateway, marked);
  assert.ok(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(marked));
});

test('the same upload is kept once, one too many is refused, and what is lost is reported', async () => {
  const directory = await makeDirectory();
  try {
    const environment = { FRAMEGATE_LIMITS_UPLOAD_QUOTA_MEBIBYTES: '1' };
    const photo = await sharp(readPhoto('nagasaki-boats.jpg')).resize(800).png().toBuffer();
    assert.ok(photo.length > 600_000 && photo.length < 1_000_000, `${photo.length}`);
    const filesOf = () => listFiles(join(directory, 'blobs'));
    {
      await using gateway = await startGatewayProcess({ environment, directory });
      const first = await uploadFile(gateway, photo);
      const again = await Promise.all([uploadFile(gateway, photo), uploadFile(gateway, photo)]);
      assert.deepEqual(new Set(again.map(({ id }) => id)), new Set([first.id]));
      assert.equal((await filesOf()).length, 1);
      const other = await sharp(photo).negate().png().toBuffer();
      const refused = await gateway.send('/v1/uploads', { method: 'POST', body: other });
      assert.equal(refused.status, 507);
      assert.match(await refused.text(), /storage_full/);
      assert.equal((await filesOf()).length, 1);
      assert.equal((await askAdmin(gateway, 'GET', '/v1/admin/status')).files.missing, 0);
    }
    for (const file of await filesOf()) await rm(file);
    await using gateway = await startGatewayProcess({ environment, directory });
    await until(async () =>
      (await askAdmin(gateway, 'GET', '/v1/admin/status')).files.missing === 1 ? true : undefined,
    );
  } finally {
    await removeDirectory(directory);
  }
});

test('a kill between a blob and its record, or in the middle of either, loses nothing and leaves nothing', async () => {
  const directory = await makeDirectory();
  const { signal } = new AbortController();
  try {
    const photo = readPhoto('nagasaki-boats.jpg');
    let kept: WireArtifact;
    {
      await using gateway = await startGatewayProcess({ directory });
      kept = await uploadFile(gateway, photo);
      await gateway.stop('SIGKILL');
    }
    // What such a kill leaves: a blob that was written, its preview, and another half written.
    const blobs = await openFileBlobs(directory, randomBytes);
    const tenantId = 'tenant_0' as TenantId;
    const { key } = await blobs.write([photo], { signal, tenantId, maximumBytes: 1e9 });
    await blobs.writePreview(key, 'thumbnail', photo, { signal });
    await writeFile(join(directory, 'partial', 'half'), photo);
    await using gateway = await startGatewayProcess({ directory });
    await until(async () => ((await listFiles(join(directory, 'blobs'))).length === 1 ? true : undefined));
    assert.deepEqual(await listFiles(join(directory, 'partial')), []);
    const answer = await fetch(gateway.url + new URL(kept.url).pathname);
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(photo));
  } finally {
    await removeDirectory(directory);
  }
});

test('an upload whose client goes away leaves no file', async () => {
  await using gateway = await startGatewayProcess();
  const client = new AbortController();
  async function* endless() {
    while (!client.signal.aborted) {
      yield Buffer.alloc(65_536);
      await delay(10);
    }
  }
  const body = ReadableStream.from(endless());
  const sent = gateway.send('/v1/uploads', { method: 'POST', body, duplex: 'half', signal: client.signal });
  await until(async () => ((await listFiles(join(gateway.directory, 'partial'))).length > 0 ? true : undefined));
  client.abort();
  await assert.rejects(sent);
  await until(async () => ((await listFiles(join(gateway.directory, 'partial'))).length === 0 ? true : undefined));
  assert.deepEqual(await listFiles(join(gateway.directory, 'blobs')), []);
});
