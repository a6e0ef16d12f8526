/** What webhooks were owed and got: lists, attempts, sending again; endpoints that fail, and the secrets that sign. */
import { Compile } from 'typebox/compile';
import { deliveryStates, type EndpointSecret } from '../../core/delivery.ts';
import { GatewayError, inputError } from '../../core/errors.ts';
import { type DeliveryId, parseDeliveryId, parseTaskId } from '../../core/ids.ts';
import { describeErrors, issueAt } from '../../core/issues.ts';
import type { Webhooks } from '../../core/webhooks.ts';
import { type Call, jsonResponse } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { encodeDeliveryDetail, encodeDeliveryFacts, encodeEndpoint, isoTime, isoTimeOrNull } from './encode.ts';
import { pageQuery, readLimit, readStates, readTime } from './query.ts';
import {
  deliveryDetailSchema,
  deliveryListSchema,
  deliverySchema,
  endpointListSchema,
  endpointRequestSchema,
  endpointSchema,
  resendRangeSchema,
  resentSchema,
  secretFactsSchema,
  secretSchema,
} from './webhooks-wire.ts';

const bodyLimitBytes = 64 * 1024;
const validators = { resendRange: Compile(resendRangeSchema), endpoint: Compile(endpointRequestSchema) };

export function requestedDelivery({ params }: Call): DeliveryId {
  const id = parseDeliveryId(params.id ?? '');
  if (id !== undefined) return id;
  throw new GatewayError('not_found', 'There is no delivery of this id that this key may see.');
}

export function readId<Value>(text: string | null, field: string, parse: (text: string) => Value | undefined) {
  if (text === null) return undefined;
  const value = parse(text);
  if (value === undefined) throw inputError([issueAt([field], field, 'is not an id')]);
  return value;
}

const encodeSecretFacts = ({ url, createdAt, previous }: EndpointSecret) => ({
  url,
  created_at: isoTime(createdAt),
  previous_valid_until: isoTimeOrNull(previous?.until),
});

