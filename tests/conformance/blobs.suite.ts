/** What every storage of blobs owes. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { BlobKey, TenantId } from '../../src/core/ids.ts';
import type { Blobs } from '../../src/core/media-ports.ts';

/** A storage under test, and a way behind its back. */
export type BlobsUnderTest = AsyncDisposable & {
  readonly blobs: Blobs;
  /** Everything it holds, previews and what is half written included. */
  held(): Promise<readonly string[]>;
  /** Overwrites what lies there. */
  damage(key: BlobKey, bytes: Uint8Array): Promise<void>;
};

const tenantId = `tenant_${'t'.repeat(22)}` as TenantId;
/** Larger than one part of an object storage, and not a multiple of it. */
const largeBytes = 11 * 1024 * 1024 + 7;

export function blobsSuite(name: string, open: () => Promise<BlobsUnderTest>): void {
  describe(`${name}: blobs`, () => {
    const { signal } = new AbortController();
    let world: BlobsUnderTest;
    let blobs: Blobs;
    before(async () => {
      world = await open();
      blobs = world.blobs;
    });
    after(async () => {
      await world[Symbol.asyncDispose]();
    });
    const write = (bytes: Parameters<Blobs['write']>[0], maximumBytes = 1e9) =>
      blobs.write(bytes, { signal, tenantId, maximumBytes });
    const read = async (key: BlobKey, options: Partial<Parameters<Blobs['read']>[1]> = {}) =>
      Buffer.concat(await Array.fromAsync(blobs.read(key, { signal, ...options })));

    test('bytes come back as they went in, whole or in part, under a key of the tenant', async () => {
      for (const sizes of [[1], [100_000, 1, 300_000], [5 * 1024 * 1024], [largeBytes], [0]]) {
        const chunks = sizes.map((size) => randomBytes(size));
        const whole = Buffer.concat(chunks);
        const { key, ...digest } = await write(chunks, whole.length);
        assert.match(key, /^t{22}\/[0-9A-Za-z]{32}$/);
        assert.deepEqual(digest, {
          sizeBytes: whole.length,
          sha256: createHash('sha256').update(whole).digest('hex'),
        });
        assert.ok((await read(key, { expected: digest })).equals(whole));
        assert.equal(await blobs.sizeBytes(key, { signal }), whole.length);
        if (whole.length > 10) {
          const [start, end] = [whole.length - 5, whole.length - 3];
          assert.ok((await read(key, { start, end })).equals(whole.subarray(start, end + 1)));
          assert.ok((await read(key, { start })).equals(whole.subarray(start)));
          assert.ok((await read(key, { start: 0, end: 1 })).equals(whole.subarray(0, 2)));
        }
        await blobs.remove(key, { signal });
        await blobs.remove(key, { signal });
        await assert.rejects(read(key), { code: 'not_found' });
        assert.equal(await blobs.sizeBytes(key, { signal }), undefined);
      }
    });

    test('a preview lives and dies with its blob, and replaces the one before', async () => {
      const { key } = await write([Buffer.from('film')]);
      const preview = async () =>
        Buffer.concat(await Array.fromAsync(blobs.readPreview(key, 'poster', { signal }))).toString();
      await assert.rejects(preview(), { code: 'not_found' });
      for (const text of ['one', 'another']) {
        await blobs.writePreview(key, 'poster', Buffer.from(text), { signal });
        assert.equal(await preview(), text);
      }
      assert.equal((await read(key)).toString(), 'film');
      await blobs.remove(key, { signal });
      await assert.rejects(preview(), { code: 'not_found' });
      assert.deepEqual(await world.held(), []);
    });

    test('a write that is too large, fails or is stopped leaves nothing', async () => {
      const controller = new AbortController();
      const large = Buffer.alloc(largeBytes);
      async function* stopped() {
        yield large;
        controller.abort(new Error('stopped'));
        yield large;
      }
      async function* broken() {
        yield large;
        throw new Error('broken');
      }
      await assert.rejects(write([Buffer.alloc(11)], 10), { code: 'payload_too_large' });
      await assert.rejects(write([large, large], largeBytes + 1), { code: 'payload_too_large' });
      await assert.rejects(write(broken()), /broken/);
      const options = { signal: controller.signal, tenantId, maximumBytes: 1e9 };
      await assert.rejects(blobs.write(stopped(), options), /stopped/);
      assert.deepEqual(await world.held(), []);
    });

    test('what was truncated or changed is noticed when it is read', async () => {
      const whole = randomBytes(300_000);
      const { key, ...expected } = await write([whole]);
      const flipped = Buffer.from(whole);
      flipped[150_000] = (flipped[150_000] ?? 0) ^ 1;
      for (const bytes of [whole.subarray(1), whole.subarray(0, -1), flipped, Buffer.concat([whole, whole])]) {
        await world.damage(key, bytes);
        await assert.rejects(read(key, { expected }), { code: 'internal', message: /bytes have changed/ });
      }
      await world.damage(key, whole);
      assert.ok((await read(key, { expected })).equals(whole));
      await blobs.remove(key, { signal });
    });

    test('a key from outside never names anything', async () => {
      const random = 'a'.repeat(32);
      const keys = [
        '../secret',
        '/etc/passwd',
        '',
        'a'.repeat(31),
        `${'a'.repeat(30)}/.`,
        `../${random}`,
        `a/b/${random}`,
      ];
      for (const key of [...keys, `${random}.poster`, `t/${random}\n`, `t\0/${random}`] as BlobKey[]) {
        await assert.rejects(read(key), { code: 'not_found' }, key);
        await assert.rejects(async () => blobs.remove(key, { signal }), { code: 'not_found' }, key);
      }
    });

    test('every blob is listed with the time it was written, and no preview', async () => {
      const begun = Date.now();
      const keys = await Promise.all(['a', 'b', 'c'].map(async (text) => (await write([Buffer.from(text)])).key));
      await blobs.writePreview(keys[0] as BlobKey, 'thumbnail', Buffer.from('small'), { signal });
      const listed = await Array.fromAsync(blobs.list({ signal }));
      assert.deepEqual(listed.map(({ key }) => key).sort(), [...keys].sort());
      // Storages count in whole seconds, by a clock of their own that may be some minutes off.
      for (const { writtenAt } of listed) {
        assert.ok(writtenAt > begun - 60_000 && writtenAt < begun + 20 * 60_000, `${writtenAt} ${begun}`);
      }
      for (const key of keys) await blobs.remove(key, { signal });
      assert.deepEqual(await Array.fromAsync(blobs.list({ signal })), []);
    });

    test('a stopped reader gets its reason', async () => {
      const { key } = await write([Buffer.alloc(largeBytes)]);
      const controller = new AbortController();
      await assert.rejects(async () => {
        for await (const _chunk of blobs.read(key, { signal: controller.signal }))
          controller.abort(new Error('enough'));
      });
      await blobs.remove(key, { signal });
    });
  });
}
