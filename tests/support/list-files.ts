import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What `reading` answers; `otherwise` when the file or directory went away meanwhile. */
export async function unlessGone<Answer>(reading: Promise<Answer>, otherwise: Answer): Promise<Answer> {
  return reading.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return otherwise;
    throw error;
  });
}

/**
 * The paths of all files below a directory that somebody else may be writing in. `readdir` with `recursive` fails when a
 * directory goes away between two of its steps; here such a one holds nothing. Only `directory` itself must be there.
 */
export async function listFiles(directory: string): Promise<string[]> {
  return listAmong(await readdir(directory, { withFileTypes: true }));
}

async function listAmong(entries: readonly Dirent[]): Promise<string[]> {
  const lists = await Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      if (entry.isDirectory()) return listAmong(await unlessGone(readdir(path, { withFileTypes: true }), []));
      return entry.isFile() ? [path] : [];
    }),
  );
  return lists.flat();
}
