import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { blobsSuite } from '../../../tests/conformance/blobs.suite.ts';
import { bucket, type S3Server, s3Credentials, startS3Server } from '../../../tests/support/s3-server.ts';
import type { BlobKey, TenantId } from '../../core/ids.ts';
import { openS3Blobs, type S3Options } from './s3.ts';

const { signal } = new AbortController();
const tenantId = 'tenant_0' as TenantId;
let server: S3Server;
let client: S3Client;
before(async () => {
  Object.assign(process.env, s3Credentials);
  server = await startS3Server();
  client = new S3Client({ endpoint: server.endpoint, region: 'us-east-1', forcePathStyle: true });
});
after(async () => {
  client.destroy();
  await server[Symbol.asyncDispose]();
});

const optionsFor = (endpoint: string, prefix: string): S3Options => ({
  endpoint,
  region: 'us-east-1',
  bucket,
  prefix,
  isPathStyle: true,
  callMs: 10_000,
});

async function openBelow(prefix: string, endpoint = server.endpoint) {
  const blobs = await openS3Blobs(optionsFor(endpoint, prefix), randomBytes);
  const place = { Bucket: bucket };
  return {
    blobs,
    held: async () => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ ...place, Prefix: prefix }));
      return [...Contents.map(({ Key = '' }) => Key), ...(await server.unfinishedUploads())];
    },
    damage: async (key: BlobKey, Body: Uint8Array) => {
      await client.send(new PutObjectCommand({ ...place, Key: prefix + key, Body }));
    },
    async [Symbol.asyncDispose]() {
      blobs[Symbol.dispose]();
    },
  };
}

blobsSuite('S3', () => openBelow('suite/'));

test('a presigned link serves the bytes and ranges of them, with the headers it was made for, until it ends', async () => {
  await using strict = await startS3Server({ isStrict: true });
  await using world = await openBelow('links/', strict.endpoint);
  const { key } = await world.blobs.write([Buffer.from('0123456789')], { signal, tenantId, maximumBytes: 10 });
  const url = await world.blobs.presign(key, {
    lifetimeMs: 60_000,
    contentType: 'image/png',
    contentDisposition: 'inline; filename="image.png"',
  });
  const answer = await fetch(url, { headers: { range: 'bytes=2-4' } });
  assert.equal(answer.status, 206);
  assert.equal(await answer.text(), '234');
  assert.equal(answer.headers.get('content-type'), 'image/png');
  assert.equal(answer.headers.get('content-disposition'), 'inline; filename="image.png"');
  for (const changed of [url.replace('image%2Fpng', 'text%2Fhtml'), url.replace(/Signature=../, 'Signature=00')]) {
    assert.notEqual(changed, url);
    const { status, body } = await fetch(changed);
    await body?.cancel();
    assert.equal(status, 403);
  }
});

test('a storage that does not answer, or not in time, is a typed error', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const options = { ...optionsFor(`http://127.0.0.1:${port}`, ''), callMs: 200 };
  await assert.rejects(openS3Blobs(options, randomBytes), {
    code: 'internal',
    message: 'The storage does not answer.',
  });
  silent.closeAllConnections();
  silent.close();
  await assert.rejects(openS3Blobs(options, randomBytes), {
    code: 'internal',
    message: 'The storage does not answer.',
  });
});

test('a bucket that is not there, or that everybody may read, is refused', async () => {
  const missing = { ...optionsFor(server.endpoint, ''), bucket: 'nowhere' };
  await assert.rejects(openS3Blobs(missing, randomBytes), { code: 'not_found' });
  const group = 'http://acs.amazonaws.com/groups/global/AllUsers';
  const open = createServer((_request, response) => {
    response.setHeader('content-type', 'application/xml');
    response.end(
      `<AccessControlPolicy><Owner><ID>me</ID></Owner><AccessControlList><Grant>
        <Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>${group}</URI></Grantee>
        <Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>`,
    );
  }).listen(0, '127.0.0.1');
  await once(open, 'listening');
  const { port } = open.address() as AddressInfo;
  await assert.rejects(openS3Blobs(optionsFor(`http://127.0.0.1:${port}`, ''), randomBytes), { code: 'forbidden' });
  open.closeAllConnections();
  open.close();
});
