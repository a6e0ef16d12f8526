/** RunComfy's Model API: requests under /v1/models and /v1/requests. */
import type { Task } from '../../core/task.ts';
import { canceledSchema, resultSchema, statusSchema, submittedSchema } from '../../wires/runcomfy/model-api.ts';
import { jsonResponse, type Links, type TenantCall } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { deploymentIdOf, modelNamed } from './deployments.ts';
import { encodeCanceled, encodeResult, encodeStatus, type RequestPlace } from './encode.ts';
import {
  emptyLimitBytes,
  findRequest,
  type RequestServices,
  requestNotFound,
  submitLimitBytes,
  submitRequest,
} from './requests.ts';

export function requestRoutes(services: RequestServices, links: Links): DocumentedRoute[] {
  const { gateway, options } = services;
  const placeOf = ({ wireId }: Task): RequestPlace => ({ links, path: `/v1/requests/${wireId}` });
  const requested = async (call: TenantCall) => {
    const task = await findRequest(services, call);
    if (deploymentIdOf(gateway.catalog, task) !== undefined) throw requestNotFound();
    return task;
  };
  return [
    {
      method: 'POST',
      path: '/v1/models/:model{.+}',
      access: 'tenant',
      bodyLimitBytes: submitLimitBytes,
      doc: {
        id: 'submitRequest',
        step: 'submit',
        summary: 'Submit a request',
        description: 'The body holds the fields of the model, without a wrapper. Media are URLs or data URIs.',
        answers: { 200: submittedSchema },
      },
      async handle(call) {
        const view = modelNamed(gateway.catalog, call.params.model ?? '');
        const body = await call.json();
        return await submitRequest(services, call, { view, body, value: body.value, webhook: null, placeOf });
      },
    },
    {
      method: 'GET',
      path: '/v1/requests/:request/status',
      access: 'tenant',
      doc: { id: 'getStatus', step: 'status', summary: 'Read where a request stands', answers: { 200: statusSchema } },
      async handle(call) {
        const task = await requested(call);
        return jsonResponse(encodeStatus(task, await gateway.queuePosition(task), placeOf(task), options));
      },
    },
    {
      method: 'GET',
      path: '/v1/requests/:request/result',
      access: 'tenant',
      doc: {
        id: 'getResult',
        step: 'result',
        summary: 'Read what a request made, or where it stands',
        query: { include_cost: '`true` adds what it costs.' },
        answers: { 200: resultSchema },
      },
      async handle(call) {
        const task = await requested(call);
        const isCostIncluded = call.query.get('include_cost') === 'true';
        return jsonResponse(encodeResult(task, await gateway.outputs(task), links, { ...options, isCostIncluded }));
      },
    },
    {
      method: 'POST',
      path: '/v1/requests/:request/cancel',
      access: 'tenant',
      bodyLimitBytes: emptyLimitBytes,
      doc: {
        id: 'cancelRequest',
        step: 'cancel',
        summary: 'Cancel a request that is still in the queue',
        answers: { 202: canceledSchema },
      },
      async handle(call) {
        const { id } = await requested(call);
        const { task, isAccepted } = await gateway.cancelQueued(call.caller, id);
        return jsonResponse(encodeCanceled(task, isAccepted, options), 202);
      },
    },
  ];
}
