/** What tasks cost by day, key, model and engine: a tenant's own, and for the owner everybody's. */
import { Type } from 'typebox';
import { inputError } from '../../core/errors.ts';
import { issueAt } from '../../core/issues.ts';
import type { UsageRow } from '../../core/usage.ts';
import { type Call, jsonResponse } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import type { AdminServices } from './admin.ts';
import { readTenant } from './query.ts';

const dayMs = 24 * 60 * 60 * 1000;
const usualDays = 30;
const mostDays = 90;

const usageSchema = Type.Object({
  from: Type.String({ description: 'The first day, of UTC.' }),
  until: Type.String({ description: 'The last day, which is today.' }),
  data: Type.Array(
    Type.Object({
      day: Type.String({ description: 'The day the tasks were asked for, of UTC: `2026-11-21`.' }),
      tenant: Type.String(),
      tenant_name: Type.String({ description: 'Empty of a tenant that was deleted.' }),
      key: Type.String({ description: 'The id of the key that asked.' }),
      key_name: Type.String(),
      model: Type.String({ description: 'Empty of tasks that were deleted: their amounts stay.' }),
      engine: Type.String(),
      tasks: Type.Integer(),
      list_micros: Type.Integer({ description: 'Their list prices together.' }),
      spent_micros: Type.Integer({ description: 'What was taken for them; reserved, as long as a task goes on.' }),
    }),
  ),
});

const daysQuery = { days: `How many days up to today, 1 to ${mostDays}; ${usualDays} unless told.` };

function readDays(text: string | null): number {
  const days = text === null ? usualDays : Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= mostDays) return days;
  throw inputError([issueAt(['days'], 'range', `must be a whole number from 1 to ${mostDays}`)]);
}

const encodeRow = (row: UsageRow) => ({
  day: row.day,
  tenant: row.tenantId,
  tenant_name: row.tenantName,
  key: row.keyId,
  key_name: row.keyName,
  model: row.model,
  engine: row.engine,
  tasks: row.tasks,
  list_micros: row.listMicros,
  spent_micros: row.spentMicros,
});

export function usageRoutes(admin: Pick<AdminServices, 'usage'>, now: () => number): DocumentedRoute[] {
  const answer = async ({ query }: Call, tenantId: ReturnType<typeof readTenant>) => {
    const tomorrow = (Math.floor(now() / dayMs) + 1) * dayMs;
    const createdFrom = tomorrow - readDays(query.get('days')) * dayMs;
    const rows = await admin.usage({
      createdFrom,
      createdBefore: tomorrow,
      ...(tenantId === undefined ? {} : { tenantId }),
    });
    const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
    return jsonResponse({ from: dayOf(createdFrom), until: dayOf(tomorrow - dayMs), data: rows.map(encodeRow) });
  };
  return [
    {
      method: 'GET',
      path: '/v1/usage',
      access: 'tenant',
      doc: {
        id: 'getUsage',
        summary: 'Read what your tasks cost, by day, key, model and engine',
        query: daysQuery,
        answers: { 200: usageSchema },
      },
      handle: (call) => answer(call, call.caller.tenantId),
    },
    {
      method: 'GET',
      path: '/v1/admin/usage',
      access: 'admin',
      doc: {
        id: 'getAllUsage',
        summary: 'Read what the tasks of all tenants cost, by day, key, model and engine',
        query: { ...daysQuery, tenant: 'Only tasks of this tenant.' },
        answers: { 200: usageSchema },
      },
      handle: (call) => answer(call, readTenant(call.query.get('tenant'))),
    },
  ];
}
