/** A task as it is now, followed until its end. */
import { useEffect, useState } from 'react';
import { type FramegateError, isFinal, type Task } from '../../../sdk/index.ts';
import { client } from '../api.ts';
import { asError } from '../use-loaded.ts';

export type Followed = {
  readonly task: Task | undefined;
  readonly error: FramegateError | undefined;
  /** Names the newest frame of its work, where its engine shows one. */
  readonly glimpse?: string | undefined;
};

/** Places before it move without news of its own. */
const queueMs = 2_000;

export function useTask(id: string | undefined): Followed {
  const [state, setState] = useState<Followed & { readonly id: string | undefined }>({
    id,
    task: undefined,
    error: undefined,
  });
  useEffect(() => {
    if (id === undefined) return;
    const stop = new AbortController();
    const { signal } = stop;
    const set = (task: Task) => setState({ id, task, error: undefined });
    follow(id, signal, set, (progress, glimpse) =>
      setState((before) =>
        before.task === undefined ? before : { ...before, task: { ...before.task, progress }, glimpse },
      ),
    ).catch((error: unknown) => {
      if (!signal.aborted) setState({ id, task: undefined, error: asError(error) });
    });
    return () => stop.abort();
  }, [id]);
  const { task } = state;
  const isQueued = state.id === id && task?.state === 'queued';
  useEffect(() => {
    if (!isQueued || id === undefined) return;
    const timer = setInterval(() => {
      client.task(id).then(
        (next) => setState((before) => (before.task?.state === 'queued' ? { ...before, task: next } : before)),
        () => {},
      );
    }, queueMs);
    return () => clearInterval(timer);
  }, [id, isQueued]);
  return state.id === id ? state : { task: undefined, error: undefined };
}

async function follow(
  id: string,
  signal: AbortSignal,
  onTask: (task: Task) => void,
  onProgress: (progress: number, glimpse: string | undefined) => void,
): Promise<void> {
  const task = await client.task(id, { signal });
  onTask(task);
  if (isFinal(task)) return;
  for await (const news of client.watch(id, { signal })) {
    if (news.type === 'task') onTask(news.task);
    else onProgress(news.progress, news.glimpse);
  }
}
