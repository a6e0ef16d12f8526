/** Our own API, the most complete one: tasks, artifacts, uploads and the catalogue under /v1, and the result links. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { GatewayError, inputError } from '../../core/errors.ts';
import { parseTaskId } from '../../core/ids.ts';
import { describeErrors, issueAt } from '../../core/issues.ts';
import { nativeDialect } from '../../core/model.ts';
import { type Task, taskStates } from '../../core/task.ts';
import {
  type Dialect,
  type DialectServices,
  type JsonBody,
  jsonResponse,
  readAuthorization,
  type TenantCall,
} from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { accountRoute } from './account.ts';
import { type AdminServices, adminRoutes } from './admin.ts';
import { type ArtifactOptions, artifactRoutes } from './artifacts.ts';
import { deliveryRoutes } from './deliveries.ts';
import { describeNative } from './describe.ts';
import { answerDryRun, readDryRun } from './dry-run.ts';
import { encodeError, encodeTask, shorten, taskPath } from './encode.ts';
import { eventStream } from './events.ts';
import { readMarks, readMetadata } from './marks.ts';
import { inputComponents, modelRoutes } from './models.ts';
import { ownKeyRoutes } from './own-keys.ts';
import { kinQuery, pageQuery, readKin, readLimit, readSpan, readStates, readTaskCursor, spanQuery } from './query.ts';
import { translateRoute } from './translate.ts';
import { usageRoutes } from './usage.ts';
import { createNativeWebhooks } from './webhooks.ts';
import { createTaskSchema, estimateReportSchema, estimateSchema, taskListSchema, taskSchema } from './wire.ts';

/** Seven pictures of several megabytes as data URIs fit; larger media are uploaded first. */
const createLimitBytes = 64 * 1024 * 1024;
const smallLimitBytes = 64 * 1024;
const maximumWaitSeconds = 60;

export type NativeOptions = ArtifactOptions & { readonly admin: AdminServices };

const createValidator = Compile(createTaskSchema);

const writeSubmit: Dialect['writeSubmit'] = ({ name }, input) => ({
  operation: 'createTask',
  path: '/v1/tasks',
  body: { model: name, input },
});

