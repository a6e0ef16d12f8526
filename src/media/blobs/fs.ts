/** Blobs on the local disk: `<directory>/blobs/ab/cd…`, mode 0600, written whole or not at all. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GatewayError } from '../../core/errors.ts';
import { type BlobKey, type RandomBytes, randomBase62 } from '../../core/ids.ts';
import type { Blobs } from '../../core/ports.ts';

/** 62^32 > 2^190: keys never meet. */
const keyLength = 32;

function fileOf(directory: string, key: BlobKey): string {
  // Keys are made here and come back through the store; anything else must not become a path.
  if (!/^[0-9A-Za-z]{32}$/.test(key)) throw new GatewayError('not_found', 'There is no such file.');
  return join(directory, 'blobs', key.slice(0, 2), key.slice(2));
}

/** Opens blob storage below `directory` and throws away what a crash left half written. */
export async function openFileBlobs(directory: string, randomBytes: RandomBytes): Promise<Blobs> {
  const partial = join(directory, 'partial');
  await mkdir(join(directory, 'blobs'), { recursive: true, mode: 0o700 });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  for (const name of await readdir(partial)) await rm(join(partial, name), { force: true });

  return {
    async write(bytes, { signal, maximumBytes }) {
      const key = randomBase62(keyLength, randomBytes) as BlobKey;
      const target = fileOf(directory, key);
      const temporary = join(partial, key);
      const hash = createHash('sha256');
      let sizeBytes = 0;
      try {
        const file = await open(temporary, 'wx', 0o600);
        try {
          for await (const chunk of bytes) {
            signal.throwIfAborted();
            sizeBytes += chunk.byteLength;
            if (sizeBytes > maximumBytes) {
              throw new GatewayError('payload_too_large', `The file is larger than ${maximumBytes} bytes.`);
            }
            hash.update(chunk);
            for (let offset = 0; offset < chunk.byteLength; ) {
              offset += (await file.write(chunk, offset)).bytesWritten;
            }
          }
          await file.sync();
        } finally {
          await file.close();
        }
        await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        await rename(temporary, target);
        await syncDirectory(dirname(target));
      } catch (error) {
        await rm(temporary, { force: true });
        throw asStorageError(error);
      }
      return { key, sizeBytes, sha256: hash.digest('hex') };
    },

    async *read(key, { signal, start, end }) {
      const path = fileOf(directory, key);
      const range = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
      try {
        yield* createReadStream(path, { ...range, signal, highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>;
      } catch (error) {
        throw errnoOf(error) === 'ENOENT'
          ? new GatewayError('not_found', 'The file is gone.', { cause: error })
          : error;
      }
    },

    async remove(key) {
      try {
        await unlink(fileOf(directory, key));
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT') throw error;
      }
    },
  };
}

/** The keys of all blobs that were last written before `time`, in milliseconds since 1970. */
export async function* listOldBlobs(directory: string, time: number): AsyncIterable<BlobKey> {
  const root = join(directory, 'blobs');
  for (const start of await readdir(root)) {
    for (const rest of await readdir(join(root, start))) {
      const facts = await stat(join(root, start, rest)).catch(() => undefined);
      if (facts !== undefined && facts.mtimeMs < time) yield `${start}${rest}` as BlobKey;
    }
  }
}

/** A rename is durable only when its directory is on disk too. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function errnoOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

function asStorageError(error: unknown): unknown {
  const code = errnoOf(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new GatewayError('storage_full', 'There is no room left to store this file.', { cause: error });
}
