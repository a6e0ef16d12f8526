import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { blobsSuite } from '../../../tests/conformance/blobs.suite.ts';
import { listFiles } from '../../../tests/support/list-files.ts';
import type { BlobKey, TenantId } from '../../core/ids.ts';
import { openFileBlobs } from './fs.ts';

const { signal } = new AbortController();
const tenantId = 'tenant_0' as TenantId;
const fileOf = (directory: string, key: BlobKey) => {
  const [tenant = '', random = ''] = key.split('/');
  return join(directory, 'blobs', tenant, random.slice(0, 2), random.slice(2));
};

async function openTemporary() {
  const directory = await mkdtemp(join(tmpdir(), 'framegate-blobs-'));
  return {
    directory,
    blobs: await openFileBlobs(directory, randomBytes),
    held: () => listFiles(directory),
    damage: (key: BlobKey, bytes: Uint8Array) => writeFile(fileOf(directory, key), bytes),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

blobsSuite('local disk', openTemporary);

test('only the owner can read a file', async () => {
  await using world = await openTemporary();
  const { key } = await world.blobs.write([Buffer.from('a')], { signal, tenantId, maximumBytes: 10 });
  await world.blobs.writePreview(key, 'poster', Buffer.from('b'), { signal });
  const files = await world.held();
  assert.equal(files.length, 2);
  for (const file of files) assert.equal((await stat(file)).mode & 0o777, 0o600);
});

test('a link that somebody puts in the place of a file is not followed', async () => {
  await using world = await openTemporary();
  const { key } = await world.blobs.write([Buffer.from('a')], { signal, tenantId, maximumBytes: 10 });
  const secret = join(world.directory, 'secret');
  await writeFile(secret, 'secret');
  await chmod(secret, 0o644);
  await unlink(fileOf(world.directory, key));
  await symlink(secret, fileOf(world.directory, key));
  await assert.rejects(Array.fromAsync(world.blobs.read(key, { signal })), { code: 'not_found' });
});

test('what a crash left half written is gone after the next start', async () => {
  await using world = await openTemporary();
  await writeFile(join(world.directory, 'partial', 'left-over'), 'half');
  await openFileBlobs(world.directory, randomBytes);
  assert.deepEqual(await world.held(), []);
});
