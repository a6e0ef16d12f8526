/** Following a task: its stream of events, opened again when it breaks, until the task is final. */
import type { Task } from './api-types.ts';
import { FramegateError } from './errors.ts';
import type { CallOptions, Transport } from './transport.ts';

export type StreamEvent = { readonly type: string; readonly id: string | undefined; readonly data: string };

/** What happens to a task: its newest state, or only how far it is. */
export type TaskNews =
  | { readonly type: 'task'; readonly task: Task }
  /** `glimpse` is a link to what it looks like so far, for engines that show it; another with each frame. */
  | { readonly type: 'progress'; readonly progress: number; readonly glimpse?: string };

type Progress = Extract<TaskNews, { readonly type: 'progress' }>;

const finalStates: ReadonlySet<Task['state']> = new Set(['succeeded', 'failed', 'canceled']);

/** Whether nothing more happens to a task. */
export function isFinal({ state }: Pick<Task, 'state'>): boolean {
  return finalStates.has(state);
}

/** The events of a `text/event-stream` body (WHATWG HTML 9.2.6), as far as our server writes them. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let buffer = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      buffer += value;
      const blocks = buffer.split('\n\n');
      buffer = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = readBlock(block);
        if (event !== undefined) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function readBlock(block: string): StreamEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line) => {
      const [name = '', value = ''] = line.split(/: ?(.*)/s);
      return [name, value];
    }),
  );
  const type = fields.get('event');
  return type === undefined ? undefined : { type, id: fields.get('id'), data: fields.get('data') ?? '' };
}

const firstPauseMs = 500;
const longestPauseMs = 10_000;

/**
 * Yields the task as it is and each change after, then ends. A line that breaks is opened again from where it was; ends by
 * FramegateError when the server refuses, or by the signal's reason.
 */
export async function* watchTask(
  transport: Transport,
  id: string,
  options: Pick<CallOptions, 'signal'> = {},
): AsyncGenerator<TaskNews> {
  let lastId: string | undefined;
  let pauseMs = firstPauseMs;
  for (;;) {
    try {
      const headers = lastId === undefined ? {} : { 'last-event-id': lastId };
      const { body } = await transport.open('watchTask', { path: { id } }, { ...options, headers });
      for await (const event of readEvents(body ?? new ReadableStream())) {
        pauseMs = firstPauseMs;
        lastId = event.id ?? lastId;
        if (event.type === 'task.progress') {
          yield { type: 'progress', ...(JSON.parse(event.data) as Omit<Progress, 'type'>) };
          continue;
        }
        const { task } = JSON.parse(event.data) as { readonly task: Task };
        yield { type: 'task', task };
        if (isFinal(task)) return;
      }
      // Nothing was new to a reader who had seen the end already.
      const task = await transport.call('getTask', { path: { id } }, options);
      if (isFinal(task)) {
        yield { type: 'task', task };
        return;
      }
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof FramegateError && !error.isRetryable) throw error;
    }
    await sleep(pauseMs, options.signal);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

function sleep(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, durationMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
  });
}
