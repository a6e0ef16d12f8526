/** `npm run build`: builds web/ into web/dist, whole or not at all; costs nothing when that is current. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pagesStamp, stampFile } from '../src/util/pages-stamp.ts';

const root = join(import.meta.dirname, '..');
const directory = join(root, 'web/dist');
const compressed = /\.(js|css|html|svg)$/;

export async function buildWeb(): Promise<void> {
  const stamp = pagesStamp(root);
  const stampPath = join(root, stampFile);
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return;
  const { build } = await import('vite');
  // Of this process alone: two builds at once do not meet.
  const partial = `${directory}.${process.pid}`;
  try {
    await build({ root: join(root, 'web'), logLevel: 'error', build: { outDir: partial, emptyOutDir: true } });
    for (const name of readdirSync(partial, { recursive: true, encoding: 'utf8' })) {
      if (compressed.test(name))
        writeFileSync(join(partial, `${name}.gz`), gzipSync(readFileSync(join(partial, name))));
    }
    writeFileSync(join(partial, stampFile.slice('web/dist/'.length)), stamp);
    rmSync(directory, { recursive: true, force: true });
    renameSync(partial, directory);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

if (import.meta.main) await buildWeb();
