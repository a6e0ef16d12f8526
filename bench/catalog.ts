/**
 * `npm run bench:catalog`: what the catalogue adds to a start, in time and memory, and how long a request is checked.
 *
 * Each start is a process of its own, with everything but the catalogue loaded before the clock runs.
 */
import { execFileSync } from 'node:child_process';
import { median } from './median.ts';

const starts = 9;
const checks = 200_000;

const loadScript = `
  import { readCatalog } from ${JSON.stringify(new URL('../src/catalog.ts', import.meta.url).href)};
  globalThis.gc();
  const before = process.memoryUsage().rss;
  const used = process.cpuUsage();
  const begun = performance.now();
  const catalog = readCatalog();
  const readMs = performance.now() - begun;
  const { user, system } = process.cpuUsage(used);
  const peakBytes = process.memoryUsage().rss - before;
  globalThis.gc();
  console.log(JSON.stringify({ models: catalog.models.length, readMs, processorMs: (user + system) / 1000, peakBytes }));
`;

const checkScript = `
  import { readCatalog } from ${JSON.stringify(new URL('../src/catalog.ts', import.meta.url).href)};
  import { checkInput } from ${JSON.stringify(new URL('../src/core/input.ts', import.meta.url).href)};
  const view = readCatalog().view('vidu', 'reference2video/viduq2-pro');
  const input = { prompt: 'A fox walks through fresh snow, the camera follows', images: ['https://example.org/a.png',
    'https://example.org/b.png'], duration: 5, resolution: '1080p', aspect_ratio: '16:9', seed: 7, payload: 'order 4711' };
  const begunFirst = performance.now();
  checkInput(view, input, []);
  const compileMs = performance.now() - begunFirst;
  for (let warm = 0; warm < 20_000; warm += 1) checkInput(view, input, []);
  const begun = performance.now();
  for (let count = 0; count < ${checks}; count += 1) checkInput(view, input, []);
  console.log(JSON.stringify({ compileMs, checkMicroseconds: ((performance.now() - begun) * 1000) / ${checks} }));
`;

function runScript(script: string): Record<string, number> {
  const flags = ['--expose-gc', '--input-type=module-typescript', '--eval', script];
  return JSON.parse(execFileSync(process.execPath, flags, { encoding: 'utf8' })) as Record<string, number>;
}

const loads = Array.from({ length: starts }, () => runScript(loadScript));
const figure = (name: string) => median(loads.map((load) => load[name] ?? Number.NaN));
console.log(`${figure('models')} models, ${starts} starts, medians`);
console.log(
  `read, checked and put together: ${figure('readMs').toFixed(0)} ms, ${figure('processorMs').toFixed(0)} ms of processor time (at most 120)`,
);
console.log(`resident memory that this adds: ${(figure('peakBytes') / 2 ** 20).toFixed(0)} MiB (at most 40)`);
const { compileMs = 0, checkMicroseconds = 0 } = runScript(checkScript);
console.log(`first request of a model, with its compile: ${compileMs.toFixed(1)} ms`);
console.log(`a typical Vidu request: ${checkMicroseconds.toFixed(1)} microseconds (at most 20)`);
