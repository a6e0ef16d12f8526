/** Vidu's calls about tasks and the account. */
import { GatewayError } from '../../core/errors.ts';
import type { Gateway } from '../../core/gateway.ts';
import { micros } from '../../core/money.ts';
import type { Clock } from '../../core/ports.ts';
import type { Task } from '../../core/task.ts';
import { cancelSchema, creditsSchema, emptySchema, listSchema, resultSchema } from '../../wires/vidu/bodies.ts';
import { isTaskId, wholeCredits } from '../../wires/vidu/words.ts';
import { jsonResponse, type TenantCall } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { dialectName, type Encoder } from './encode.ts';
import { encoderOf } from './errors.ts';
import { listQuery, listTasks } from './list.ts';

export type TaskServices = { readonly gateway: Gateway; readonly encoder: Encoder; readonly clock: Clock };

const smallLimitBytes = 64 * 1024;

export function taskRoutes({ gateway, encoder, clock }: TaskServices): DocumentedRoute[] {
  const requested = async ({ caller, params: { id = '' } }: TenantCall): Promise<Task> => {
    // Ids of another form are nobody's; the store need not be asked.
    if (!isTaskId(id)) throw new GatewayError('not_found', 'there is no task of this id that this key may see.');
    return await gateway.taskByWireId(caller, dialectName, id);
  };
  return [
    {
      method: 'GET',
      path: '/ent/v2/tasks/:id/creations',
      access: 'tenant',
      encodeError: encoderOf({ not_found: 'TaskNotFound' }),
      doc: {
        id: 'getCreations',
        step: 'result',
        summary: 'Read a task and its results',
        answers: { 200: resultSchema },
      },
      handle: async (call) => jsonResponse(await encoder.result(await requested(call))),
    },
    {
      method: 'POST',
      path: '/ent/v2/tasks/:id/cancel',
      access: 'tenant',
      bodyLimitBytes: smallLimitBytes,
      encodeError: encoderOf({ not_found: 'TaskNotFound', conflict: 'BadRequest' }),
      doc: {
        id: 'cancelTask',
        step: 'cancel',
        summary: 'Cancel a task that waits',
        description: 'One that was begun, or has ended, stays as it is (400). The body may be left out.',
        body: cancelSchema,
        answers: { 200: emptySchema },
      },
      async handle(call) {
        const { id } = await requested(call);
        const { task, isAccepted } = await gateway.cancelQueued(call.caller, id);
        if (isAccepted) return jsonResponse({});
        throw new GatewayError(
          'conflict',
          `the task is already scheduled and cannot be cancelled; it is ${task.state}.`,
        );
      },
    },
    {
      method: 'GET',
      path: '/ent/v2/tasks',
      access: 'tenant',
      doc: {
        id: 'listTasks',
        summary: 'List tasks, newest first',
        query: listQuery,
        answers: { 200: listSchema },
      },
      async handle({ caller, query }) {
        const { tasks, nextPageToken } = await listTasks(gateway, caller, query, clock.now());
        const listed = await Promise.all(tasks.map((task) => encoder.listed(task)));
        return jsonResponse({ tasks: listed, next_page_token: nextPageToken });
      },
    },
    {
      method: 'GET',
      path: '/ent/v2/credits',
      access: 'tenant',
      doc: {
        id: 'getCredits',
        summary: 'Read what is left',
        query: { show_detail: '`true` lists packages, of which there are none here.' },
        answers: { 200: creditsSchema },
      },
      async handle({ caller }) {
        const { balanceMicros, queuedCount, runningCount, concurrencyLimit } = await gateway.account(caller);
        const remains = [
          {
            type: 'metered',
            credit_remain: wholeCredits(micros(balanceMicros)),
            concurrency_limit: concurrencyLimit ?? 0,
            current_concurrency: runningCount,
            queue_count: queuedCount,
          },
        ];
        return jsonResponse({ remains, remaining_credits: remains, packages: [] });
      },
    },
  ];
}
