/** Facts about this machine that decide what the figures mean. */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { median } from './median.ts';

/** Lines for the reader. `directory` lies on the disk that the servers will write to. */
export function describeMachine(directory: string): readonly string[] {
  const [cpu] = cpus();
  return [
    `${cpus().length} x ${cpu?.model.trim() ?? 'unknown processor'}, ${(totalmem() / 2 ** 30).toFixed(1)} GiB, ${process.platform} ${release()}`,
    `Node.js ${process.versions.node}, SQLite ${process.versions.sqlite}, ${syncMicros(directory).toFixed(0)} us to append 4 KiB durably (median of ${syncCount})`,
  ];
}

const syncCount = 200;

/** Durable rates are only as good as this figure: a disk that answers in microseconds does not reach the platter. */
function syncMicros(directory: string): number {
  const file = openSync(join(directory, 'sync-probe'), 'w');
  const page = Buffer.alloc(4096, 1);
  const times = Array.from({ length: syncCount }, () => {
    const begun = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    return (performance.now() - begun) * 1000;
  });
  closeSync(file);
  return median(times);
}
