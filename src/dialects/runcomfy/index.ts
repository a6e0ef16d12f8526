/** RunComfy's Model API, under /v1/models and /v1/requests. */
import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../core/errors.ts';
import {
  type Dialect,
  type DialectServices,
  jsonResponse,
  type Route,
  readAuthorization,
  type TenantCall,
} from '../dialect.ts';
import {
  categoryOf,
  encodeCancel,
  encodeError,
  encodeModel,
  encodeResult,
  encodeStatus,
  encodeSubmitted,
  type RuncomfyOptions,
} from './encode.ts';

const name = 'runcomfy';

/** Official clients send at most this much in one submit. */
const submitLimitBytes = 64 * 1024 * 1024;
const emptyLimitBytes = 64 * 1024;

const pageSize = { default: 100, maximum: 500 };

export function createRuncomfyDialect({ gateway, links }: DialectServices, options: RuncomfyOptions): Dialect {
  const requested = ({ caller, params }: TenantCall) =>
    gateway.taskByWireId(caller, name, readRequestId(params.id ?? ''));

  const routes: Route[] = [
    {
      method: 'POST',
      path: '/v1/models/:model{.+}',
      access: 'tenant',
      bodyLimitBytes: submitLimitBytes,
      async handle(call) {
        const view = gateway.catalog.view(name, call.params.model ?? '');
        const body = await call.json();
        return await call.once(body, {
          accept: (idempotency) =>
            gateway.submit(
              {
                caller: call.caller,
                view,
                wireId: randomUUID(),
                ...body,
                root: [],
                isSeedZeroRandom: options.isSeedZeroRandom,
                priority: 0,
                isOffPeak: false,
                metadata: null,
                marks: null,
                webhook: null,
                idempotency,
              },
              call,
            ),
          answer: async (task) => jsonResponse(encodeSubmitted(task, links)),
        });
      },
    },
    {
      method: 'GET',
      path: '/v1/models',
      access: 'tenant',
      handle: async ({ query }) => {
        const limit = readCount(query, 'limit', pageSize.default, 1, pageSize.maximum);
        const offset = readCount(query, 'offset', 0, 0, Number.MAX_SAFE_INTEGER);
        const search = (query.get('search') ?? '').toLowerCase();
        const category = query.get('category');
        const kind = query.get('kind') ?? 'model';
        const matching = gateway.catalog
          .views(name)
          .filter((view) => `${view.name} ${view.model.title}`.toLowerCase().includes(search))
          .filter((view) => category === null || categoryOf(view) === category)
          .filter(() => kind === 'model');
        const page = matching.slice(offset, offset + limit);
        const isSchemaIncluded = query.get('include_schema') === 'true';
        const models = page.map((view) => encodeModel(view, links, isSchemaIncluded));
        return jsonResponse({ models, total: matching.length, limit, offset });
      },
    },
    {
      method: 'GET',
      path: '/v1/models/categories',
      access: 'tenant',
      handle: async () => {
        const categories = [...new Set(gateway.catalog.views(name).map(categoryOf))].sort();
        return jsonResponse({ categories });
      },
    },
    {
      method: 'GET',
      path: '/v1/models/:model{.+}',
      access: 'tenant',
      handle: async ({ params }) =>
        jsonResponse(encodeModel(gateway.catalog.view(name, params.model ?? ''), links, true)),
    },
    {
      method: 'GET',
      path: '/v1/requests/:id/status',
      access: 'tenant',
      async handle(call) {
        const task = await requested(call);
        return jsonResponse(encodeStatus(task, await gateway.queuePosition(task), links));
      },
    },
    {
      method: 'GET',
      path: '/v1/requests/:id/result',
      access: 'tenant',
      async handle(call) {
        const task = await requested(call);
        const isCostIncluded = call.query.get('include_cost') === 'true';
        return jsonResponse(encodeResult(task, await gateway.outputs(task), links, isCostIncluded));
      },
    },
    {
      method: 'POST',
      path: '/v1/requests/:id/cancel',
      access: 'tenant',
      bodyLimitBytes: emptyLimitBytes,
      async handle(call) {
        const { id } = await requested(call);
        const { task, isAccepted } = await gateway.cancelQueued(call.caller, id);
        return jsonResponse(encodeCancel(task, isAccepted), 202);
      },
    },
  ];

  return {
    name,
    routes,
    territory: ['/v1/requests/'],
    readKey: ({ request }) => readAuthorization(request, 'Bearer'),
    encodeError: (error, requestId) => encodeError(error, requestId, options),
  };
}

/** Clients accept ids of this form and refuse others; so do we, before the store is asked. */
function readRequestId(text: string): string {
  if (/^[A-Za-z0-9_-]{1,128}$/.test(text)) return text;
  throw new GatewayError('not_found', 'There is no request of this id that this token may see.');
}

/** A whole number of the query, kept within its bounds as clients of different versions send different ones. */
function readCount(query: URLSearchParams, key: string, fallback: number, minimum: number, maximum: number): number {
  const text = query.get(key);
  if (text === null || !/^\d{1,9}$/.test(text)) return fallback;
  return Math.min(maximum, Math.max(minimum, Number(text)));
}
