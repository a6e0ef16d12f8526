/** Tells whether the pages were built from the sources that are there. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Written by a build, below the project's folder: the stamp of what was built. */
export const stampFile = 'web/dist/stamp.txt';

const sources = ['web/src', 'web/public', 'sdk'];
const files = ['web/index.html', 'web/vite.config.ts', 'package-lock.json'];

/** Lower-case hex over every source of the pages; `root` is the project's folder. */
export function pagesStamp(root: string): string {
  const hash = createHash('sha256');
  const found = sources.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  for (const path of [...found.sort(), ...files.map((name) => join(root, name))]) {
    hash.update(`${path.slice(root.length)}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}
