/** The Standard Model API: submit, price preview and the query of v2. */
import {
  modelInputSchema,
  pricePreviewSchema,
  queryRequestSchema,
  taskObjectSchema,
} from '../../wires/runninghub/schemas.ts';
import { makeWireId } from '../../wires/runninghub/values.ts';
import { type JsonBody, jsonResponse, type TenantCall } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { encodePrice } from './encode.ts';
import { readFields, requireId, withoutKey } from './read.ts';
import { dialectName, type Parts, tenantRoute } from './route.ts';
import { taskEnds } from './webhooks.ts';

/** Pictures come as data URIs, several in one body. */
const submitLimitBytes = 64 * 1024 * 1024;

export function queryRoute(parts: Parts): DocumentedRoute {
  const { gateway, encoder } = parts;
  return tenantRoute(parts, {
    method: 'POST',
    path: '/openapi/v2/query',
    family: 'query',
    scope: 'read',
    doc: {
      id: 'queryTask',
      step: 'result',
      summary: 'Query generation result (V2)',
      body: queryRequestSchema,
      answers: { 200: taskObjectSchema },
    },
    async handle(call) {
      const id = requireId(await readFields(call), 'taskId');
      return jsonResponse(await encoder.task(await gateway.taskByWireId(call.caller, dialectName, id)));
    },
  });
}

/** Any path that is left below /openapi/v2/ names a model, so these stand after all others. */
export function modelRoutes(parts: Parts): DocumentedRoute[] {
  const { gateway, encoder, randomBytes } = parts;
  const requestOf = (call: TenantCall, { value, inline }: JsonBody) => {
    const url = (value as { readonly webhookUrl?: unknown } | null)?.webhookUrl ?? '';
    return {
      caller: call.caller,
      view: gateway.catalog.view(dialectName, call.params.model ?? ''),
      wireId: makeWireId(randomBytes),
      value: withoutKey(value),
      inline,
      root: [],
      isSeedZeroRandom: false,
      priority: 0,
      isOffPeak: false,
      metadata: null,
      marks: null,
      webhook: url === '' ? null : { url: String(url), events: taskEnds, path: ['webhookUrl'] },
    };
  };
  return [
    tenantRoute(parts, {
      method: 'POST',
      path: '/openapi/v2/price-preview/:model{.+}',
      family: 'price',
      scope: 'read',
      bodyLimitBytes: submitLimitBytes,
      doc: {
        id: 'previewPrice',
        summary: 'What a submit of the same body would cost',
        body: modelInputSchema,
        answers: { 200: pricePreviewSchema },
      },
      async handle(call) {
        const request = requestOf(call, await call.json());
        return jsonResponse(encodePrice(await gateway.estimate({ ...request, idempotency: null })));
      },
    }),
    tenantRoute(parts, {
      method: 'POST',
      path: '/openapi/v2/:model{.+}',
      family: 'submit',
      bodyLimitBytes: submitLimitBytes,
      doc: {
        id: 'submitModel',
        step: 'submit',
        summary: 'Ask a model for a result',
        body: modelInputSchema,
        headers: { 'Idempotency-Key': 'Ours: a repeat with the same body gets the first answer again.' },
        answers: { 200: taskObjectSchema },
      },
      async handle(call) {
        const body = await call.json();
        const request = requestOf(call, body);
        return await call.once(body, {
          accept: (idempotency) => gateway.submit({ ...request, idempotency }, call),
          answer: async (task) => jsonResponse(await encoder.submitted(task)),
        });
      },
    }),
  ];
}
