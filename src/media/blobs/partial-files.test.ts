import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeUploadId, type UploadId } from '../../core/ids.ts';
import { openPartialFiles } from './partial-files.ts';

const mebibyte = 1024 * 1024;
const { signal } = new AbortController();

async function open() {
  const directory = await mkdtemp(join(tmpdir(), 'framegate-test-'));
  const files = await openPartialFiles(directory);
  const id = makeUploadId(randomBytes);
  return {
    files,
    id,
    path: join(directory, 'uploads', id),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

async function* stream(bytes: Uint8Array, error?: Error) {
  for (let at = 0; at < bytes.length; at += mebibyte) yield bytes.subarray(at, at + mebibyte);
  if (error !== undefined) throw error;
}

test('a stream that breaks off leaves what was synced, and the next one goes on from there', async () => {
  await using world = await open();
  const { files, id, path } = world;
  const bytes = randomBytes(20 * mebibyte + 5);
  await files.create(id);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  const told: number[] = [];
  const tell = async (endOffset: number) => {
    assert.ok((await stat(path)).size >= endOffset);
    told.push(endOffset);
  };
  const broken = stream(bytes.subarray(0, 18 * mebibyte), new Error('the client went away'));
  await assert.rejects(files.append(id, 0, broken, tell), /went away/);
  assert.deepEqual(told, [8 * mebibyte, 16 * mebibyte, 18 * mebibyte]);
  await files.append(id, 10 * mebibyte, stream(bytes.subarray(10 * mebibyte)), tell);
  assert.equal(told.at(-1), bytes.length);
  assert.ok((await readFile(path)).equals(bytes));
  const read = await Array.fromAsync(files.read(id, { signal }));
  assert.ok(Buffer.concat(read).equals(bytes));
});

test('a count that is refused ends the writing', async () => {
  await using world = await open();
  const { files, id } = world;
  await files.create(id);
  let count = 0;
  const refuse = async () => {
    count += 1;
    throw new Error('no longer');
  };
  await assert.rejects(files.append(id, 0, stream(randomBytes(30 * mebibyte)), refuse), /no longer/);
  assert.equal(count, 1);
  await assert.rejects(files.append(id, 0, stream(randomBytes(1)), refuse), /no longer/);
});

test('what is not there is not made by writing or reading it, and links are not followed', async () => {
  await using world = await open();
  const { files, id, path } = world;
  const ignore = async () => {};
  await assert.rejects(files.append(id, 0, stream(randomBytes(1)), ignore), { code: 'not_found' });
  await assert.rejects(Array.fromAsync(files.read(id, { signal })), { code: 'not_found' });
  assert.deepEqual(await files.list(), []);
  await symlink('/etc/hostname', path);
  await assert.rejects(files.append(id, 0, stream(randomBytes(1)), ignore), { code: 'not_found' });
  await assert.rejects(files.create(id));
  assert.deepEqual(await files.list(), [id]);
  for (let round = 0; round < 2; round += 1) await files.remove(id);
  assert.deepEqual(await files.list(), []);
  await assert.rejects(files.create('../outside' as UploadId), { code: 'internal' });
});
