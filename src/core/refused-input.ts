/** Requests that break a rule and are taken all the same: as tasks that have failed, where an API answers so. */
import { GatewayError } from './errors.ts';
import { makeTaskId } from './ids.ts';
import { readCall } from './input.ts';
import { zeroMicros } from './money.ts';
import type { CallOptions } from './ports.ts';
import { acceptWebhook, describeRequest, type SubmitRequest, submitTask } from './submit.ts';
import { describeTaskError, type Task } from './task.ts';
import { refuse } from './task-moves.ts';
import type { World } from './world.ts';

/** Throws as submitTask does, but for the broken rules of a request with `isBadInputTaken`. */
export async function submitOrRecord(world: World, request: SubmitRequest, options: CallOptions): Promise<Task> {
  try {
    return await submitTask(world, request, options);
  } catch (error) {
    const isRecorded =
      request.isBadInputTaken === true && error instanceof GatewayError && error.code === 'invalid_input';
    if (!isRecorded) throw error;
    return await recordRefused(world, request, error);
  }
}

/** No engine is asked, so the one that stands first is as good as any. */
const noEngine = 'none';

/** Writes a task that failed with `error` before anything was done for it. Throws as acceptWebhook does. */
async function recordRefused(world: World, request: SubmitRequest, error: GatewayError): Promise<Task> {
  const id = makeTaskId(world.randomBytes);
  const { webhook, sealedKey } = acceptWebhook(world, id, request.webhook);
  const { model } = request.view;
  return await world.store.submit({
    ...(webhook?.events.includes('task.failed') === true ? sealedKey : {}),
    ...refuse(
      {
        ...describeRequest(request, id),
        engine: model.offers[0]?.engine ?? noEngine,
        input: {},
        media: [],
        call: readCall(request.view, request.value),
        warnings: [],
        marks: null,
        seed: 0,
        webhook,
        quote: {
          listMicros: zeroMicros,
          totalMicros: zeroMicros,
          lines: [],
          source: { listDate: model.modified, exchange: null },
        },
        now: world.clock.now(),
        startLimitMs: world.policy.startLimitMs,
        artifacts: [],
      },
      describeTaskError(error),
    ),
  });
}
