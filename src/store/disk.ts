/** What the owner sees of the disk. */
import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { databaseFile } from './connection.ts';

/** How full the disk is, and how much of that is the database. */
export async function describeStorage(directory: string) {
  const { bavail, blocks, bsize } = await statfs(directory);
  const parts = [databaseFile, `${databaseFile}-wal`].map(async (name) => {
    const found = await stat(join(directory, name)).catch(() => undefined);
    return found?.size ?? 0;
  });
  const databaseBytes = (await Promise.all(parts)).reduce((sum, size) => sum + size, 0);
  return { databaseBytes, freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
