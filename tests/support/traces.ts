/** Looks for texts in the raw bytes of every file below a directory. */
import { readFile } from 'node:fs/promises';
import { listFiles, unlessGone } from './list-files.ts';

/** `<file>: <mark>`, one for each file and mark that it holds. A file that goes away meanwhile holds nothing. */
export async function findTraces(directory: string, marks: readonly (string | Uint8Array)[]): Promise<string[]> {
  const found: string[] = [];
  const wanted = marks.map((mark) => ({ name: String(mark).slice(0, 40), bytes: Buffer.from(mark as string) }));
  for (const path of await listFiles(directory)) {
    const bytes = await unlessGone(readFile(path), Buffer.alloc(0));
    for (const mark of wanted) if (bytes.includes(mark.bytes)) found.push(`${path}: ${mark.name}`);
  }
  return found;
}
