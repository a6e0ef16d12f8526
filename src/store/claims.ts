/**
 * Which tasks are claimed next, on the writer thread. Tenants take turns, so that the thousand tasks of one never hold
 * back the one of another; within a tenant the highest priority goes first, then the oldest. A key that has as much in
 * work as it may is passed over, and off-peak tasks are looked at only when no other can be had.
 */
import type { Tools } from './tools.ts';

/** The sequence of a task, given to be leased before the next is asked for. */
type Lease = (sequence: number) => void;

export type Claims = {
  /** Leases up to `limit` tasks of an engine, those whose worker died first. */
  run(engine: string, limit: number, now: number, lease: Lease): void;
  /** Leases up to `limit` tasks whose inputs are to be fetched. */
  fetch(limit: number, now: number, lease: Lease): void;
};

export function prepareClaims({ statements, get, all }: Tools): Claims {
  /** The tenant that had its turn last, in each queue. Lost with the process, which costs nobody more than a turn. */
  const served = new Map<string, number>();
  const number = (row: readonly unknown[] | undefined): number | undefined => row && Number(row[0]);

  /** Goes round the tenants until nobody has anything that can be had; answers how many were leased. */
  function takeTurns(
    queue: string,
    limit: number,
    turns: { next(after: number): number | undefined; best(tenant: number): number | undefined },
    lease: Lease,
  ): number {
    const passed = new Set<number>();
    let count = 0;
    let last = served.get(queue) ?? 0;
    while (count < limit) {
      const tenant = turns.next(last) ?? turns.next(0);
      if (tenant === undefined || passed.has(tenant)) break;
      last = tenant;
      const sequence = turns.best(tenant);
      if (sequence === undefined) {
        passed.add(tenant);
        continue;
      }
      lease(sequence);
      passed.clear();
      served.set(queue, tenant);
      count += 1;
    }
    return count;
  }

  function hasRoom(key: number): boolean {
    const limit = number(get(statements.keyConcurrency, key));
    return limit === undefined || limit === 0 || Number(get(statements.inWork, key)?.[0]) < limit;
  }

  /** The first task of a tenant, of all its keys that may have one more in work. */
  function bestOfKeys(engine: string, isOffPeak: number, tenant: number, now: number): number | undefined {
    let best: { readonly sequence: number; readonly priority: number } | undefined;
    for (let key: number | undefined = 0; ; ) {
      key = number(get(statements.nextReadyKey, engine, isOffPeak, tenant, key));
      if (key === undefined) return best?.sequence;
      const row = hasRoom(key) ? get(statements.firstReady, engine, isOffPeak, tenant, key, now) : undefined;
      if (row === undefined) continue;
      const [sequence, priority] = row.map(Number) as [number, number];
      const isBetter =
        best === undefined || priority > best.priority || (priority === best.priority && sequence < best.sequence);
      if (isBetter) best = { sequence, priority };
    }
  }

  return {
    run(engine, limit, now, lease) {
      const abandoned = all(statements.abandoned, engine, now, limit);
      for (const row of abandoned) lease(Number(row[0]));
      let room = limit - abandoned.length;
      if (get(statements.isPaused, engine) !== undefined) return;
      for (const isOffPeak of [0, 1]) {
        room -= takeTurns(
          `${isOffPeak} ${engine}`,
          room,
          {
            next: (after) => number(get(statements.nextReadyTenant, engine, isOffPeak, after)),
            best: (tenant) => bestOfKeys(engine, isOffPeak, tenant, now),
          },
          lease,
        );
      }
    },
    fetch(limit, now, lease) {
      takeTurns(
        'fetch',
        limit,
        {
          next: (after) => number(get(statements.nextUnfetchedTenant, after)),
          best: (tenant) => number(get(statements.firstUnfetched, tenant, now)),
        },
        lease,
      );
    },
  };
}
