/** The owner's routes, under /v1/admin: no tenant key opens them. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Admin } from '../../core/admin.ts';
import { GatewayError, inputError } from '../../core/errors.ts';
import { parseKeyId, parseTenantId, type TenantId } from '../../core/ids.ts';
import { describeErrors } from '../../core/issues.ts';
import type { LastReconciliation } from '../../core/ledger.ts';
import { type Micros, micros } from '../../core/money.ts';
import { type Task, type TaskState, taskStates } from '../../core/task.ts';
import { keyScopes } from '../../core/tenant.ts';
import { type Call, jsonResponse } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { adminDeliveryRoutes } from './admin-deliveries.ts';
import {
  adminTaskListSchema,
  changeTenantSchema,
  configSchema,
  createGrantSchema,
  createKeySchema,
  createTenantSchema,
  encodeEntry,
  encodeKey,
  encodeLastReconciliation,
  encodeReconciliation,
  encodeTenant,
  engineListSchema,
  entryListSchema,
  isoTimeOrNull,
  keyListSchema,
  keySchema,
  newKeySchema,
  reconciliationSchema,
  signInLinkSchema,
  statusSchema,
  tenantListSchema,
  tenantSchema,
} from './admin-wire.ts';
import { shorten } from './encode.ts';
import { pageQuery, readEntryCursor, readLimit, readStates, readTaskCursor, readTenant } from './query.ts';
import type { WireTask } from './wire.ts';

type EngineStatus = {
  readonly name: string;
  readonly concurrency: number;
  readonly pausedAt: number | null;
  readonly problem: string | null;
  /** How many tasks wait for it. */
  readonly queued: number;
};

export type AdminServices = Admin & {
  /** Effective settings, secrets left out. */
  readonly config: () => unknown;
  readonly engines: () => Promise<readonly EngineStatus[]>;
  readonly status: () => Promise<{
    readonly version: string;
    readonly startedAt: number;
    readonly tasks: Readonly<Record<TaskState, number>>;
    readonly engines: readonly EngineStatus[];
    /** The last that ran by itself since the start. */
    readonly reconciliation: LastReconciliation | undefined;
    /** How many records have lost their file. */
    readonly files: { readonly missing: number };
    readonly storage: { readonly databaseBytes: number; readonly freeBytes: number; readonly totalBytes: number };
  }>;
  readonly rotateLinks: () => void;
  /** Undefined when no pages are served. */
  readonly makeSignInLink: () => { readonly url: string; readonly expiresAt: number } | undefined;
};

type AdminOptions = { readonly now: () => number; readonly render: (task: Task) => Promise<WireTask> };

const bodyLimitBytes = 64 * 1024;
const anyObject = Type.Object({});
const validators = {
  tenant: Compile(createTenantSchema),
  key: Compile(createKeySchema),
  grant: Compile(createGrantSchema),
  tenantChange: Compile(changeTenantSchema),
};

type Checker<Value> = {
  Check(value: unknown): value is Value;
  Errors(value: unknown): Parameters<typeof describeErrors>[0];
};

export async function readBody<Value>(call: Call, validator: Checker<Value>): Promise<Value> {
  const { value } = await call.json();
  if (validator.Check(value)) return value;
  throw inputError(describeErrors([...validator.Errors(value)], value, []));
}

function tenantOf({ params }: Call): TenantId {
  const id = parseTenantId(params.id ?? '');
  if (id === undefined) throw new GatewayError('not_found', 'There is no tenant of this id.');
  return id;
}

export function readExpiry(text: string | null | undefined, now: number): number | null {
  if (text == null) return null;
  const at = Date.parse(text);
  if (at > now) return at;
  throw inputError([{ path: ['expires_at'], rule: 'future', message: 'expires_at must be a time to come.' }]);
}

function encodeEngine({ pausedAt, ...engine }: EngineStatus) {
  return { ...engine, paused_at: isoTimeOrNull(pausedAt) };
}

