/** Builds web/ after a start on a fresh clone, or one that was changed, in a process beside the server. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { pagesStamp, stampFile } from '../util/pages-stamp.ts';

const root = join(import.meta.dirname, '../..');
const script = join(root, 'scripts/build-web.ts');

type Build = { stop(): void };

/** Undefined when what is there is current, or was built elsewhere, as in a published package. */
export function buildPages(log: Logger): Build | undefined {
  if (!existsSync(script) || !existsSync(join(root, 'node_modules/vite')) || isCurrent()) return undefined;
  log.info({ event: 'pages.building' });
  const child = spawn(process.execPath, [script], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  child.once('error', (error) => log.warn({ event: 'pages.build_failed', error }));
  child.once('close', (code) => {
    if (code === 0) log.info({ event: 'pages.built' });
    else if (code !== null) log.warn({ event: 'pages.build_failed', complaint: complaint.slice(0, 2_000) });
  });
  return { stop: () => child.kill() };
}

function isCurrent(): boolean {
  const path = join(root, stampFile);
  return existsSync(path) && readFileSync(path, 'utf8') === pagesStamp(root);
}
