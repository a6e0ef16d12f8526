/** A task's events as a stream (WHATWG HTML 9.2): what was stored, then what happens, until the task is final. */
import type { Gateway } from '../../core/gateway.ts';
import { isFinal, type Task } from '../../core/task.ts';

/** A comment this often keeps proxies from closing a quiet stream. */
const heartbeatMs = 15_000;

type Frame = (task: Task) => Promise<unknown>;

/**
 * `event: task.running`, `id: <sequence>`, `data: {"task": …}` for each stored event after `afterSequence`, the task as
 * it is when sent; `event: task.progress`, `data: {"progress": 0.42}` between them, which has no id, for it is not
 * kept; with `glimpse`, a link to a small picture of the work, where the engine shows one.
 */
export function eventStream(
  gateway: Gateway,
  first: Task,
  afterSequence: number,
  encode: Frame,
  glimpseUrl: (task: Task, number: number) => string,
  signal: AbortSignal,
): Response {
  const caller = { tenantId: first.tenantId, keyId: first.keyId };
  const glimpseOf = (task: Task) => {
    const glimpse = gateway.glimpse(task);
    return glimpse === undefined ? {} : { glimpse: glimpseUrl(task, glimpse.number) };
  };
  async function* frames(): AsyncGenerator<string> {
    let wake = Promise.withResolvers<void>();
    let progress: number | undefined;
    let seen = afterSequence;
    const unwatch = gateway.watch(first.id, (note) => {
      if (note.event === undefined) progress = note.progress;
      wake.resolve();
    });
    const onAbort = () => wake.resolve();
    signal.addEventListener('abort', onAbort);
    try {
      yield 'retry: 1000\n\n';
      while (!signal.aborted) {
        const task = await gateway.task(caller, first.id);
        for (const event of await gateway.events(task, seen)) {
          seen = event.sequence;
          yield `event: ${event.type}\nid: ${event.sequence}\ndata: ${JSON.stringify({ task: await encode(task) })}\n\n`;
        }
        if (isFinal(task.state)) return;
        if (progress !== undefined)
          yield `event: task.progress\ndata: ${JSON.stringify({ progress, ...glimpseOf(task) })}\n\n`;
        progress = undefined;
        const timer = setTimeout(() => wake.resolve(), heartbeatMs);
        await wake.promise;
        clearTimeout(timer);
        wake = Promise.withResolvers<void>();
        if (progress === undefined) yield ': \n\n';
      }
    } finally {
      unwatch();
      signal.removeEventListener('abort', onAbort);
    }
  }
  const encoder = new TextEncoder();
  const stream = ReadableStream.from(
    (async function* () {
      for await (const frame of frames()) yield encoder.encode(frame);
    })(),
  );
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  });
}
