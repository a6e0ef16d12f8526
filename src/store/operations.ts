/**
 * The write operations, on the writer thread. Each runs inside a transaction that others may share, so one that refuses
 * must not have written anything: conditions come first, and what goes wrong after them is thrown.
 */
import type { DatabaseSync } from 'node:sqlite';
import { prepareArtifacts } from './artifact-operations.ts';
import { prepareClaims } from './claims.ts';
import { noTenant, prepareDeliveries } from './delivery-operations.ts';
import { urlOfDelivery } from './delivery-rows.ts';
import { prepareErasures } from './erasure-operations.ts';
import { type BeatResult, type Operations, Refusal, type TaskParts, type WriteOperation } from './protocol.ts';
import type { Row } from './rows.ts';
import { prepareTools } from './tools.ts';
import { prepareUploads } from './upload-operations.ts';

/** Answers a result or a Refusal, or throws; after a throw the transaction is to be rolled back. */
export type Apply = (operation: WriteOperation) => unknown;

const unheld: BeatResult = {
  isHeld: false,
  isCancelRequested: false,
  isProgress: false,
  hasDelivery: false,
  taskId: '',
  tenantId: '',
};

/** Where the role stands in a row of `insertArtifact`. */
const roleAt = 2;

export function prepareOperations(database: DatabaseSync): Apply {
  const tools = prepareTools(database);
  const { statements, get } = tools;
  const claims = prepareClaims(tools);
  const deliveryWork = prepareDeliveries(tools);

  /** Moves the balance and gives the tenant's sequence, or says why not. */
  function moveBalance(tenantId: string, micros: number): number | Refusal {
    const row = micros === 0 ? get(statements.tenantSequence, tenantId) : get(statements.moveBalance, micros, tenantId);
    if (row !== undefined) return row[0] as number;
    return micros !== 0 && get(statements.tenantSequence, tenantId) !== undefined
      ? new Refusal('insufficient_credit', 'The balance does not cover the price of this task.')
      : noTenant();
  }

  /** Takes the reserve from the balance and from the key's cap, both or neither. */
  function reserveMoney(tenantId: string, keyId: string, balanceMicros: number): number | Refusal {
    const tenant = moveBalance(tenantId, balanceMicros);
    if (tenant instanceof Refusal || balanceMicros === 0) return tenant;
    if (get(statements.spend, -balanceMicros, keyId) !== undefined) return tenant;
    // A refusal leaves nothing written, and others may share this transaction.
    moveBalance(tenantId, -balanceMicros);
    return new Refusal('insufficient_credit', "This key's spend cap does not cover the price of this task.");
  }

  function writeParts(tenant: number, task: number, parts: TaskParts): void {
    const { events, attempts, ledger, artifacts, deliveries, now } = parts;
    for (const row of artifacts) statements.insertArtifact.run(...row, row[roleAt] === 'output' ? task : null);
    for (const row of attempts) statements.putAttempt.run(task, ...row);
    for (const type of events) statements.insertEvent.run(task, type, now);
    for (const row of ledger) statements.insertLedgerEntry.run(tenant, task, ...row);
    for (const row of deliveries) {
      statements.insertDelivery.run(tenant, task, ...row);
      deliveryWork.touch(tenant, urlOfDelivery(row));
    }
  }

  const operations: Operations = {
    submit(operation) {
      const { claim, tenantId } = operation;
      if (get(statements.liveTenant, tenantId) === undefined) return noTenant();
      if (claim !== null && get(statements.idempotencyClaim, tenantId, claim[0], claim[1]) !== undefined) {
        return new Refusal('idempotency_in_progress', 'The first request with this Idempotency-Key is being accepted.');
      }
      const tenant = reserveMoney(operation.tenantId, String(operation.task[1]), operation.balanceMicros);
      if (tenant instanceof Refusal) return tenant;
      const task = Number(statements.insertTask.run(tenant, ...operation.task).lastInsertRowid);
      writeParts(tenant, task, operation);
      for (const id of operation.given) statements.insertLineage.run(task, id, tenant);
      if (operation.webhookKey !== null) statements.insertWebhookKey.run(task, operation.webhookKey);
      if (claim !== null) statements.insertIdempotency.run(tenant, task, ...claim, operation.now);
      return task;
    },
    commit(operation) {
      const row = get(statements.updateTask, ...operation.task);
      if (row === undefined) return false;
      if (operation.balanceMicros !== 0) {
        const moved = moveBalance(operation.tenantId, operation.balanceMicros);
        if (moved instanceof Refusal) throw moved;
        statements.giveBack.run(operation.balanceMicros, row[1] as number);
      }
      const task = operation.task[0] as number;
      writeParts(row[0] as number, task, operation);
      if (operation.isWebhookDone) deliveryWork.endWebhook(task);
      return true;
    },
    claim({ engine, limit, now, leaseUntil }) {
      const claimed: Row[] = [];
      const lease = (sequence: number) => {
        statements.lease.run(leaseUntil, sequence);
        claimed.push(get(statements.taskBySequence, sequence) as Row);
      };
      if (engine === null) claims.fetch(limit, now, lease);
      else claims.run(engine, limit, now, lease);
      return claimed;
    },
    heartbeat({ sequence, fence, leaseUntil, progress, now, deliveryId }): BeatResult {
      const row = get(statements.heldTask, sequence);
      if (row === undefined) return unheld;
      const [heldFence, heldUntil, state, before, cancelRequestedAt, taskId, tenantId, tenant, dialect, webhook] = row;
      // A lease that has run out but was taken by nobody is still this worker's: nobody else did any work.
      const isHeld = heldFence === fence && heldUntil !== 0 && (state === 'running' || state === 'queued');
      if (isHeld) statements.beat.run(leaseUntil, progress, sequence);
      const isProgress = isHeld && progress > Number(before);
      const addressee = { task: sequence, tenant: Number(tenant), dialect: String(dialect) };
      return {
        isHeld,
        isCancelRequested: cancelRequestedAt !== null,
        isProgress,
        hasDelivery:
          isProgress && webhook !== null && deliveryWork.oweProgress(addressee, String(webhook), deliveryId, now),
        taskId: String(taskId),
        tenantId: String(tenantId),
      };
    },
    expireLeases() {
      statements.expireRunningLeases.run();
      statements.expireReadyLeases.run();
      statements.expireFetchLeases.run();
      deliveryWork.expireLeases();
      return null;
    },
    keepAnswer({ answer }) {
      statements.keepAnswer.run(...answer);
      return null;
    },
    deleteIdempotencyBefore: ({ time, limit }) => Number(statements.deleteIdempotencyBefore.run(time, limit).changes),
    deleteEventsBefore: ({ time, limit }) => Number(statements.deleteEventsBefore.run(limit, time).changes),
    insertTenant({ tenant, key, grant }) {
      const sequence = Number(statements.insertTenant.run(...tenant).lastInsertRowid);
      if (key !== null) statements.insertKey.run(...key);
      if (grant !== null) statements.insertLedgerEntry.run(sequence, null, ...grant);
      return null;
    },
    setTenantDiscount: ({ tenantId, basisPoints }) =>
      statements.setTenantDiscount.run(basisPoints, tenantId).changes > 0
        ? true
        : new Refusal('not_found', 'There is no such tenant.'),
    insertKey({ key }) {
      statements.insertKey.run(...key);
      return null;
    },
    revokeKey: ({ tenantId, id, at }) => statements.revokeKey.run(at, id, tenantId).changes > 0,
    touchKey({ id, at }) {
      statements.touchKey.run(at, id);
      return null;
    },
    grant({ tenantId, amountMicros, note, now }) {
      if (get(statements.liveTenant, tenantId) === undefined) return noTenant();
      const tenant = moveBalance(tenantId, amountMicros);
      if (tenant instanceof Refusal) return tenant;
      statements.insertGrant.run(tenant, amountMicros, now, note);
      return null;
    },
    pauseEngine({ engine, at }) {
      statements.pauseEngine.run(engine, at);
      return null;
    },
    resumeEngine({ engine }) {
      statements.resumeEngine.run(engine);
      return null;
    },
    ...prepareArtifacts(tools),
    ...prepareUploads(tools),
    ...deliveryWork.operations,
    ...prepareErasures(tools),
  };
  return (operation) =>
    (operations[operation.kind as keyof Operations] as (operation: WriteOperation) => unknown)(operation);
}
