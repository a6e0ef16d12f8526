/** A task on Vtrix's wire: of its submit, its poll and its callback alike. */
import type { Artifact, MediaKind } from '../../core/media.ts';
import { dollarsText, micros, toDollars } from '../../core/money.ts';
import { pairOutputs } from '../../core/shown-outputs.ts';
import type { Task, TaskState } from '../../core/task.ts';
import type { ContentType, OutputStatus, TaskStatus, WireContent, WireTask } from '../../wires/vtrix/task.ts';
import type { Links } from '../dialect.ts';
import { encodeTaskError, failureOf } from './errors.ts';
import type { Switches } from './options.ts';

const statusWords = {
  queued: 'in_progress',
  running: 'in_progress',
  succeeded: 'completed',
  failed: 'failed',
  canceled: 'failed',
} as const satisfies Record<TaskState, TaskStatus>;

const outputWords = {
  queued: 'in_queue',
  running: 'processing',
  succeeded: 'success',
  failed: 'failed',
  canceled: 'failed',
} as const satisfies Record<TaskState, OutputStatus>;

const contentWords = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  text: 'text',
  archive: 'file',
  mesh: 'file',
} as const satisfies Record<MediaKind, ContentType>;

/** A task with all that its wire form needs to know. */
export type ShownTask = {
  readonly task: Task;
  /** The name it was asked for by. */
  readonly model: string;
  readonly outputs: readonly Artifact[];
  /** What the outputs that are texts say, by their ids. */
  readonly texts: ReadonlyMap<string, string>;
  readonly jobId: string | undefined;
};

export function encodeTask(shown: ShownTask, switches: Switches, links: Links): WireTask {
  const { task, model } = shown;
  const failure = failureOf(task);
  const isDone = task.state === 'succeeded';
  const { payload } = task.call;
  return {
    id: task.wireId ?? task.id,
    created_at: Math.floor(task.createdAt / 1000),
    status: statusWords[task.state],
    model,
    ...(statusWords[task.state] === 'in_progress' ? { progress: task.progress } : {}),
    ...(failure === undefined ? {} : { error: encodeTaskError(failure, switches) }),
    ...encodeOutput(shown, switches, links),
    ...(isDone ? { usage: encodeUsage(task) } : {}),
    metadata: encodeMetadata(shown),
    ...(typeof payload === 'string' ? { payload } : {}),
  };
}

function encodeOutput(shown: ShownTask, { output_style: style }: Switches, links: Links): Pick<WireTask, 'output'> {
  const { state } = shown.task;
  const content = state === 'succeeded' ? encodeContent(shown, links) : [];
  if (style === 'object') return { output: { status: outputWords[state], content } };
  return state === 'succeeded' ? { output: [{ content }] } : {};
}

export function encodeContent({ task, outputs, texts, jobId }: ShownTask, links: Links): WireContent[] {
  return pairOutputs(task, outputs).map(({ clean, marked }) => {
    const text = texts.get(clean.id);
    return {
      type: contentWords[clean.facts.kind],
      ...(text === undefined ? { url: links.file(clean) } : { text }),
      ...(jobId === undefined ? {} : { jobId }),
      ...(marked === undefined ? {} : { watermarked_url: links.file(marked) }),
    };
  });
}

/** What was charged, and what the tenant, the hour and the engine took off the price. */
function encodeUsage({ price }: Task): NonNullable<WireTask['usage']> {
  const off = price.lines.reduce((sum, line) => (line.kind === 'discount' ? sum - line.amountMicros : sum), 0);
  return { cost: dollarsText(price.capturedMicros ?? price.reservedMicros), discount: toDollars(micros(off)) };
}

/** Always an object; what is not known yet is left out. */
export function encodeMetadata({ task: { engine, seed, state }, outputs: [first] }: ShownTask): WireTask['metadata'] {
  if (state !== 'succeeded' || first === undefined) return { engine, seed };
  const { width, height, durationMs } = first.facts;
  return {
    engine,
    seed,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(durationMs === undefined ? {} : { durationMs }),
  };
}
