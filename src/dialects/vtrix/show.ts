/** Gathers what the wire form of a task needs beside the task. */
import type { Gateway } from '../../core/gateway.ts';
import type { Artifact } from '../../core/media.ts';
import type { Task } from '../../core/task.ts';
import type { ShownTask } from './encode.ts';
import { dialectName } from './options.ts';

/** A result that is a text stands in the answer itself; longer ones are files. */
const longestTextBytes = 1024 * 1024;
const readMs = 10_000;

export async function showTask(gateway: Gateway, task: Task): Promise<ShownTask> {
  const model = nameOf(gateway, task);
  if (task.state !== 'succeeded') return { task, model, outputs: [], texts: new Map(), jobId: undefined };
  const outputs = await gateway.outputs(task);
  return { task, model, outputs, texts: await readTexts(gateway, outputs), jobId: await jobIdOf(gateway, task) };
}

/** The name that the request had; once that is erased, one that the model has here. */
function nameOf({ catalog }: Gateway, { call, model }: Task): string {
  if (typeof call.model === 'string') return call.model;
  return catalog.views(dialectName).find((view) => view.model.id === model)?.name ?? model;
}

/** The engine's own id of the work where it tells one, else that of our attempt. */
async function jobIdOf(gateway: Gateway, task: Task): Promise<string | undefined> {
  const { jobId } = task.output?.metadata ?? {};
  if (typeof jobId === 'string') return jobId;
  return (await gateway.attempts(task)).at(-1)?.key;
}

async function readTexts(gateway: Gateway, outputs: readonly Artifact[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const artifact of outputs) {
    if (artifact.facts.kind !== 'text' || artifact.sizeBytes > longestTextBytes) continue;
    const signal = AbortSignal.timeout(readMs);
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of gateway.read(artifact, { signal })) text += decoder.decode(chunk, { stream: true });
    texts.set(artifact.id, text + decoder.decode());
  }
  return texts;
}
