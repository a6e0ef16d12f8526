/** Core to Vidu's wire. */
import { GatewayError } from '../../core/errors.ts';
import type { Gateway } from '../../core/gateway.ts';
import type { ArtifactId } from '../../core/ids.ts';
import type { Artifact } from '../../core/media.ts';
import { micros } from '../../core/money.ts';
import { pairOutputs, type ShownOutput } from '../../core/shown-outputs.ts';
import type { Task, TaskState } from '../../core/task.ts';
import type { ModelView } from '../../core/view.ts';
import { encodeInput } from '../../core/wire-input.ts';
import type { Creation, Listed, Result } from '../../wires/vidu/bodies.ts';
import { type Endpoint, echoOf } from '../../wires/vidu/endpoints.ts';
import { creationId, formatTime, type State, toCredits } from '../../wires/vidu/words.ts';
import type { Links } from '../dialect.ts';
import { canceledCode, encodeFailure } from './errors.ts';

export type EncodeServices = {
  readonly gateway: Gateway;
  readonly links: Links;
  /** How long a link to a result is good for. */
  readonly linkMs: number;
};

export type Encoder = {
  created(task: Task, endpoint: Endpoint, view: ModelView): Promise<Readonly<Record<string, unknown>>>;
  /** `state` where a callback tells of one that the task has left. */
  result(task: Task, state?: State): Promise<Result>;
  listed(task: Task): Promise<Listed>;
};

/** What waits is `queueing`; only the answer to its request calls a task `created`. */
export const stateWords = {
  queued: 'queueing',
  running: 'processing',
  succeeded: 'success',
  failed: 'failed',
  canceled: 'failed',
} as const satisfies Record<TaskState, State>;

export const dialectName = 'vidu';

export function createEncoder({ gateway, links, linkMs }: EncodeServices): Encoder {
  let known: ReadonlyMap<string, ModelView> | undefined;
  /** The view of a task's model; undefined when the catalogue has it no more. */
  const viewOf = ({ model: id }: Task): ModelView | undefined => {
    known ??= new Map(gateway.catalog.views(dialectName).map((view) => [view.model.id, view]));
    return known.get(id);
  };

  const linkTo = (artifact: Artifact) => links.signed(artifact, linkMs).url;

  /** A link to an input that we hold; empty once it is gone. */
  async function inputLink({ tenantId, keyId }: Task, id: ArtifactId): Promise<string> {
    try {
      return linkTo(await gateway.artifact({ tenantId, keyId }, id));
    } catch (error) {
      if (error instanceof GatewayError && error.code === 'not_found') return '';
      throw error;
    }
  }

  /** The request as it was understood, in Vidu's fields; empty when its model has gone. */
  async function requestOf(task: Task, view: ModelView | undefined): Promise<Readonly<Record<string, unknown>>> {
    if (view === undefined) return {};
    const media = await Promise.all(
      task.media.map(async ({ field, index, source }) => {
        const text = 'url' in source ? source.url : await inputLink(task, source.artifactId);
        return { field, index, text };
      }),
    );
    return encodeInput(view, { input: task.input, seed: task.seed, media }).body;
  }

  function encodeCreation(task: Task, { clean, marked }: ShownOutput, index: number): Creation {
    const { kind, durationMs = 0, frameRate = 0, width = 0, height = 0 } = clean.facts;
    const url = linkTo(clean);
    const poster = clean.previews?.poster === undefined ? '' : links.signedPreview(clean, 'poster', linkMs);
    return {
      id: creationId(task.wireId ?? '', index),
      url,
      cover_url: kind === 'image' ? url : poster,
      watermarked_url: marked === undefined ? '' : linkTo(marked),
      ...(kind === 'video'
        ? { video: { duration: durationMs / 1000, fps: Math.round(frameRate), resolution: { width, height } } }
        : {}),
    };
  }

  async function creationsOf(task: Task): Promise<Creation[]> {
    const outputs = pairOutputs(task, await gateway.outputs(task));
    return outputs.map((output, index) => encodeCreation(task, output, index));
  }

  const common = (task: Task) => ({
    err_code: failureOf(task),
    credits: creditsOf(task),
    bgm: task.input.bgm === true,
    off_peak: task.isOffPeak,
  });

  return {
    async created(task, endpoint, view) {
      const { seed, isOffPeak: off_peak, call } = task;
      const request = { ...(await requestOf(task, view)), seed, off_peak, model: call.model };
      return {
        task_id: task.wireId,
        id: task.wireId,
        state: 'created',
        ...echoOf(endpoint, request),
        payload: payloadOf(task),
        credits: toCredits(micros(task.price.reservedMicros)),
        created_at: formatTime(task.createdAt),
      };
    },
    async result(task, state = stateWords[task.state]) {
      const isEnded = state === 'success' || state === 'failed';
      return {
        id: task.wireId ?? '',
        state,
        ...common(task),
        ...(isEnded ? {} : { err_code: '' }),
        payload: payloadOf(task),
        progress: Math.round(task.progress * 100),
        creations: isEnded ? await creationsOf(task) : [],
      };
    },
    async listed(task) {
      const request = await requestOf(task, viewOf(task));
      return {
        id: task.wireId ?? '',
        key_id: task.keyId,
        state: stateWords[task.state],
        ...common(task),
        template: asText(request.template),
        model: asText(task.call.model),
        prompt: asText(request.prompt),
        images: Array.isArray(request.images) ? request.images.map(asText) : [],
        duration: typeof request.duration === 'number' ? request.duration : 0,
        seed: task.seed,
        resolution: asText(request.resolution),
        aspect_ratio: asText(request.aspect_ratio),
        watermark: request.watermark === true,
        created_at: formatTime(task.createdAt),
        creations: await creationsOf(task),
      };
    },
  };
}

const asText = (value: unknown) => (typeof value === 'string' ? value : '');

const payloadOf = (task: Task) => asText(task.call.payload);

function failureOf({ state, error }: Task): string {
  if (state === 'canceled') return canceledCode;
  return error === null ? '' : encodeFailure(error);
}

function creditsOf({ price: { capturedMicros, reservedMicros } }: Task): number {
  return toCredits(micros(capturedMicros ?? reservedMicros));
}
