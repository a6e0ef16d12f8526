/** The write operations on deliveries and endpoint secrets, on the writer thread; as in operations.ts. */
import { type DeliveryOperation, type Operations, Refusal } from './protocol.ts';
import type { Row } from './rows.ts';
import type { Tools } from './tools.ts';

export const noTenant = () => new Refusal('not_found', 'There is no such tenant.');

type Endpoint = { readonly tenant: number; readonly url: string };

export type Deliveries = {
  readonly operations: Pick<Operations, DeliveryOperation>;
  /** Something of this endpoint may have become due. */
  touch(tenant: number, url: string): void;
  expireLeases(): void;
};

/** How often every endpoint that is owed something is looked at; in between, those that something happened to. */
const walkMs = 1_000;

export function prepareDeliveries({ statements, get, all }: Tools): Deliveries {
  /** In the order of their turns. Only a hint: what is missing here, after a rollback or by time, the next walk finds. */
  const busy = new Map<string, Endpoint>();
  let walkedAt = Number.NEGATIVE_INFINITY;

  function touch(tenant: number, url: string): void {
    busy.set(`${tenant} ${url}`, { tenant, url });
  }
  const touchRow = (row: Row) => touch(row[0] as number, row[1] as string);

  function walk(now: number): void {
    walkedAt = now;
    let place: Row = [0, ''];
    for (;;) {
      const next = get(statements.nextEndpoint, ...place);
      if (next === undefined) return;
      place = next;
      if (get(statements.dueDeliveries, ...next, now, 1) !== undefined) touchRow(next);
    }
  }

  const operations: Deliveries['operations'] = {
    claimDeliveries({ now, limit, leaseUntil, perEndpoint }) {
      if (now >= walkedAt + walkMs || now < walkedAt) walk(now);
      const claimed: Row[] = [];
      for (const [key, { tenant, url }] of [...busy]) {
        if (claimed.length >= limit) break;
        const due = all(statements.dueDeliveries, tenant, url, now, perEndpoint);
        // To the end of the line, if there is anything.
        busy.delete(key);
        if (due.length === 0) continue;
        touch(tenant, url);
        const leased = Number(get(statements.leasedDeliveries, tenant, url, now)?.[0] ?? 0);
        const room = Math.min(limit - claimed.length, Math.max(0, perEndpoint - leased));
        for (const [sequence] of due.slice(0, room)) {
          statements.leaseDelivery.run(leaseUntil, sequence as number);
          claimed.push(get(statements.deliveryBySequence, sequence as number) as Row);
        }
      }
      return claimed;
    },
    finishDelivery({ sequence, fence, state, nextAttemptAt, finishedAt, attempt }) {
      const row = get(statements.finishDelivery, sequence, fence, state, nextAttemptAt, finishedAt);
      if (row === undefined) return false;
      touchRow(row);
      statements.insertDeliveryAttempt.run(sequence, ...attempt);
      return true;
    },
    resendDelivery({ tenantId, id, now }) {
      const row = get(statements.resendDelivery, now, id, tenantId);
      if (row !== undefined) touchRow(row);
      return row !== undefined;
    },
    resendDeliveries({ tenantId, state, since, until, afterSequence, limit, now }) {
      const rows = all(statements.deliveriesBetween, tenantId, state, since, afterSequence, until, limit);
      for (const [sequence] of rows) touchRow(get(statements.resendBySequence, now, sequence as number) as Row);
      const last = rows.length < limit ? undefined : rows.at(-1);
      return { count: rows.length, next: last === undefined ? null : [Number(last[0]), Number(last[1])] };
    },
    insertEndpointSecret({ secret }) {
      // One that is erased meanwhile must not get its endpoint back.
      if (get(statements.liveTenant, String(secret[0])) === undefined) return noTenant();
      return Number(statements.insertEndpointSecret.run(...secret).changes) === 1;
    },
    rotateEndpointSecret({ secret, previousUntil }) {
      if (get(statements.liveTenant, String(secret[0])) === undefined) return noTenant();
      statements.rotateEndpointSecret.run(...secret, previousUntil);
      return null;
    },
  };
  return {
    operations,
    touch,
    expireLeases() {
      statements.expireDeliveryLeases.run();
      walkedAt = Number.NEGATIVE_INFINITY;
    },
  };
}
