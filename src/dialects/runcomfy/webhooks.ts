/** How the serverless API announces what happens to a request: docs.runcomfy.com/serverless/webhooks. It signs nothing. */
import { isSuccess, type Schedule, standardSchedule } from '../../core/backoff.ts';
import type { Gateway } from '../../core/gateway.ts';
import type { WebhookEvent } from '../../core/task.ts';
import type { WebhookDialect } from '../../core/webhook-dialect.ts';
import { jsonType, type Links } from '../dialect.ts';
import { deploymentIdOf } from './deployments.ts';
import type { RuncomfyOptions } from './options.ts';
import { encodeNotice } from './serverless-encode.ts';

const second = 1_000;
const hour = 3_600 * second;

/** A receiver has ten seconds to answer. */
const attemptMs = 10 * second;

/** Exponential, for a day: the pages name neither the first wait nor the longest. */
const vendorSchedule: Schedule = {
  waitsMs: [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600].map((seconds) => seconds * second),
  areWaitsDrawn: false,
  minimumAttempts: 1,
  minimumSpanMs: 24 * hour,
  attemptMs,
};

const finalEvents: readonly WebhookEvent[] = ['task.succeeded', 'task.failed', 'task.canceled'];

export function eventsFor(areIntermediateWanted: boolean): readonly WebhookEvent[] {
  return areIntermediateWanted ? ['task.queued', 'task.running', ...finalEvents] : finalEvents;
}

export function createRuncomfyWebhooks(
  gateway: Gateway,
  links: Links,
  { areRetriesVendors }: RuncomfyOptions,
): WebhookDialect {
  return {
    events: finalEvents,
    scheduleOf: () => (areRetriesVendors ? vendorSchedule : { ...standardSchedule, attemptMs }),
    isDelivered: isSuccess,
    async encode(delivery, task) {
      const deployment = deploymentIdOf(gateway.catalog, task) ?? '';
      return JSON.stringify(encodeNotice(delivery, task, { deployment, outputs: await gateway.outputs(task), links }));
    },
    sign: async () => ({ 'content-type': jsonType }),
  };
}
