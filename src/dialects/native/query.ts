/** The query parameters that several native routes read. */
import { inputError } from '../../core/errors.ts';
import { parseTaskId, parseTenantId, type TaskId, type TenantId } from '../../core/ids.ts';
import { issueAt } from '../../core/issues.ts';

export const pageSize = { default: 20, maximum: 100 };

/** What OpenAPI says of a page's parameters. */
export const pageQuery = {
  limit: `How many, 1 to ${pageSize.maximum}; ${pageSize.default} unless told.`,
  cursor: 'The `next_cursor` of the page before.',
} as const;

export function readLimit(text: string | null): number {
  if (text === null) return pageSize.default;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= pageSize.maximum) return limit;
  const message = `limit must be a whole number from 1 to ${pageSize.maximum}.`;
  throw inputError([{ path: ['limit'], rule: 'range', message }]);
}

/** States separated by commas, all of `known`. */
export function readStates<State extends string>(text: string | null, known: readonly State[]): State[] | undefined {
  if (text === null) return undefined;
  return text.split(',').map((word) => {
    const state = known.find((one) => one === word);
    if (state !== undefined) return state;
    throw inputError([{ path: ['state'], rule: 'enum', message: `state must be of ${known.join(', ')}.` }]);
  });
}

export const spanQuery = {
  created_from: 'Only what was created at this time or later: ISO 8601 with an offset.',
  created_before: 'Only what was created before this time.',
} as const;

/** A span of time, in milliseconds since 1970; an end that was not given is open. */
export function readSpan(query: URLSearchParams): { readonly createdFrom?: number; readonly createdBefore?: number } {
  const [from, before] = (['created_from', 'created_before'] as const).map((name) => {
    const text = query.get(name);
    return text === null ? undefined : readTime(text, name);
  });
  return {
    ...(from === undefined ? {} : { createdFrom: from }),
    ...(before === undefined ? {} : { createdBefore: before }),
  };
}

/** A time with an offset, so that it means the same everywhere, in milliseconds since 1970. Throws GatewayError `invalid_input`. */
export function readTime(text: string, field: string): number {
  const time = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw inputError([issueAt([field], 'format', 'must be an ISO 8601 time with an offset')]);
}

export function refuseCursor(): never {
  const message = 'cursor is not one that a page of this list gave.';
  throw inputError([{ path: ['cursor'], rule: 'cursor', message }]);
}

export function readTaskCursor(cursor: string): TaskId {
  return parseTaskId(cursor) ?? refuseCursor();
}

export const kinQuery = {
  made_from: 'Only tasks that were given a result of this task.',
  used_in: 'Only tasks whose results this task was given.',
} as const;

/** What the tasks of a list are to one task; undefined when that was not asked. */
export function readKin(
  query: URLSearchParams,
): { readonly kind: 'madeFrom' | 'usedIn'; readonly of: TaskId } | undefined {
  const [from, used] = [query.get('made_from'), query.get('used_in')];
  if (from !== null && used !== null) throw inputError([issueAt(['used_in'], 'exclusive', 'excludes made_from')]);
  const name = used === null ? 'made_from' : 'used_in';
  const text = used ?? from;
  if (text === null) return undefined;
  const of = parseTaskId(text);
  if (of === undefined) throw inputError([issueAt([name], 'format', 'must be the id of a task')]);
  return { kind: used === null ? 'madeFrom' : 'usedIn', of };
}

/** A place in a list of ledger entries. */
export function readEntryCursor(cursor: string | null): number | undefined {
  if (cursor === null) return undefined;
  return /^[1-9]\d{0,14}$/.test(cursor) ? Number(cursor) : refuseCursor();
}

export function readTenant(text: string | null): TenantId | undefined {
  if (text === null) return undefined;
  const id = parseTenantId(text);
  if (id !== undefined) return id;
  throw inputError([{ path: ['tenant'], rule: 'format', message: 'tenant must be the id of a tenant.' }]);
}
