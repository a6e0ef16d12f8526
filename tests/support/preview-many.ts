/** Many films asked for at once from a real gateway: whether all come, what they take, and how others fare meanwhile. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { WireTask } from '../../src/dialects/native/wire.ts';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts';
import { createTask, readTask, uploadFile } from './native-client.ts';
import { readPhoto } from './photos.ts';

export type ManyFigures = {
  readonly seconds: number;
  /** How many tasks ended in which state. */
  readonly ends: Readonly<Record<string, number>>;
  /** As the engine of the preview models says it. */
  readonly allowedAtOnce: number;
  readonly mostAtOnce: number;
  /** The server and all processes below it, shared pages counted once: the most in each third of the time. */
  readonly treeBytes: readonly [number, number, number];
  /** The server alone, likewise. */
  readonly serverBytes: readonly [number, number, number];
  /** Of a poll for one task's status, in ms. */
  readonly poll: { readonly count: number; readonly median: number; readonly p99: number; readonly most: number };
};

/** Reading the memory of a whole tree takes milliseconds of the processors that render. */
const sampleEveryMs = 1_000;
const pollEveryMs = 40;

async function parentsOf(): Promise<Map<number, number>> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  return parents;
}

/** The process and all below it. */
async function treeOf(root: number): Promise<number[]> {
  const parents = await parentsOf();
  const tree = [root];
  for (const id of tree) tree.push(...[...parents].filter(([, parent]) => parent === id).map(([child]) => child));
  return tree;
}

/** Pages that processes share are counted in parts. */
export async function residentBytes(id: number): Promise<number> {
  const text = await readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
}

/** The most in each third of a list. */
function thirds(values: readonly number[]): [number, number, number] {
  const most = (from: number, to: number) =>
    Math.max(0, ...values.slice(Math.floor((values.length * from) / 3), Math.ceil((values.length * to) / 3)));
  return [most(0, 1), most(1, 2), most(2, 3)];
}

async function listTasks(gateway: GatewayProcess, state: string): Promise<WireTask[]> {
  const response = await gateway.send(`/v1/tasks?limit=100&state=${state}`);
  return ((await response.json()) as { data: WireTask[] }).data;
}

/** Asks for `count` films of a second at 540p, each with a seed of its own. At most 100, as one page of the list holds no more. */
export async function askForMany(count: number): Promise<ManyFigures> {
  const allowedAtOnce = 1;
  await using gateway = await startGatewayProcess({
    environment: { FRAMEGATE_PREVIEW_SPARES: '1', FRAMEGATE_PREVIEW_CONCURRENCY: String(allowedAtOnce) },
  });
  const server = gateway.process.pid ?? 0;
  const { id: artifact } = await uploadFile(gateway, readPhoto('coffee.png'));
  const begun = performance.now();
  const tasks = await Promise.all(
    Array.from({ length: count }, (_, seed) =>
      createTask(gateway, 'vidu/q2-pro/image-to-video', {
        ...{ prompt: 'orbit around the cup', images: [artifact], duration: 1, resolution: '540p', seed: seed + 1 },
      }),
    ),
  );
  const stop = new AbortController();
  const tree: number[] = [];
  const alone: number[] = [];
  let mostAtOnce = 0;
  const sampling = (async () => {
    while (!stop.signal.aborted) {
      const sizes = await Promise.all((await treeOf(server)).map(residentBytes));
      tree.push(sizes.reduce((sum, size) => sum + size, 0));
      alone.push(sizes[0] ?? 0);
      mostAtOnce = Math.max(mostAtOnce, (await listTasks(gateway, 'running')).length);
      await delay(sampleEveryMs);
    }
  })();
  const latencies: number[] = [];
  const [polled] = tasks;
  const polling = (async () => {
    while (!stop.signal.aborted) {
      const asked = performance.now();
      await readTask(gateway, polled?.id ?? '');
      latencies.push(performance.now() - asked);
      await delay(pollEveryMs);
    }
  })();
  while ((await listTasks(gateway, 'queued,running')).length > 0) await delay(sampleEveryMs);
  const seconds = (performance.now() - begun) / 1000;
  stop.abort();
  await Promise.all([sampling, polling]);
  const ends: Record<string, number> = {};
  for (const { id } of tasks) {
    const { state } = await readTask(gateway, id);
    ends[state] = (ends[state] ?? 0) + 1;
  }
  latencies.sort((a, b) => a - b);
  const share = (part: number) => latencies[Math.floor((latencies.length - 1) * part)] ?? Number.NaN;
  return {
    seconds,
    ends,
    allowedAtOnce,
    mostAtOnce,
    treeBytes: thirds(tree),
    serverBytes: thirds(alone),
    poll: { count: latencies.length, median: share(0.5), p99: share(0.99), most: share(1) },
  };
}
