/** The write operations of erasures, on the writer thread; as in operations.ts. */

import type { ErasureOperation, Operations } from './protocol.ts';
import type { SqlValue } from './rows.ts';
import type { Tools } from './tools.ts';

const finalStates = ['succeeded', 'failed', 'canceled'] as const;

type Media = readonly { readonly source: { readonly artifactId?: string } }[];
type Output = { readonly artifactIds: readonly string[] } | null;

export function prepareErasures({ statements, get, all }: Tools): Pick<Operations, ErasureOperation> {
  function removeArtifact(sequence: number): void {
    statements.insertBlobRemoval.run(sequence);
    statements.deleteArtifactBySequence.run(sequence);
  }

  function removeParts(task: number): void {
    statements.deleteEventsOfTask.run(task);
    statements.deleteAttemptsOfTask.run(task);
    statements.deleteDeliveryAttemptsOfTask.run(task);
    statements.deleteDeliveriesOfTask.run(task);
    statements.deleteWebhookKeyOfTask.run(task);
    statements.deleteIdempotencyOfTask.run(task);
    statements.deleteSourcesOfTask.run(task);
    statements.deleteUsesOfTask.run(task);
  }

  /** An upload goes with the task it was used for, unless one that is not final yet was given it too. */
  function removeMedia(tenant: number, output: SqlValue, media: SqlValue): void {
    const given = (JSON.parse(String(media)) as Media).flatMap(({ source }) => source.artifactId ?? []);
    const made = output === null ? [] : ((JSON.parse(String(output)) as Output)?.artifactIds ?? []);
    for (const id of new Set([...given, ...made])) {
      const [sequence, role] = get(statements.artifactOfTenant, id, tenant) ?? [];
      if (sequence == null) continue;
      const isNeeded = role === 'upload' && get(statements.artifactNeeded, tenant, id) !== undefined;
      if (!isNeeded) removeArtifact(Number(sequence));
    }
  }

  return {
    eraseTask({ tenantId, id, now }) {
      const [sequence, state, erasedAt, tenant, output, media] = get(statements.taskToErase, id, tenantId) ?? [];
      if (sequence === undefined || tenant === undefined) return 'unknown';
      if (erasedAt !== null) return 'erased';
      if (!finalStates.some((final) => final === state)) return 'unfinished';
      const task = Number(sequence);
      statements.insertErasure.run(tenant, task, now);
      removeParts(task);
      statements.clearTask.run(task, now);
      removeMedia(Number(tenant), output ?? null, media ?? '[]');
      return 'erased';
    },
    eraseTenant({ tenantId, now }) {
      const row = get(statements.markTenantErased, now, tenantId);
      if (row === undefined) return get(statements.tenantSequence, tenantId) !== undefined;
      const tenant = Number(row[0]);
      statements.insertErasure.run(tenant, null, now);
      statements.clearKeys.run(tenant, now);
      statements.clearNotes.run(tenant);
      return true;
    },
    eraseNext({ sequence, limit, now }) {
      const [tenant] = get(statements.erasureTenant, sequence) ?? [];
      if (tenant == null) return { ids: [], count: 0, isDone: true };
      const tasks = finalStates.flatMap((state) => all(statements.finalTasks, tenant, state, limit)).slice(0, limit);
      for (const [task] of tasks) {
        removeParts(Number(task));
        statements.clearTask.run(Number(task), now);
      }
      const artifacts = all(statements.artifactsOfTenant, tenant, limit);
      for (const [artifact] of artifacts) removeArtifact(Number(artifact));
      statements.deleteSecretsOfTenant.run(tenant);
      statements.deleteHealthOfTenant.run(tenant);
      const isMore = tasks.length === limit || artifacts.length === limit;
      const isDone = !isMore && get(statements.anyTaskLeft, tenant) === undefined;
      return { ids: tasks.map(([, id]) => String(id)), count: tasks.length + artifacts.length, isDone };
    },
    expirePayloads({ time, limit, now }) {
      const tasks = all(statements.oldPayloads, time, limit);
      for (const [task] of tasks) {
        statements.deleteEventsOfTask.run(Number(task));
        statements.deleteIdempotencyOfTask.run(Number(task));
        statements.deleteSourcesOfTask.run(Number(task));
        statements.clearAttempts.run(Number(task));
        statements.clearPayload.run(Number(task));
      }
      if (tasks.length > 0) statements.insertErasure.run(null, null, now);
      return tasks.map(([, id]) => String(id));
    },
    forgetBlobs({ keys }) {
      for (const key of keys) statements.deleteBlobRemoval.run(key);
      return null;
    },
    finishErasures({ sequences }) {
      for (const sequence of sequences) statements.deleteErasure.run(sequence);
      return null;
    },
  };
}
