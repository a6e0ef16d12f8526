/** Blobs on the local disk: `<directory>/blobs/<tenant>/ab/cd…`, mode 0600, written whole or not at all. */
import { constants } from 'node:fs';
import { mkdir, open, opendir, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { GatewayError } from '../../core/errors.ts';
import { type BlobKey, type RandomBytes, randomBase62 } from '../../core/ids.ts';
import { previewNames } from '../../core/media.ts';
import type { Blobs } from '../../core/media-ports.ts';
import { isDiskFull } from '../../util/disk-full.ts';
import { checkDigest, createMeter } from './digest.ts';
import { makeBlobKey, parseBlobKey, requireBlobKey } from './keys.ts';

const shardLength = 2;

/** Opens blob storage below `directory` and throws away what a crash left half written. */
export async function openFileBlobs(directory: string, randomBytes: RandomBytes): Promise<Blobs> {
  const root = join(directory, 'blobs');
  const partial = join(directory, 'partial');
  await mkdir(root, { recursive: true, mode: 0o700 });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  for (const name of await readdir(partial)) await rm(join(partial, name), { force: true });

  const fileOf = (key: BlobKey) => {
    const random = requireBlobKey(key).slice(key.lastIndexOf('/') + 1);
    const tenant = key.slice(0, -random.length);
    return join(root, tenant, random.slice(0, shardLength), random.slice(shardLength));
  };

  async function put<Result>(
    target: string,
    bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    meter: { add(chunk: Uint8Array): void; digest(): Result },
    signal: AbortSignal,
  ): Promise<Result> {
    const temporary = join(partial, randomBase62(32, randomBytes));
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        for await (const chunk of bytes) {
          signal.throwIfAborted();
          meter.add(chunk);
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
      return meter.digest();
    } catch (error) {
      await rm(temporary, { force: true });
      throw asStorageError(error);
    }
  }

  async function* get(path: string, options: Omit<Parameters<Blobs['read']>[1], 'expected'>) {
    const { signal, start, end } = options;
    const range = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
    try {
      // Nobody but us writes here, so a link is somebody's trick.
      const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
      yield* file.createReadStream({ ...range, signal, highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw isGone(error) ? new GatewayError('not_found', 'The file is gone.', { cause: error }) : error;
    }
  }

  return {
    async write(bytes, { signal, tenantId, maximumBytes }) {
      const key = makeBlobKey(tenantId, randomBytes);
      return { key, ...(await put(fileOf(key), bytes, createMeter(maximumBytes), signal)) };
    },
    async *read(key, { expected, ...options }) {
      yield* checkDigest(get(fileOf(key), options), expected);
    },
    async sizeBytes(key) {
      try {
        return (await stat(fileOf(key))).size;
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },
    async remove(key) {
      const file = fileOf(key);
      for (const path of [...previewNames.map((name) => `${file}.${name}`), file]) await removeFile(path);
    },
    async writePreview(key, name, bytes, { signal }) {
      await put(`${fileOf(key)}.${name}`, [bytes], createMeter(bytes.byteLength), signal);
    },
    async *readPreview(key, name, { expected, ...options }) {
      yield* checkDigest(get(`${fileOf(key)}.${name}`, options), expected);
    },
    async *list({ signal }) {
      for await (const entry of await opendir(root, { recursive: true })) {
        signal.throwIfAborted();
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const parts = relative(root, path).split(sep);
        const random = parts.slice(-2).join('');
        const key = parseBlobKey([...parts.slice(0, -2), random].join('/'));
        const writtenAt = key === undefined ? undefined : await writeTime(path);
        if (key !== undefined && writtenAt !== undefined) yield { key, writtenAt };
      }
    },
  };
}

async function writeTime(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

/** A rename is durable only when its directory is on disk too. */
export async function syncDirectory(path: string): Promise<void> {
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

export function isGone(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ELOOP';
}

export function asStorageError(error: unknown): unknown {
  if (!isDiskFull(error)) return error;
  return new GatewayError('storage_full', 'There is no room left to store this file.', { cause: error });
}
