import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { BlobKey } from '../../core/ids.ts';
import type { Blobs } from '../../core/ports.ts';
import { openFileBlobs } from './fs.ts';

const signal = AbortSignal.timeout(60_000);
let directory: string;
let blobs: Blobs;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'framegate-blobs-'));
  blobs = await openFileBlobs(directory, randomBytes);
});
after(async () => {
  await rm(directory, { recursive: true, force: true });
});

const filesBelow = async () =>
  (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

test('bytes come back as they went in, whole or in part, from a file that only the owner can read', async () => {
  const chunks = [randomBytes(100_000), randomBytes(1), randomBytes(300_000)];
  const whole = Buffer.concat(chunks);
  const { key, sizeBytes, sha256 } = await blobs.write(chunks, { signal, maximumBytes: whole.length });
  assert.equal(sizeBytes, whole.length);
  assert.equal(sha256, createHash('sha256').update(whole).digest('hex'));
  const read = async (range = {}) => Buffer.concat(await Array.fromAsync(blobs.read(key, { signal, ...range })));
  assert.ok((await read()).equals(whole));
  assert.ok((await read({ start: 99_999, end: 100_000 })).equals(whole.subarray(99_999, 100_001)));
  for (const file of await filesBelow())
    assert.equal((await stat(join(file.parentPath, file.name))).mode & 0o777, 0o600);
  await blobs.remove(key, { signal });
  await blobs.remove(key, { signal });
  await assert.rejects(read(), { code: 'not_found' });
});

test('a write that is too large, fails or is stopped leaves nothing', async () => {
  const before = (await filesBelow()).length;
  const controller = new AbortController();
  async function* stopped() {
    yield Buffer.alloc(10);
    controller.abort(new Error('stopped'));
    yield Buffer.alloc(10);
  }
  async function* broken() {
    yield Buffer.alloc(10);
    throw new Error('broken');
  }
  await assert.rejects(blobs.write([Buffer.alloc(11)], { signal, maximumBytes: 10 }), { code: 'payload_too_large' });
  await assert.rejects(blobs.write(broken(), { signal, maximumBytes: 100 }), /broken/);
  await assert.rejects(blobs.write(stopped(), { signal: controller.signal, maximumBytes: 100 }), /stopped/);
  assert.equal((await filesBelow()).length, before);
});

test('a key from outside never becomes a path', async () => {
  for (const key of ['../secret', '/etc/passwd', '', 'a'.repeat(31), `${'a'.repeat(30)}/.`]) {
    await assert.rejects(Array.fromAsync(blobs.read(key as BlobKey, { signal })), { code: 'not_found' });
  }
});

test('what a crash left half written is gone after the next start', async () => {
  await writeFile(join(directory, 'partial', 'left-over'), 'half');
  await openFileBlobs(directory, randomBytes);
  assert.deepEqual(await readdir(join(directory, 'partial')), []);
});
