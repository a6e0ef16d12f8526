/** The write operations on deliveries and their endpoints, on the writer thread; as in operations.ts. */
import { newDelivery } from '../core/delivery.ts';
import { type EndpointHealth, healthAfterFailure } from '../core/endpoint-health.ts';
import type { DeliveryId } from '../core/ids.ts';
import type { Webhook } from '../core/task.ts';
import { decodeEndpointHealth, encodeDelivery } from './delivery-rows.ts';
import { type DeliveryOperation, type Operations, Refusal } from './protocol.ts';
import type { Row } from './rows.ts';
import type { Tools } from './tools.ts';

export const noTenant = () => new Refusal('not_found', 'There is no such tenant.');

type Endpoint = { readonly tenant: number; readonly url: string };

export type Deliveries = {
  readonly operations: Pick<Operations, DeliveryOperation>;
  /** Something of this endpoint may have become due. */
  touch(tenant: number, url: string): void;
  /** Whether the task's webhook is owed word of its progress now; `webhook` is the column's JSON. */
  oweProgress(task: ProgressTask, webhook: string, deliveryId: string, now: number): boolean;
  /** A task that has a webhook is final. */
  endWebhook(task: number): void;
  expireLeases(): void;
};

type ProgressTask = { readonly task: number; readonly tenant: number; readonly dialect: string };

/** How often every endpoint that is owed something is looked at; in between, those that something happened to. */
const walkMs = 1_000;
/** Word of progress is owed at most this often for each task. */
const progressMs = 500;
/** How many of a disabled endpoint fail unsent at a time. */
const unsentBatch = 500;

export function prepareDeliveries(tools: Tools): Deliveries {
  const { statements, get, all } = tools;
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

  function healthOf({ tenant, url }: Endpoint): EndpointHealth | undefined {
    const row = get(statements.endpointHealth, tenant, url);
    return row && decodeEndpointHealth(row);
  }

  /** Ends what falls due at a disabled endpoint, a batch at a time. Answers whether nothing is left of it. */
  function failUnsent({ tenant, url }: Endpoint, disabledAt: number, now: number): boolean {
    const unsent = all(statements.unsentDeliveries, tenant, url, now, disabledAt, unsentBatch);
    for (const [sequence, task] of unsent) {
      statements.failUnsent.run(now, sequence as number);
      statements.eraseWebhookKey.run(task as number);
    }
    return unsent.length < unsentBatch;
  }

  /** Keeps what an attempt says of its endpoint. Answers whether the endpoint is disabled. */
  function noteHealth(endpoint: Endpoint, isWell: boolean, now: number): boolean {
    const before = healthOf(endpoint);
    if (isWell) {
      if (before !== undefined) statements.clearEndpointHealth.run(endpoint.tenant, endpoint.url);
      return false;
    }
    const { failingSince, failedAt, disabledAt } = healthAfterFailure(before, now);
    statements.putEndpointHealth.run(endpoint.tenant, endpoint.url, failingSince, failedAt, disabledAt);
    return disabledAt !== null;
  }

  const operations: Deliveries['operations'] = {
    claimDeliveries({ now, limit, leaseUntil, perEndpoint }) {
      if (now >= walkedAt + walkMs || now < walkedAt) walk(now);
      const claimed: Row[] = [];
      for (const [key, endpoint] of [...busy]) {
        if (claimed.length >= limit) break;
        const { tenant, url } = endpoint;
        const health = healthOf(endpoint);
        const disabledAt = health?.disabledAt ?? null;
        if (disabledAt !== null && !failUnsent(endpoint, disabledAt, now)) continue;
        // One that fails is tried by one at a time.
        const share = health === undefined ? perEndpoint : 1;
        const due = all(statements.dueDeliveries, tenant, url, now, share);
        // To the end of the line, if there is anything.
        busy.delete(key);
        if (due.length === 0) continue;
        touch(tenant, url);
        const leased = Number(get(statements.leasedDeliveries, tenant, url, now)?.[0] ?? 0);
        const room = Math.min(limit - claimed.length, Math.max(0, share - leased));
        for (const [sequence] of due.slice(0, room)) {
          statements.leaseDelivery.run(leaseUntil, sequence as number);
          claimed.push(get(statements.deliveryBySequence, sequence as number) as Row);
        }
      }
      return claimed;
    },
    finishDelivery({ sequence, fence, attempt, attemptedAt, hasAnswer, isEndpointWell, ...outcome }) {
      const row = get(statements.heldDelivery, sequence, fence);
      if (row === undefined) return false;
      const [tenant, url, task] = row as [number, string, number];
      const isDisabled = isEndpointWell !== null && noteHealth({ tenant, url }, isEndpointWell, attemptedAt);
      const { state, nextAttemptAt, finishedAt } = isDisabled
        ? { state: 'failed', nextAttemptAt: null, finishedAt: attemptedAt }
        : outcome;
      statements.finishDelivery.run(sequence, state, nextAttemptAt, finishedAt, Number(hasAnswer));
      statements.insertDeliveryAttempt.run(sequence, ...attempt);
      if (finishedAt !== null) statements.eraseWebhookKey.run(task);
      touch(tenant, url);
      return true;
    },
    resendDelivery({ tenantId, id, now, url }) {
      const row = get(statements.resendDelivery, now, id, tenantId, url);
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
    enableEndpoint({ tenantId, url }) {
      const row = get(statements.enableEndpoint, tenantId, url);
      if (row !== undefined) touchRow(row);
      return row !== undefined;
    },
    ...prepareSweeps(tools),
  };
  return {
    operations,
    touch,
    oweProgress({ task, tenant, dialect }, webhook, deliveryId, now) {
      const { url, events } = JSON.parse(webhook) as Webhook;
      // One that fails has nothing of it but a longer queue.
      if (!events.includes('task.progress') || healthOf({ tenant, url }) !== undefined) return false;
      const last = get(statements.lastProgress, task);
      // One that waits unsent will tell the newest figure when it goes: its body is written then.
      if (last !== undefined && (last[1] === 1 || now - Number(last[0]) < progressMs)) return false;
      const owed = newDelivery({ id: deliveryId as DeliveryId, dialect, event: 'task.progress', url }, now);
      statements.insertDelivery.run(tenant, task, ...encodeDelivery(owed));
      touch(tenant, url);
      return true;
    },
    endWebhook(task) {
      statements.dropUnsentProgress.run(task);
      statements.eraseWebhookKey.run(task);
    },
    expireLeases() {
      statements.expireDeliveryLeases.run();
      walkedAt = Number.NEGATIVE_INFINITY;
    },
  };
}

type SweepOperation = 'deleteDeliveriesBefore' | 'clearAnswersBefore' | 'deleteHealthBefore';

/** What is past its lifetime; each answers how much it took away. */
function prepareSweeps({ statements, all }: Tools): Pick<Operations, SweepOperation> {
  return {
    deleteDeliveriesBefore({ time, limit }) {
      const rows = all(statements.agedDeliveries, time, limit);
      for (const [sequence] of rows) {
        statements.deleteDeliveryAttempts.run(sequence as number);
        statements.deleteDelivery.run(sequence as number);
      }
      return rows.length;
    },
    clearAnswersBefore({ time, limit }) {
      const rows = all(statements.agedAnswers, time, limit);
      for (const [sequence] of rows) {
        statements.clearAnswers.run(sequence as number);
        statements.noteAnswersCleared.run(sequence as number);
      }
      return rows.length;
    },
    deleteHealthBefore: ({ time, limit }) => Number(statements.deleteHealthBefore.run(time, limit).changes),
  };
}
