/** Adds up the ledger anew, page by page, and lists what differs from what is recorded. */
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import type { KeyId, TaskId, TenantId } from '../core/ids.ts';
import {
  balanceEffect,
  type Difference,
  type LedgerKind,
  type Reconciliation,
  taskDifferences,
} from '../core/ledger.ts';
import type { Micros } from '../core/money.ts';
import { isFinal, type TaskState } from '../core/task.ts';
import type { Row } from './rows.ts';

type Page = 'entryPage' | 'taskPage' | 'keyPage' | 'tenantPage';
export type ReadPage = (name: Page, after: number, limit: number) => readonly Row[];

/** About a millisecond of reading between two turns of the event loop. */
const pageSize = 500;

/** `readPage` must read one moment of the store, however long this takes. Rests for `pauseMs` after each page. */
export async function reconcile(readPage: ReadPage, pauseMs: number, signal: AbortSignal): Promise<Reconciliation> {
  const differences: Difference[] = [];
  const balances = new Map<number, number>();
  const spent = new Map<number, number>();
  const add = (sums: Map<number, number>, owner: number, amount: number) =>
    sums.set(owner, (sums.get(owner) ?? 0) + amount);

  async function walk(name: Page, visit: (row: Row) => void): Promise<number> {
    let count = 0;
    for (let after = 0; ; ) {
      const rows = readPage(name, after, pageSize);
      for (const row of rows) visit(row);
      count += rows.length;
      if (rows.length < pageSize) return count;
      after = Number(rows.at(-1)?.[0]);
      await (pauseMs > 0 ? delay(pauseMs, undefined, { signal }).catch(() => undefined) : turn());
      signal.throwIfAborted();
    }
  }

  const entries = await walk('entryPage', ([, tenant, kind, amount]) => {
    const entry = { kind: kind as LedgerKind, amountMicros: amount as Micros };
    add(balances, Number(tenant), balanceEffect(entry));
  });
  const tasks = await walk('taskPage', ([, id, key, state, reserved, captured, reserve, capture, release]) => {
    const price = { reservedMicros: Number(reserved), capturedMicros: captured === null ? null : Number(captured) };
    const found = { reserve: Number(reserve), capture: Number(capture), release: Number(release) };
    differences.push(...taskDifferences(id as TaskId, isFinal(state as TaskState), price, found));
    add(spent, Number(key), price.capturedMicros ?? price.reservedMicros);
  });
  const keys = await walk('keyPage', ([sequence, id, found]) => {
    const expected = spent.get(Number(sequence)) ?? 0;
    if (expected === found) return;
    const subject = { kind: 'key', id: id as KeyId } as const;
    differences.push({ subject, what: 'spent', expectedMicros: expected, foundMicros: Number(found) });
  });
  const tenants = await walk('tenantPage', ([sequence, id, found]) => {
    const expected = balances.get(Number(sequence)) ?? 0;
    if (expected === found) return;
    const subject = { kind: 'tenant', id: id as TenantId } as const;
    differences.push({ subject, what: 'balance', expectedMicros: expected, foundMicros: Number(found) });
  });
  return { tenants, keys, tasks, entries, differences };
}
