/** Looks for texts in the raw bytes of every file below a directory. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `<file>: <mark>`, one for each file and mark that it holds. A file that goes away meanwhile holds nothing. */
export async function findTraces(directory: string, marks: readonly (string | Uint8Array)[]): Promise<string[]> {
  const found: string[] = [];
  const wanted = marks.map((mark) => ({ name: String(mark).slice(0, 40), bytes: Buffer.from(mark as string) }));
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    for (const mark of wanted) if (bytes.includes(mark.bytes)) found.push(`${path}: ${mark.name}`);
  }
  return found;
}
