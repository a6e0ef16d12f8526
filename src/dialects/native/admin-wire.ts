/** The schemas of the owner's routes, and core to them. */
import { type Static, type TInteger, Type } from 'typebox';
import type { Difference, LastReconciliation, Reconciliation, StoredEntry } from '../../core/ledger.ts';
import { ledgerKinds } from '../../core/ledger.ts';
import { type TaskState, taskStates } from '../../core/task.ts';
import { type Key, keyScopes, type Tenant } from '../../core/tenant.ts';
import { nullable, page, strict, time } from './schema-words.ts';
import { deliveryDetailSchema, deliverySchema } from './webhooks-wire.ts';
import { taskSchema } from './wire.ts';

const name = Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\u0000-\\u001f\\u007f]+$' });
const scope = Type.Unsafe<(typeof keyScopes)[number]>({
  type: 'string',
  enum: [...keyScopes],
  description: '`read` looks at things; `submit` makes, changes and cancels them.',
});
type TaskCounts = Record<TaskState, TInteger>;
/** A thousand million dollars: no sum of such amounts leaves the exact integers. */
const maximumMicros = 1_000_000_000_000_000;

export const createTenantSchema = Type.Object({ name }, strict);

export const createKeySchema = Type.Object(
  {
    name,
    scopes: Type.Optional(Type.Array(scope, { minItems: 1, uniqueItems: true, description: 'Both unless told.' })),
    spend_cap_micros: Type.Optional(
      nullable(
        Type.Integer({
          minimum: 0,
          maximum: maximumMicros,
          description: 'The most that its tasks may cost over its whole life; null for no cap.',
        }),
      ),
    ),
    concurrency: Type.Optional(
      nullable(
        Type.Integer({
          minimum: 1,
          maximum: 10_000,
          description:
            'How many of its tasks may be in work at once; the others wait. Null when only the engines limit it.',
        }),
      ),
    ),
    expires_at: Type.Optional(nullable(time)),
  },
  strict,
);

export const changeTenantSchema = Type.Object(
  {
    discount_percent: Type.Number({
      minimum: 0,
      maximum: 100,
      multipleOf: 0.01,
      description: 'What it pays less than the list price, for tasks submitted from now on.',
    }),
  },
  strict,
);

export const createGrantSchema = Type.Object(
  {
    amount_micros: Type.Integer({ minimum: 1, maximum: maximumMicros, description: 'Micro-dollars.' }),
    note: Type.Optional(Type.String({ maxLength: 500, description: 'What it is for.' })),
  },
  strict,
);

export const tenantSchema = Type.Object({
  id: Type.String({ description: '`tenant_` and 22 characters.' }),
  name: Type.String(),
  balance_micros: Type.Integer({ description: 'What can be spent, in micro-dollars.' }),
  discount_percent: Type.Number({ description: 'What it pays less than the list price.' }),
  created_at: time,
});
export const tenantListSchema = Type.Object({ data: Type.Array(tenantSchema) });

const keyFields = {
  id: Type.String({ description: '`key_` and 22 characters; not the key itself.' }),
  tenant: Type.String(),
  name: Type.String(),
  hint: Type.String({ description: 'How the key begins, to recognise it by.' }),
  scopes: Type.Array(scope),
  spend_cap_micros: nullable(Type.Integer()),
  concurrency: nullable(Type.Integer({ description: 'How many of its tasks may be in work at once.' })),
  spent_micros: Type.Integer({ description: 'Reserved and captured so far; what is released comes off again.' }),
  created_at: time,
  expires_at: nullable(time),
  revoked_at: nullable(time),
  last_used_at: nullable(Type.String({ format: 'date-time', description: 'Exact to about a minute.' })),
};
export const keySchema = Type.Object(keyFields);
export const newKeySchema = Type.Object({
  ...keyFields,
  key: Type.String({ description: 'The key itself. It is shown here and nowhere again.' }),
});
export const keyListSchema = Type.Object({ data: Type.Array(keySchema) });

export const accountSchema = Type.Object({ tenant: tenantSchema, key: keySchema });

export const entrySchema = Type.Object({
  task: nullable(Type.String({ description: 'Null for a grant.' })),
  kind: Type.Unsafe<(typeof ledgerKinds)[number]>({ type: 'string', enum: [...ledgerKinds] }),
  amount_micros: Type.Integer({ description: 'Never negative; the kind says the sign.' }),
  note: nullable(Type.String()),
  created_at: time,
});
export const entryListSchema = page(entrySchema);