export function adminRoutes(admin: AdminServices, { now, render }: AdminOptions): DocumentedRoute[] {
  const encodeEngines = async () => ({ data: (await admin.engines()).map(encodeEngine) });
  return [
    ...adminDeliveryRoutes(admin),
    {
      method: 'GET',
      path: '/v1/admin/config',
      access: 'admin',
      doc: { id: 'getConfig', summary: 'Read the effective settings', answers: { 200: configSchema } },
      handle: async () => jsonResponse(admin.config()),
    },
    {
      method: 'GET',
      path: '/v1/admin/status',
      access: 'admin',
      doc: { id: 'getStatus', summary: 'Read how the server is', answers: { 200: statusSchema } },
      handle: async () => {
        const { startedAt, engines, reconciliation, storage, ...rest } = await admin.status();
        return jsonResponse({
          ...rest,
          engines: engines.map(encodeEngine),
          started_at: new Date(startedAt).toISOString(),
          storage: {
            database_bytes: storage.databaseBytes,
            free_bytes: storage.freeBytes,
            total_bytes: storage.totalBytes,
          },
          reconciliation: reconciliation === undefined ? null : encodeLastReconciliation(reconciliation),
        });
      },
    },
    {
      method: 'POST',
      path: '/v1/admin/links/rotate',
      access: 'admin',
      bodyLimitBytes,
      doc: {
        id: 'rotateLinkSecret',
        summary: 'Replace the secret that signs links',
        description: 'Links signed with the one before stay valid until the next rotation.',
        answers: { 200: anyObject },
      },
      handle: async () => {
        admin.rotateLinks();
        return jsonResponse({});
      },
    },
    {
      method: 'POST',
      path: '/v1/admin/sign-in-links',
      access: 'admin',
      bodyLimitBytes,
      doc: {
        id: 'createSignInLink',
        summary: 'Make a link that signs a browser in as the owner',
        description: 'It works once, within an hour.',
        answers: { 201: signInLinkSchema },
      },
      handle: async () => {
        const link = admin.makeSignInLink();
        if (link === undefined) throw new GatewayError('not_found', 'This server serves no pages (ui.enabled).');
        const body = { url: link.url, expires_at: new Date(link.expiresAt).toISOString() };
        return jsonResponse(body, 201, { 'cache-control': 'no-store' });
      },
    },
    {
      method: 'GET',
      path: '/v1/admin/engines',
      access: 'admin',
      doc: { id: 'listEngines', summary: 'List the engines and what keeps them', answers: { 200: engineListSchema } },
      handle: async () => jsonResponse(await encodeEngines()),
    },
    ...(['pause', 'resume'] as const).map(
      (verb): DocumentedRoute => ({
        method: 'POST',
        path: `/v1/admin/engines/:name/${verb}`,
        access: 'admin',
        bodyLimitBytes,
        doc: {
          id: `${verb}Engine`,
          summary: verb === 'pause' ? 'Begin nothing more on an engine' : 'Let a paused engine go on',
          description: 'What runs goes on; what waits keeps its place. Idempotent.',
          answers: { 200: engineListSchema },
        },
        async handle({ params }) {
          const name = params.name ?? '';
          await (verb === 'pause' ? admin.pauseEngine(name) : admin.resumeEngine(name));
          return jsonResponse(await encodeEngines());
        },
      }),
    ),
    {
      method: 'GET',
      path: '/v1/admin/tenants',
      access: 'admin',
      doc: { id: 'listTenants', summary: 'List the tenants', answers: { 200: tenantListSchema } },
      handle: async () => jsonResponse({ data: (await admin.tenants()).map(encodeTenant) }),
    },
    {
      method: 'POST',
      path: '/v1/admin/tenants',
      access: 'admin',
      bodyLimitBytes,
      doc: {
        id: 'createTenant',
        summary: 'Make a tenant',
        description: 'It has no credit and no key yet.',
        body: createTenantSchema,
        answers: { 201: tenantSchema },
      },
      async handle(call) {
        const { name } = await readBody(call, validators.tenant);
        return jsonResponse(encodeTenant(await admin.createTenant(name)), 201);
      },
    },
    {
      method: 'GET',
      path: '/v1/admin/tenants/:id',
      access: 'admin',
      doc: { id: 'getTenant', summary: 'Read a tenant', answers: { 200: tenantSchema } },
      handle: async (call) => jsonResponse(encodeTenant(await admin.tenant(tenantOf(call)))),
    },
    {
      method: 'PATCH',
      path: '/v1/admin/tenants/:id',
      access: 'admin',
      bodyLimitBytes,
      doc: {
        id: 'changeTenant',
        summary: "Set a tenant's discount",
        body: changeTenantSchema,
        answers: { 200: tenantSchema },
      },
      async handle(call) {
        const { discount_percent: percent } = await readBody(call, validators.tenantChange);
        return jsonResponse(encodeTenant(await admin.setDiscount(tenantOf(call), Math.round(percent * 100))));
      },
    },
    {
      method: 'DELETE',
      path: '/v1/admin/tenants/:id',
      access: 'admin',
      doc: {
        id: 'deleteTenant',
        summary: 'Delete a tenant and all that it had',
        description:
          'Its keys stop at once and its tasks are canceled; within a minute nothing is left but amounts and ids. ' +
          'Repeating it changes nothing. The first tenant stays (409).',
        answers: { 204: 'application/json' },
      },
      async handle(call) {
        await admin.deleteTenant(tenantOf(call));
        return new Response(null, { status: 204 });
      },
    },
    {
      method: 'GET',
      path: '/v1/admin/tenants/:id/keys',
      access: 'admin',
      doc: { id: 'listKeys', summary: "List a tenant's keys", answers: { 200: keyListSchema } },
      handle: async (call) => jsonResponse({ data: (await admin.keys(tenantOf(call))).map(encodeKey) }),
    },
    {
      method: 'POST',
      path: '/v1/admin/tenants/:id/keys',
      access: 'admin',
      bodyLimitBytes,
      doc: {
        id: 'createKey',
        summary: 'Make a key',
        description: 'The answer holds the key itself, which is shown once: only its hash is kept.',
        body: createKeySchema,
        answers: { 201: newKeySchema },
      },
      async handle(call) {
        const wish = await readBody(call, validators.key);
        const { key, text } = await admin.createKey(tenantOf(call), {
          name: wish.name,
          scopes: wish.scopes ?? keyScopes,
          spendCapMicros: (wish.spend_cap_micros ?? null) as Micros | null,
          concurrency: wish.concurrency ?? null,
          expiresAt: readExpiry(wish.expires_at, now()),
        });
        return jsonResponse({ ...encodeKey(key), key: text }, 201, { 'cache-control': 'no-store' });
      },
    },
    {
      method: 'POST',
      path: '/v1/admin/tenants/:id/keys/:key/revoke',
      access: 'admin',
      bodyLimitBytes,
      doc: {
        id: 'revokeKey',
        summary: 'Revoke a key',
        description: 'It stops at once, and its tasks run on. Revoking it again changes nothing.',
        answers: { 200: keySchema },
      },
      async handle(call) {
        const id = parseKeyId(call.params.key ?? '');
        if (id === undefined) throw new GatewayError('not_found', 'This tenant has no key of this id.');
        return jsonResponse(encodeKey(await admin.revokeKey(tenantOf(call), id)));
      },
    },
    {
      method: 'POST',
      path: '/v1/admin/tenants/:id/grants',
      access: 'admin',
      bodyLimitBytes,
      doc: {
        id: 'createGrant',
        summary: "Add to a tenant's balance",
        description: 'Not idempotent: each call is one more grant.',
        body: createGrantSchema,
        answers: { 201: tenantSchema },
      },
      async handle(call) {
        const { amount_micros: amount, note = '' } = await readBody(call, validators.grant);
        return jsonResponse(encodeTenant(await admin.grant(tenantOf(call), micros(amount), note)), 201);
      },
    },
    {
      method: 'GET',
      path: '/v1/admin/tenants/:id/ledger',
      access: 'admin',
      doc: {
        id: 'listLedger',
        summary: "List a tenant's ledger entries, newest first",
        query: pageQuery,
        answers: { 200: entryListSchema },
      },
      async handle(call) {
        const limit = readLimit(call.query.get('limit'));
        const before = readEntryCursor(call.query.get('cursor'));
        const entries = await admin.ledger(tenantOf(call), before, limit + 1);
        const page = entries.slice(0, limit);
        const next = entries.length > limit ? String(page.at(-1)?.sequence) : null;
        return jsonResponse({ data: page.map(encodeEntry), next_cursor: next });
      },
    },
    {
      method: 'POST',
      path: '/v1/admin/reconcile',
      access: 'admin',
      bodyLimitBytes,
      doc: {
        id: 'reconcile',
        summary: 'Add up every balance, key and task anew',
        description: 'Changes nothing. An empty list of differences means that all sums are right.',
        answers: { 200: reconciliationSchema },
      },
      handle: async () => jsonResponse(encodeReconciliation(await admin.reconcile())),
    },
    {
      method: 'GET',
      path: '/v1/admin/tasks',
      access: 'admin',
      doc: {
        id: 'listAllTasks',
        summary: 'List the tasks of all tenants, newest first',
        query: {
          ...pageQuery,
          tenant: 'Only tasks of this tenant.',
          state: 'Only tasks in these states, separated by commas.',
          model: 'Only tasks of this model.',
        },
        answers: { 200: adminTaskListSchema },
      },
      async handle({ query }) {
        const limit = readLimit(query.get('limit'));
        const cursor = query.get('cursor');
        const model = query.get('model');
        const states = readStates(query.get('state'), taskStates);
        const tasks = await admin.tasks(readTenant(query.get('tenant')), {
          limit: limit + 1,
          ...(cursor === null ? {} : { before: readTaskCursor(cursor) }),
          ...(model === null ? {} : { model }),
          ...(states === undefined ? {} : { states }),
        });
        const page = tasks.slice(0, limit);
        const data = page.map(async (task) => ({
          ...shorten(await render(task)),
          tenant: task.tenantId,
          key: task.keyId,
        }));
        const next = tasks.length > limit ? (page.at(-1)?.id ?? null) : null;
        return jsonResponse({ data: await Promise.all(data), next_cursor: next });
      },
    },
  ];
}
