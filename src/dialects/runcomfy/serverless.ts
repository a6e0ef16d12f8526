/** RunComfy's serverless API: deployments and their requests under /prod/v1 and /prod/v2, and the balance. */
import { Compile } from 'typebox/compile';
import { GatewayError, inputError } from '../../core/errors.ts';
import { describeErrors, issueAt } from '../../core/issues.ts';
import { toDollars } from '../../core/money.ts';
import type { WebhookRequest } from '../../core/submit.ts';
import {
  balanceSchema,
  cancelRequestedSchema,
  credentialField,
  deploymentSchema,
  deploymentsSchema,
  graphFields,
  inferenceResultSchema,
  inferenceSchema,
  inferenceStatusSchema,
  inferenceSubmittedSchema,
  webhookFields,
} from '../../wires/runcomfy/serverless.ts';
import { type JsonBody, jsonResponse, type Links, type TenantCall } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { type Deployment, deploymentIdOf, findDeployment, listDeployments } from './deployments.ts';
import { encodeServerlessError } from './errors.ts';
import {
  emptyLimitBytes,
  findRequest,
  type RequestServices,
  requestNotFound,
  submitLimitBytes,
  submitRequest,
} from './requests.ts';
import {
  encodeCancelRequested,
  encodeDeployment,
  encodeInferenceResult,
  encodeInferenceStatus,
  type Version,
  versions,
} from './serverless-encode.ts';
import { eventsFor } from './webhooks.ts';

const inference = Compile(inferenceSchema);
const noWorkflows = 'Deployments are ComfyUI workflows, which need a ComfyUI engine: none can be made or changed here.';

export function serverlessRoutes(services: RequestServices, links: Links): DocumentedRoute[] {
  const routes = [
    ...versions.flatMap((version) => inferenceRoutes(services, links, version)),
    ...objectRoutes(services),
  ];
  return routes.map((route) => ({ ...route, encodeError: encodeServerlessError }));
}

function inferenceRoutes(services: RequestServices, links: Links, version: Version): DocumentedRoute[] {
  const { gateway, options } = services;
  const base = `/prod/${version}/deployments`;
  const placeOf = (deployment: string, wireId: string | null) => ({
    links,
    version,
    path: `${base}/${deployment}/requests/${wireId}`,
  });
  /** A request of this deployment, and where it stands. */
  const requested = async (call: TenantCall) => {
    const { id } = findDeployment(gateway.catalog, call.params.deployment ?? '');
    const task = await findRequest(services, call);
    if (deploymentIdOf(gateway.catalog, task) !== id) throw requestNotFound();
    return { task, place: placeOf(id, task.wireId) };
  };
  const named = (id: string) => `${id}${version.toUpperCase()}`;
  return [
    {
      method: 'POST',
      path: `${base}/:deployment/inference`,
      access: 'tenant',
      bodyLimitBytes: submitLimitBytes,
      doc: {
        id: named('submitInference'),
        summary: 'Run a deployment',
        description:
          'A workflow takes `overrides` or `workflow_api_json`; other deployments the fields of their model.',
        query: {
          [webhookFields.url]: 'An https URL that is told of the end.',
          [webhookFields.isIntermediate]: '`true`: it is told of the queue and the start as well.',
        },
        body: inferenceSchema,
        answers: { 200: inferenceSubmittedSchema },
      },
      async handle(call) {
        const { id, view } = findDeployment(gateway.catalog, call.params.deployment ?? '');
        const body = await call.json();
        const { value, given } = splitBody(body);
        checkGraph(view.model.isOpen === true, value);
        return await submitRequest(services, call, {
          view,
          body,
          value,
          webhook: readWebhook(call.query, given),
          placeOf: ({ wireId }) => placeOf(id, wireId),
        });
      },
    },
    {
      method: 'GET',
      path: `${base}/:deployment/requests/:request/status`,
      access: 'tenant',
      doc: {
        id: named('getInferenceStatus'),
        summary: 'Read where a run stands',
        answers: { 200: inferenceStatusSchema },
      },
      async handle(call) {
        const { task, place } = await requested(call);
        return jsonResponse(encodeInferenceStatus(task, await gateway.queuePosition(task), place, options));
      },
    },
    {
      method: 'GET',
      path: `${base}/:deployment/requests/:request/result`,
      access: 'tenant',
      doc: {
        id: named('getInferenceResult'),
        summary: 'Read what a run made',
        answers: { 200: inferenceResultSchema },
      },
      async handle(call) {
        const { task, place } = await requested(call);
        return jsonResponse(encodeInferenceResult(task, await gateway.outputs(task), place, options));
      },
    },
    {
      method: 'POST',
      path: `${base}/:deployment/requests/:request/cancel`,
      access: 'tenant',
      bodyLimitBytes: emptyLimitBytes,
      doc: {
        id: named('cancelInference'),
        summary: 'Cancel a run, though it has begun',
        answers: { 202: cancelRequestedSchema },
      },
      async handle(call) {
        const { task, place } = await requested(call);
        const { task: now, isAccepted } = await gateway.cancel(call.caller, task.id);
        return jsonResponse(encodeCancelRequested(now, isAccepted, place, options), 202);
      },
    },
  ];
}