export function deliveryRoutes(webhooks: Webhooks): DocumentedRoute[] {
  return [
    {
      method: 'GET',
      path: '/v1/deliveries',
      access: 'tenant',
      doc: {
        id: 'listDeliveries',
        summary: 'List what webhooks were owed, newest first',
        query: {
          ...pageQuery,
          task: 'Only those of this task.',
          state: 'Only those in these states, separated by commas.',
        },
        answers: { 200: deliveryListSchema },
      },
      async handle({ caller, query }) {
        const limit = readLimit(query.get('limit'));
        const cursor = readId(query.get('cursor'), 'cursor', parseDeliveryId);
        const taskId = readId(query.get('task'), 'task', parseTaskId);
        const states = readStates(query.get('state'), deliveryStates);
        const found = await webhooks.deliveries({
          tenantId: caller.tenantId,
          limit: limit + 1,
          ...(cursor === undefined ? {} : { before: await webhooks.delivery(caller, cursor) }),
          ...(taskId === undefined ? {} : { taskId }),
          ...(states === undefined ? {} : { states }),
        });
        const page = found.slice(0, limit);
        const next = found.length > limit ? (page.at(-1)?.id ?? null) : null;
        return jsonResponse({ data: page.map(encodeDeliveryFacts), next_cursor: next });
      },
    },
    {
      method: 'GET',
      path: '/v1/deliveries/:id',
      access: 'tenant',
      doc: {
        id: 'getDelivery',
        summary: 'Read a delivery and what each attempt met',
        answers: { 200: deliveryDetailSchema },
      },
      async handle(call) {
        const delivery = await webhooks.delivery(call.caller, requestedDelivery(call));
        return jsonResponse(encodeDeliveryDetail(delivery, await webhooks.attempts(call.caller, delivery.id)));
      },
    },
    {
      method: 'POST',
      path: '/v1/deliveries/:id/resend',
      access: 'tenant',
      bodyLimitBytes,
      doc: {
        id: 'resendDelivery',
        summary: 'Send a delivery again',
        description:
          'It keeps its id and begins a new round of attempts, whatever became of it; for 30 days. At a disabled endpoint the round is one attempt, and enables it if it succeeds.',
        answers: { 202: deliverySchema },
      },
      handle: async (call) =>
        jsonResponse(encodeDeliveryFacts(await webhooks.resend(call.caller, requestedDelivery(call))), 202),
    },
    {
      method: 'POST',
      path: '/v1/deliveries/resend',
      access: 'tenant',
      bodyLimitBytes,
      doc: {
        id: 'resendDeliveries',
        summary: 'Send again what was created in a span of time',
        body: resendRangeSchema,
        answers: { 202: resentSchema },
      },
      async handle(call) {
        const { value } = await call.json();
        if (!validators.resendRange.Check(value)) {
          throw inputError(describeErrors([...validators.resendRange.Errors(value)], value, []));
        }
        const range = {
          since: readTime(value.since, 'since'),
          until: readTime(value.until, 'until'),
          state: value.state ?? 'failed',
        };
        return jsonResponse({ resent: await webhooks.resendRange(call.caller, range) }, 202);
      },
    },
    {
      method: 'GET',
      path: '/v1/webhook-endpoints',
      access: 'tenant',
      doc: {
        id: 'listFailingEndpoints',
        summary: 'List the endpoints that fail or are disabled, by URL',
        description:
          'One that fails is sent one delivery at a time. After five days without a single success it is disabled: what falls due there fails unsent.',
        query: pageQuery,
        answers: { 200: endpointListSchema },
      },
      async handle({ caller, query }) {
        const limit = readLimit(query.get('limit'));
        const found = await webhooks.failingEndpoints(caller, query.get('cursor') ?? '', limit + 1);
        const page = found.slice(0, limit);
        const next = found.length > limit ? (page.at(-1)?.url ?? null) : null;
        return jsonResponse({
          data: page.map((endpoint) => encodeEndpoint(endpoint.url, endpoint)),
          next_cursor: next,
        });
      },
    },
    {
      method: 'POST',
      path: '/v1/webhook-endpoints/enable',
      access: 'tenant',
      bodyLimitBytes,
      doc: {
        id: 'enableEndpoint',
        summary: 'Enable an endpoint that fails or is disabled',
        description: 'What failed meanwhile stays failed until it is sent again. Idempotent.',
        body: endpointRequestSchema,
        answers: { 200: endpointSchema },
      },
      async handle(call) {
        const { value } = await call.json();
        if (!validators.endpoint.Check(value)) {
          throw inputError(describeErrors([...validators.endpoint.Errors(value)], value, []));
        }
        return jsonResponse(encodeEndpoint(await webhooks.enableEndpoint(call.caller, value.url), undefined));
      },
    },
    {
      method: 'GET',
      path: '/v1/webhook-secrets',
      access: 'tenant',
      doc: {
        id: 'getWebhookSecret',
        summary: 'Read since when an endpoint has its secret',
        description: 'The secret itself is shown only when it is made.',
        query: { url: 'The endpoint.' },
        answers: { 200: secretFactsSchema },
      },
      async handle({ caller, query }) {
        const url = query.get('url');
        if (url === null) throw inputError([issueAt(['url'], 'required', 'is required')]);
        return jsonResponse(encodeSecretFacts(await webhooks.secretFacts(caller, url)));
      },
    },
    {
      method: 'POST',
      path: '/v1/webhook-secrets',
      access: 'tenant',
      bodyLimitBytes,
      doc: {
        id: 'createWebhookSecret',
        summary: 'Make a new secret for an endpoint, and see it this once',
        description: 'If the endpoint had one, both sign for 24 hours.',
        body: endpointRequestSchema,
        answers: { 201: secretSchema },
      },
      async handle(call) {
        const { value } = await call.json();
        if (!validators.endpoint.Check(value)) {
          throw inputError(describeErrors([...validators.endpoint.Errors(value)], value, []));
        }
        const { facts, secret } = await webhooks.renewSecret(call.caller, value.url);
        return jsonResponse({ ...encodeSecretFacts(facts), secret }, 201, { 'cache-control': 'no-store' });
      },
    },
  ];
}
