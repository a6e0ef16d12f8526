/** Pieces of uploads on the local disk: `<directory>/uploads/<id>`, mode 0600, named by the server and by nobody else. */
import { constants } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GatewayError } from '../../core/errors.ts';
import { parseUploadId, type UploadId } from '../../core/ids.ts';
import type { PartialFiles } from '../../core/media-ports.ts';
import { asStorageError, isGone, syncDirectory } from './fs.ts';

/** What a crash may cost: a sync of this much takes well under a second. */
const syncEveryBytes = 8 * 1024 * 1024;

export async function openPartialFiles(directory: string): Promise<PartialFiles> {
  const root = join(directory, 'uploads');
  await mkdir(root, { recursive: true, mode: 0o700 });

  const fileOf = (id: UploadId) => {
    if (parseUploadId(id) === undefined) throw new GatewayError('internal', 'This is no id of an upload.');
    return join(root, id);
  };
  async function openFile(id: UploadId, flags: number) {
    try {
      // Nobody but us writes here, so a link is somebody's trick.
      return await open(fileOf(id), flags | constants.O_NOFOLLOW);
    } catch (error) {
      throw isGone(error) ? new GatewayError('not_found', 'The upload is gone.', { cause: error }) : error;
    }
  }

  return {
    async create(id) {
      try {
        const file = await open(fileOf(id), 'wx', 0o600);
        await file.close();
        await syncDirectory(root);
      } catch (error) {
        throw asStorageError(error);
      }
    },
    async append(id, offset, bytes, onSynced) {
      await using file = await openFile(id, constants.O_WRONLY);
      let written = offset;
      let synced = offset;
      const sync = async () => {
        if (written === synced) return;
        // Noted first: after a sync that failed, a second one may succeed without having written anything.
        synced = written;
        await file.datasync();
        await onSynced(synced);
      };
      try {
        try {
          for await (const chunk of bytes) {
            for (let done = 0; done < chunk.byteLength; ) {
              const { bytesWritten } = await file.write(chunk, done, chunk.byteLength - done, written);
              done += bytesWritten;
              written += bytesWritten;
            }
            if (written - synced >= syncEveryBytes) await sync();
          }
        } finally {
          await sync();
        }
      } catch (error) {
        throw asStorageError(error);
      }
    },
    async *read(id, { signal }) {
      await using file = await openFile(id, constants.O_RDONLY);
      yield* file.createReadStream({
        signal,
        highWaterMark: 256 * 1024,
        autoClose: false,
      }) as AsyncIterable<Uint8Array>;
    },
    async remove(id) {
      await rm(fileOf(id), { force: true });
    },
    list: async () => (await readdir(root)).flatMap((name) => parseUploadId(name) ?? []),
  };
}