/**
 * Fields of the call, which of old stood in the body, apart from what is the model's. `extra_data` carries keys of other
 * services, which are not ours to write down.
 */
function splitBody({ value }: JsonBody): {
  readonly value: unknown;
  readonly given: Readonly<Record<string, unknown>>;
} {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { value, given: {} };
  const given = value as Readonly<Record<string, unknown>>;
  const callFields: ReadonlySet<string> = new Set([...Object.values(webhookFields), credentialField]);
  return { value: Object.fromEntries(Object.entries(given).filter(([name]) => !callFields.has(name))), given };
}

/** Throws GatewayError `invalid_input`. A graph is for workflows alone, and there changes and a whole graph exclude each other. */
function checkGraph(isWorkflow: boolean, value: unknown): void {
  const present = graphFields.filter(
    (name) => typeof value === 'object' && value !== null && Object.hasOwn(value, name),
  );
  if (isWorkflow && !inference.Check(value)) throw inputError(describeErrors([...inference.Errors(value)], value, []));
  if (isWorkflow && present.length === graphFields.length) {
    throw inputError([issueAt(['overrides'], 'atMostOne', 'may not stand beside workflow_api_json')]);
  }
  if (isWorkflow || present.length === 0) return;
  const predicate = 'is for workflows, which need a ComfyUI engine; this deployment takes the fields of its model';
  throw inputError(present.map((name) => issueAt([name], 'unknown', predicate)));
}

/** The query's word counts before the body's. */
function readWebhook(query: URLSearchParams, given: Readonly<Record<string, unknown>>): WebhookRequest | null {
  const url = query.get(webhookFields.url) ?? given[webhookFields.url];
  const flag = query.get(webhookFields.isIntermediate) ?? given[webhookFields.isIntermediate];
  if (url === undefined || url === null) return null;
  if (typeof url !== 'string') throw inputError([issueAt([webhookFields.url], 'type', 'must be of type string')]);
  return { url, events: eventsFor(flag === 'true' || flag === true) };
}

function objectRoutes({ gateway }: RequestServices): DocumentedRoute[] {
  const path = '/prod/v2/deployments';
  const encode = (deployment: Deployment) =>
    encodeDeployment(deployment, gateway.standing(deployment.view.model).isAvailable);
  const refuse = async (call: TenantCall): Promise<Response> => {
    findDeployment(gateway.catalog, call.params.deployment ?? '');
    throw new GatewayError('forbidden', noWorkflows);
  };
  return [
    {
      method: 'GET',
      path,
      access: 'tenant',
      doc: {
        id: 'listDeployments',
        summary: 'List the deployments',
        query: { ids: 'Only this one; may be repeated.' },
        answers: { 200: deploymentsSchema },
      },
      handle: async ({ query }) => {
        const ids = query.getAll('ids');
        const all = listDeployments(gateway.catalog);
        return jsonResponse(all.filter(({ id }) => ids.length === 0 || ids.includes(id)).map(encode));
      },
    },
    {
      method: 'POST',
      path,
      access: 'tenant',
      doc: { id: 'createDeployment', summary: 'Refused: it needs a ComfyUI engine', answers: {} },
      handle: async () => {
        throw new GatewayError('engine_unavailable', noWorkflows);
      },
    },
    {
      method: 'GET',
      path: `${path}/:deployment`,
      access: 'tenant',
      doc: { id: 'getDeployment', summary: 'Read a deployment', answers: { 200: deploymentSchema } },
      handle: async ({ params }) => jsonResponse(encode(findDeployment(gateway.catalog, params.deployment ?? ''))),
    },
    ...(['PATCH', 'DELETE'] as const).map(
      (method): DocumentedRoute => ({
        method,
        path: `${path}/:deployment`,
        access: 'tenant',
        doc: { id: `${method.toLowerCase()}Deployment`, summary: 'Refused: it needs a ComfyUI engine', answers: {} },
        handle: refuse,
      }),
    ),
    {
      method: 'POST',
      path: `${path}/:deployment/instances/:instance/proxy/:backend{.+}`,
      access: 'tenant',
      doc: { id: 'askInstance', summary: 'Refused: there are no instances', answers: {} },
      async handle({ params }) {
        findDeployment(gateway.catalog, params.deployment ?? '');
        throw new GatewayError('not_found', 'This deployment has no instance of this id.');
      },
    },
    {
      method: 'GET',
      path: '/prod/v2/balance',
      access: 'tenant',
      doc: { id: 'getBalance', summary: 'Read what is left', answers: { 200: balanceSchema } },
      async handle({ caller }) {
        const { balanceMicros } = await gateway.account(caller);
        return jsonResponse({
          balance_usd: toDollars(balanceMicros),
          balance_microdollars: balanceMicros,
          currency: 'USD',
        });
      },
    },
  ];
}
