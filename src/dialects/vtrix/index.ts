/** Vtrix's model gateway: generations under /model/v1, the model list under /api/v1/skill, and the queue variant. */
import { GatewayError } from '../../core/errors.ts';
import { dollarsText, zeroMicros } from '../../core/money.ts';
import type { Task } from '../../core/task.ts';
import { isVtrixId, makeVtrixId } from '../../wires/vtrix/ids.ts';
import { balanceSchema, good } from '../../wires/vtrix/models.ts';
import { synchronousModels } from '../../wires/vtrix/pages.ts';
import { submitSchema, taskSchema } from '../../wires/vtrix/task.ts';
import { type Dialect, type DialectServices, jsonResponse, readAuthorization, type TenantCall } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { describeVtrix } from './describe.ts';
import { encodeTask } from './encode.ts';
import { encodeError, withCodes } from './errors.ts';
import { modelRoutes, submitPath } from './models.ts';
import { dialectName, switchesFor, type VtrixOptions } from './options.ts';
import { isQueuePath, queueRoutes } from './queue.ts';
import { showTask } from './show.ts';
import {
  asFields,
  bodyLimitBytes,
  checkBodySize,
  readModelName,
  readParameters,
  readSubmit,
  type Submitter,
} from './submit.ts';
import { createVtrixWebhooks } from './webhooks.ts';

const emptyLimitBytes = 64 * 1024;
/** How long a create call that answers with its result waits for it. */
const synchronousMs = 60_000;

export function createVtrixDialect(services: DialectServices, options: VtrixOptions): Dialect {
  const { gateway, links, randomBytes, version } = services;

  /** As the owner of `keyId` wants to see it. */
  const render = async (task: Task, keyId = task.keyId) => {
    const shown = await showTask(gateway, task);
    return encodeTask(shown, switchesFor(options, shown.model, keyId), links);
  };
  const webhooks = createVtrixWebhooks(render, options);

  const find = async ({ caller, params: { id = '' } }: TenantCall): Promise<Task> => {
    if (isVtrixId(id)) return await gateway.taskByWireId(caller, dialectName, id);
    throw new GatewayError('not_found', 'There is no task of this id that this key may see.');
  };

  const submit: Submitter = async (call, body, view, parameters, answer) => {
    checkBodySize(body, view, parameters.params);
    const switches = switchesFor(options, view.name, call.caller.keyId);
    const request = readSubmit(
      { caller: call.caller, view, body, wireId: makeVtrixId(randomBytes), ...parameters },
      { switches, offPeak: options.offPeak, events: webhooks.events },
    );
    try {
      return await call.once(body, {
        accept: (idempotency) => gateway.submit({ ...request, idempotency }, call),
        answer,
      });
    } catch (error) {
      throw error instanceof GatewayError && error.code === 'invalid_input' ? withCodes(error, switches) : error;
    }
  };

  const routes: DocumentedRoute[] = [
    {
      method: 'POST',
      path: submitPath,
      access: 'tenant',
      bodyLimitBytes: bodyLimitBytes.withFilm,
      doc: {
        id: 'createGeneration',
        step: 'submit',
        summary: 'Ask for something of a model',
        description:
          'Parameters stand in `input[0].params`, or, without `input`, beside `model`. A body may have 20 MiB, or 28 MiB ' +
          'with a film in it.',
        body: submitSchema,
        answers: { 200: taskSchema },
      },
      async handle(call) {
        const body = await call.json();
        const fields = asFields(body.value, []);
        const view = gateway.catalog.view(dialectName, readModelName(fields));
        const parameters = readParameters(fields, (name) => Object.hasOwn(view.fields, name));
        return await submit(call, body, view, parameters, async (task) => {
          const isWaitedFor = synchronousModels.has(view.name);
          const shown = isWaitedFor ? await gateway.wait(call.caller, task.id, synchronousMs, call) : task;
          return jsonResponse(await render(shown, call.caller.keyId));
        });
      },
    },
    {
      method: 'GET',
      path: `${submitPath}/task/:id`,
      access: 'tenant',
      doc: { id: 'getGeneration', step: 'result', summary: 'Poll a task', answers: { 200: taskSchema } },
      handle: async (call) => jsonResponse(await render(await find(call), call.caller.keyId)),
    },
    {
      method: 'POST',
      path: `${submitPath}/task/:id/cancel`,
      access: 'tenant',
      bodyLimitBytes: emptyLimitBytes,
      doc: {
        id: 'cancelGeneration',
        step: 'cancel',
        summary: 'Cancel a task (not of the vendor)',
        description:
          'A task that has not begun ends at once, a running one is asked to stop; one that has ended stays (409).',
        answers: { 200: taskSchema },
      },
      async handle(call) {
        const { id } = await find(call);
        const { task } = await gateway.cancel(call.caller, id);
        if (task.state === 'succeeded' || task.state === 'failed') {
          throw new GatewayError('conflict', `The task has ${task.state} already.`);
        }
        return jsonResponse(await render(task, call.caller.keyId));
      },
    },
    ...queueRoutes({ gateway, links, options, submit, find }),
    ...modelRoutes(gateway, links, options),
    {
      method: 'GET',
      path: '/api/v1/user/balance',
      access: 'tenant',
      doc: { id: 'getBalance', summary: 'Read the balance', answers: { 200: balanceSchema } },
      async handle({ caller }) {
        const balance = dollarsText((await gateway.account(caller)).balanceMicros);
        const none = dollarsText(zeroMicros);
        const data = {
          user_id: caller.tenantId,
          balance,
          total_recharged: none,
          currency: 'USD',
          billing_mode: 'prepaid',
          credit_limit: none,
          arrears: none,
          available_balance: balance,
        };
        return jsonResponse({ data, status: good });
      },
    },
    {
      method: 'GET',
      path: `/${dialectName}/openapi.json`,
      access: 'public',
      doc: { id: 'getOpenApi', summary: 'This description', answers: { 200: 'application/json' } },
      handle: async () => jsonResponse(describeVtrix(routes, { version, server: links.to('') })),
    },
  ];

  return {
    name: dialectName,
    routes,
    territory: ['/model/v1/', '/api/v1/skill/'],
    readKey: ({ request }) =>
      readAuthorization(request, 'Bearer') ??
      (isQueuePath(new URL(request.url).pathname) ? readAuthorization(request, 'Key') : undefined),
    encodeError: (error, requestId) => encodeError(error, requestId, options),
    writeSubmit: ({ name }, params) => ({
      operation: 'createGeneration',
      path: submitPath,
      body: { model: name, input: [{ params }] },
    }),
    webhooks,
  };
}