/** `others` are the dialects whose requests it can write. */
export function createNativeDialect(
  services: DialectServices,
  options: NativeOptions,
  others: readonly Dialect[],
): Dialect {
  const { gateway, links, clock, version } = services;
  const render = async (task: Task) =>
    encodeTask(task, await gateway.queuePosition(task), await gateway.outputs(task), links);

  const webhooks = createNativeWebhooks(render);

  /** A task by its own id, or by its wire id in whatever dialect it came from. */
  const requested = async ({ caller, params }: TenantCall): Promise<Task> => {
    const text = params.id ?? '';
    const id = parseTaskId(text);
    if (id !== undefined) return await gateway.task(caller, id);
    return await gateway.taskByWireId(caller, undefined, text);
  };

  const readTask = ({ caller }: TenantCall, { value, inline }: JsonBody, isDryRun: boolean) => {
    if (!createValidator.Check(value)) {
      throw inputError(describeErrors([...createValidator.Errors(value)], value, []));
    }
    if (value.dialect !== undefined && !isDryRun) {
      throw inputError([issueAt(['dialect'], 'dry_run', 'is for dry runs: send the request to that API itself')]);
    }
    return {
      caller,
      view: gateway.catalog.view(value.dialect ?? nativeDialect, value.model),
      wireId: null,
      value: value.input,
      inline,
      root: ['input'],
      isSeedZeroRandom: false,
      priority: value.priority ?? 0,
      isOffPeak: value.off_peak ?? false,
      webhook: value.webhook === undefined ? null : { events: webhooks.events, ...value.webhook },
      metadata: readMetadata(value.metadata, inline),
      marks: value.marks === undefined ? null : readMarks(value.marks),
    };
  };

  const routes: DocumentedRoute[] = [
    ...adminRoutes(options.admin, { now: () => clock.now(), render }),
    accountRoute(options.admin),
    ...ownKeyRoutes(options.admin, () => clock.now()),
    ...usageRoutes(options.admin, () => clock.now()),
    {
      method: 'POST',
      path: '/v1/tasks',
      access: 'tenant',
      bodyLimitBytes: createLimitBytes,
      doc: {
        id: 'createTask',
        step: 'submit',
        summary: 'Ask for a picture or a film',
        body: createTaskSchema,
        headers: {
          Prefer: '`wait=N` answers when the task is final, or after N seconds (at most 60).',
          'Idempotency-Key': '1 to 255 printable characters; a repeat with the same body gets the first answer again.',
        },
        query: {
          dry_run:
            '`1` tells what the request would become, on which engine and at what price; nothing is stored. `report` ' +
            'answers 200 also when the input is wrong, and says what is.',
        },
        answers: { 200: Type.Union([estimateSchema, estimateReportSchema]), 201: taskSchema },
      },
      async handle(call) {
        const body = await call.json();
        const dryRun = readDryRun(call.query);
        if (dryRun !== undefined) {
          return await answerDryRun(dryRun, call.requestId, async () => {
            const request = readTask(call, body, true);
            return { view: request.view, estimate: await gateway.estimate({ ...request, idempotency: null }) };
          });
        }
        const request = readTask(call, body, false);
        return await call.once(body, {
          accept: (idempotency) => gateway.submit({ ...request, idempotency }, call),
          answer: async (accepted) => {
            const { task, headers } = await waitAsPreferred(call, accepted);
            return jsonResponse(await render(task), 201, { ...headers, location: links.to(taskPath(task)) });
          },
        });
      },
    },
    {
      method: 'GET',
      path: '/v1/tasks',
      access: 'tenant',
      doc: {
        id: 'listTasks',
        summary: 'List your tasks, newest first',
        query: {
          ...pageQuery,
          ...spanQuery,
          ...kinQuery,
          state: 'Only tasks in these states, separated by commas.',
          model: 'Only tasks of this model.',
        },
        answers: { 200: taskListSchema },
      },
      async handle({ caller, query }) {
        const limit = readLimit(query.get('limit'));
        const cursor = query.get('cursor');
        const model = query.get('model');
        const states = readStates(query.get('state'), taskStates);
        const kin = readKin(query);
        // Whoever may not read a task is not told what is made from it either.
        if (kin !== undefined) await gateway.task(caller, kin.of);
        const tasks = await gateway.tasks({
          tenantId: caller.tenantId,
          limit: limit + 1,
          ...readSpan(query),
          ...(cursor === null ? {} : { beforeSequence: (await gateway.task(caller, readTaskCursor(cursor))).sequence }),
          ...(model === null ? {} : { model }),
          ...(states === undefined ? {} : { states }),
          ...(kin === undefined ? {} : { kin }),
        });
        const page = tasks.slice(0, limit);
        const data = await Promise.all(page.map(async (task) => shorten(await render(task))));
        return jsonResponse({ data, next_cursor: tasks.length > limit ? (page.at(-1)?.id ?? null) : null });
      },
    },
    {
      method: 'GET',
      path: '/v1/tasks/:id',
      access: 'tenant',
      doc: {
        id: 'getTask',
        step: 'result',
        summary: 'Read a task',
        headers: { Prefer: '`wait=N` answers when the task is final, or after N seconds (at most 60).' },
        answers: { 200: taskSchema },
      },
      async handle(call) {
        const { task, headers } = await waitAsPreferred(call, await requested(call));
        return jsonResponse(await render(task), 200, headers);
      },
    },
    {
      method: 'POST',
      path: '/v1/tasks/:id/cancel',
      access: 'tenant',
      bodyLimitBytes: smallLimitBytes,
      doc: {
        id: 'cancelTask',
        step: 'cancel',
        summary: 'Cancel a task',
        description: 'A queued task ends at once, a running one is asked to stop; a final one stays as it is (409).',
        answers: { 200: taskSchema, 202: taskSchema },
      },
      async handle(call) {
        const { id } = await requested(call);
        const { task } = await gateway.cancel(call.caller, id);
        if (task.state === 'canceled') return jsonResponse(await render(task));
        if (task.state === 'running') return jsonResponse(await render(task), 202);
        throw new GatewayError('conflict', `The task has ${task.state} already.`);
      },
    },
    {
      method: 'DELETE',
      path: '/v1/tasks/:id',
      access: 'tenant',
      doc: {
        id: 'deleteTask',
        summary: 'Delete a task that has ended',
        description:
          'It is gone for every read at once, with its inputs, results, events and deliveries; within a minute no file ' +
          'of the server holds any of it, and only amounts and ids are left. An upload goes with it unless a task that ' +
          'has not ended was given it too. A task that has not ended stays (409): cancel it first. Repeating it by the ' +
          "task's own id changes nothing.",
        answers: { 204: 'application/json' },
      },
      async handle(call) {
        const id = parseTaskId(call.params.id ?? '') ?? (await requested(call)).id;
        await gateway.erase(call.caller, id);
        return new Response(null, { status: 204 });
      },
    },
    {
      method: 'GET',
      path: '/v1/tasks/:id/events',
      access: 'tenant',
      doc: {
        id: 'watchTask',
        summary: 'Follow a task as server-sent events',
        headers: { 'Last-Event-ID': 'Only events after this one.' },
        answers: { 200: 'text/event-stream' },
      },
      async handle(call) {
        const task = await requested(call);
        const last = call.request.headers.get('last-event-id') ?? '';
        const glimpseUrl = (shown: Task, number: number) => links.to(`${taskPath(shown)}/glimpse?n=${number}`);
        return eventStream(gateway, task, /^\d{1,15}$/.test(last) ? Number(last) : 0, render, glimpseUrl, call.signal);
      },
    },
    {
      method: 'GET',
      path: '/v1/tasks/:id/glimpse',
      access: 'tenant',
      doc: {
        id: 'getGlimpse',
        summary: 'See what a running task is making',
        description:
          'A small JPEG of the newest frame, where the engine shows one; 404 otherwise, and once the task has ended.',
        answers: { 200: 'image/jpeg' },
      },
      async handle(call) {
        const glimpse = gateway.glimpse(await requested(call));
        if (glimpse === undefined) throw new GatewayError('not_found', 'This task shows nothing of its work now.');
        const headers = {
          'content-type': 'image/jpeg',
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        };
        return new Response(Buffer.from(glimpse.bytes), { headers });
      },
    },
    ...artifactRoutes(services, options),
    ...deliveryRoutes(gateway.webhooks),
    ...modelRoutes(gateway),
    translateRoute(gateway, links, [{ name: nativeDialect, writeSubmit }, ...others]),
    {
      method: 'GET',
      path: '/openapi.json',
      access: 'public',
      doc: {
        id: 'getOpenApi',
        summary: 'This description',
        query: { models: '`1` adds the input of every model to the components.' },
        answers: { 200: 'application/json' },
      },
      handle: async ({ query }) => {
        const inputs = query.get('models') === '1' ? inputComponents(gateway) : {};
        return jsonResponse(describeNative(routes, { version, server: links.to(''), inputs }));
      },
    },
  ];

  /** RFC 7240 4.3: a number of seconds the client is willing to wait. */
  async function waitAsPreferred(
    call: TenantCall,
    task: Task,
  ): Promise<{ task: Task; headers: Record<string, string> }> {
    const asked = /(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])/.exec(call.request.headers.get('prefer') ?? '')?.[1];
    if (asked === undefined) return { task, headers: {} };
    const seconds = Math.min(Number(asked), maximumWaitSeconds);
    const waited = await gateway.wait(call.caller, task.id, seconds * 1000, call);
    return { task: waited, headers: { 'preference-applied': `wait=${seconds}` } };
  }

  return {
    name: nativeDialect,
    routes,
    territory: [],
    readKey: ({ request }) => readAuthorization(request, 'Bearer'),
    encodeError,
    writeSubmit,
    webhooks,
  };
}
