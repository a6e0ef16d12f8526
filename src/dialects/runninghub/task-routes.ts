/** The legacy calls about tasks: status, outputs, cancel, and the webhook event of a task. */
import { GatewayError } from '../../core/errors.ts';
import type { TaskState } from '../../core/task.ts';
import { webhookMissing } from '../../wires/runninghub/codes.ts';
import {
  legacyFailureSchema,
  outputsAnswerSchema,
  retryWebhookRequestSchema,
  statusAnswerSchema,
  taskRequestSchema,
  webhookDetailsAnswerSchema,
  webhookDetailsRequestSchema,
} from '../../wires/runninghub/schemas.ts';
import { jsonResponse, type TenantCall } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { encodeDelivery, failureOf } from './encode.ts';
import { legacyState, legacySuccess } from './errors.ts';
import { readFields, readOptionalText, requireId } from './read.ts';
import { dialectName, type Parts, tenantRoute } from './route.ts';

export function taskRoutes(parts: Parts): DocumentedRoute[] {
  const { gateway, encoder } = parts;
  const requested = async (call: TenantCall, name = 'taskId') =>
    await gateway.taskByWireId(call.caller, dialectName, requireId(await readFields(call), name));

  const outputs = {
    queued: async () => legacyState(813, null),
    running: async () => legacyState(804, { netWssUrl: null }),
    succeeded: async (task) => legacySuccess(await encoder.outputs(task)),
    failed: async (task) => legacyState(805, failureOf(task)),
    canceled: async (task) => legacyState(805, failureOf(task)),
  } as const satisfies Record<TaskState, (task: Parameters<typeof encoder.task>[0]) => Promise<Response>>;

  /** The one event of a task; undefined while there is none. */
  const eventOf = async (call: TenantCall, name: string) => {
    const task = await requested(call, name);
    const { tenantId } = call.caller;
    const [delivery] = await gateway.webhooks.deliveries({ tenantId, taskId: task.id, limit: 1 });
    return delivery === undefined ? undefined : { task, delivery };
  };
  const noEvent = () => jsonResponse({ ...webhookMissing, errorMessages: null, data: null });

  return [
    tenantRoute(parts, {
      method: 'POST',
      path: '/task/openapi/status',
      family: 'legacy',
      scope: 'read',
      doc: {
        id: 'checkTaskStatus',
        summary: 'Check Task Status',
        body: taskRequestSchema,
        answers: { 200: statusAnswerSchema },
      },
      handle: async (call) => legacySuccess(encoder.status(await requested(call)), ''),
    }),
    tenantRoute(parts, {
      method: 'POST',
      path: '/task/openapi/outputs',
      family: 'legacy',
      scope: 'read',
      doc: {
        id: 'checkTaskOutput',
        summary: 'Check Task Output',
        body: taskRequestSchema,
        answers: { 200: outputsAnswerSchema },
      },
      async handle(call) {
        const task = await requested(call);
        return await outputs[task.state](task);
      },
    }),
    tenantRoute(parts, {
      method: 'POST',
      path: '/task/openapi/cancel',
      family: 'legacy',
      doc: {
        id: 'cancelTask',
        step: 'cancel',
        summary: 'Cancel ComfyUI Task',
        description: 'Of a task that has ended, it answers well and changes nothing.',
        body: taskRequestSchema,
        answers: { 200: legacyFailureSchema },
      },
      async handle(call) {
        const { id } = await requested(call);
        await gateway.cancel(call.caller, id);
        return legacySuccess(null);
      },
    }),
    tenantRoute(parts, {
      method: 'POST',
      path: '/task/openapi/getWebhookDetail',
      family: 'legacy',
      scope: 'read',
      doc: {
        id: 'getWebhookDetails',
        summary: 'Get Webhook Event Details',
        body: webhookDetailsRequestSchema,
        answers: { 200: webhookDetailsAnswerSchema },
      },
      async handle(call) {
        const event = await eventOf(call, 'taskId');
        if (event === undefined) return noEvent();
        const { task, delivery } = event;
        const attempts = await gateway.webhooks.attempts(call.caller, delivery.id);
        const key = (await gateway.keys(call.caller)).find(({ id }) => id === task.keyId);
        const eventData = JSON.stringify(await encoder.task(task));
        const details = encodeDelivery(task, delivery, attempts, { eventData, keyHint: key?.hint ?? '' });
        return legacySuccess(details, '');
      },
    }),
    tenantRoute(parts, {
      method: 'POST',
      path: '/task/openapi/retryWebhook',
      family: 'legacy',
      doc: {
        id: 'resendWebhook',
        summary: 'Resend Specific Webhook Event',
        body: retryWebhookRequestSchema,
        answers: { 200: legacyFailureSchema },
      },
      async handle(call) {
        const url = readOptionalText(await readFields(call), 'webhookUrl');
        const event = await eventOf(call, 'webhookId').catch((error: unknown) => {
          if (error instanceof GatewayError && error.code === 'not_found') return undefined;
          throw error;
        });
        if (event === undefined) return noEvent();
        const target = url === undefined ? undefined : { url, path: ['webhookUrl'] };
        await gateway.webhooks.resend(call.caller, event.delivery.id, target);
        return legacySuccess(null, '');
      },
    }),
  ];
}