export const reconciliationSchema = Type.Object({
  tenants: Type.Integer(),
  keys: Type.Integer(),
  tasks: Type.Integer(),
  entries: Type.Integer(),
  differences: Type.Array(
    Type.Object({
      kind: Type.Unsafe<'tenant' | 'key' | 'task'>({ type: 'string', enum: ['tenant', 'key', 'task'] }),
      id: Type.String(),
      what: Type.String({ description: 'balance, spent, reserve, capture or release.' }),
      expected_micros: Type.Integer({ description: 'What it must be.' }),
      found_micros: Type.Integer({ description: 'What it is.' }),
    }),
  ),
});

export const adminTaskSchema = Type.Object({ ...taskSchema.properties, tenant: Type.String(), key: Type.String() });
export const adminTaskListSchema = page(adminTaskSchema);

export const adminDeliverySchema = Type.Object({ ...deliverySchema.properties, tenant: Type.String() });
export const adminDeliveryDetailSchema = Type.Object({ ...deliveryDetailSchema.properties, tenant: Type.String() });
export const adminDeliveryListSchema = page(adminDeliverySchema);

export const engineSchema = Type.Object({
  name: Type.String(),
  concurrency: Type.Integer({ description: 'How many attempts it runs at once.' }),
  paused_at: nullable(time),
  problem: nullable(Type.String({ description: 'Why it cannot run now.' })),
  queued: Type.Integer({ description: 'How many tasks wait for it.' }),
});
export const engineListSchema = Type.Object({ data: Type.Array(engineSchema) });

export const statusSchema = Type.Object({
  version: Type.String(),
  started_at: time,
  tasks: Type.Object(Object.fromEntries(taskStates.map((state) => [state, Type.Integer()])) as TaskCounts, {
    description: 'How many tasks of all tenants are in each state.',
  }),
  engines: Type.Array(engineSchema),
  files: Type.Object({ missing: Type.Integer({ description: 'How many records have lost their file.' }) }),
  storage: Type.Object({
    database_bytes: Type.Integer({ description: 'The database and its log.' }),
    free_bytes: Type.Integer({ description: 'What is free where the data are.' }),
    total_bytes: Type.Integer({ description: 'How large that file system is.' }),
  }),
  reconciliation: nullable(
    Type.Object({ finished_at: time, took_ms: Type.Integer(), ...reconciliationSchema.properties }),
  ),
});

export const configSchema = Type.Unsafe<Readonly<Record<string, { readonly value: unknown; readonly origin: string }>>>(
  {
    type: 'object',
    additionalProperties: {
      type: 'object',
      required: ['value', 'origin'],
      properties: { value: {}, origin: { type: 'string', description: 'Where the value came from.' } },
    },
  },
);

export const signInLinkSchema = Type.Object({
  url: Type.String({ format: 'uri', description: 'Signs one browser in as the owner, once.' }),
  expires_at: time,
});

const isoTime = (at: number): string => new Date(at).toISOString();
export const isoTimeOrNull = (at: number | null): string | null => (at === null ? null : isoTime(at));

export type WireTenant = Static<typeof tenantSchema>;
export type WireKey = Static<typeof keySchema>;
export type WireEntry = Static<typeof entrySchema>;
export type WireReconciliation = Static<typeof reconciliationSchema>;

export function encodeTenant(tenant: Tenant): WireTenant {
  const { id, balanceMicros, discountBasisPoints, createdAt } = tenant;
  return {
    id,
    name: tenant.name,
    balance_micros: balanceMicros,
    discount_percent: discountBasisPoints / 100,
    created_at: isoTime(createdAt),
  };
}

export function encodeKey(key: Key): WireKey {
  return {
    id: key.id,
    tenant: key.tenantId,
    name: key.name,
    hint: key.hint,
    scopes: [...key.scopes],
    spend_cap_micros: key.spendCapMicros,
    concurrency: key.concurrency,
    spent_micros: key.spentMicros,
    created_at: isoTime(key.createdAt),
    expires_at: isoTimeOrNull(key.expiresAt),
    revoked_at: isoTimeOrNull(key.revokedAt),
    last_used_at: isoTimeOrNull(key.lastUsedAt),
  };
}

export function encodeEntry({ taskId, kind, amountMicros, note, createdAt }: StoredEntry): WireEntry {
  return { task: taskId, kind, amount_micros: amountMicros, note: note ?? null, created_at: isoTime(createdAt) };
}

function encodeDifference({ subject, what, expectedMicros, foundMicros }: Difference) {
  return { ...subject, what, expected_micros: expectedMicros, found_micros: foundMicros };
}

export function encodeReconciliation({ differences, ...counts }: Reconciliation): WireReconciliation {
  return { ...counts, differences: differences.map(encodeDifference) };
}

export function encodeLastReconciliation({ finishedAt, tookMs, ...result }: LastReconciliation) {
  return { finished_at: isoTime(finishedAt), took_ms: tookMs, ...encodeReconciliation(result) };
}
