/** The write operations of uploads, whole or in pieces, on the writer thread; as in operations.ts. */
import { noTenant } from './delivery-operations.ts';
import { type Operations, Refusal, type UploadOperation } from './protocol.ts';
import type { SqlValue } from './rows.ts';
import type { Tools } from './tools.ts';

/** Where the columns that a comparison needs stand in a row of `insertArtifact`. */
const tenantAt = 0;
const idAt = 1;
const sizeAt = 6;
const sha256At = 7;
const expiresAt = 10;

export function prepareUploads({ statements, get }: Tools): Pick<Operations, UploadOperation> {
  /** `reservedBytes` of what is held are already meant for this upload. */
  function checkQuota(tenantId: SqlValue, sizeBytes: number, reservedBytes: number, quotaBytes: number) {
    const used = Number(get(statements.usedByUploads, tenantId)?.[0] ?? 0);
    if (used - reservedBytes + sizeBytes <= quotaBytes) return undefined;
    const held = `Your uploads, those under way too, hold ${used} bytes, and may hold ${quotaBytes}.`;
    return new Refusal('storage_full', held);
  }

  return {
    /** One at a time on this thread, so two of the same bytes that come together become one as well. */
    insertUpload({ artifact, quotaBytes, sessionId }) {
      const tenantId = artifact[tenantAt] ?? null;
      if (get(statements.liveTenant, tenantId) === undefined) return noTenant();
      const session = sessionId === null ? undefined : get(statements.openUploadSession, sessionId, tenantId);
      if (sessionId !== null && session === undefined) return new Refusal('not_found', 'The upload is gone.');
      const complete = (id: SqlValue) => {
        if (sessionId !== null) statements.completeUploadSession.run(id, sessionId);
      };
      const same = get(statements.sameUpload, tenantId, artifact[sha256At] ?? null);
      if (same !== undefined) {
        statements.extendArtifact.run(artifact[expiresAt] ?? null, same[0] ?? null);
        complete(same[0] ?? null);
        return String(same[0]);
      }
      const refusal = checkQuota(tenantId, Number(artifact[sizeAt]), Number(session?.[0] ?? 0), quotaBytes);
      if (refusal !== undefined) return refusal;
      statements.insertArtifact.run(...artifact, null);
      complete(artifact[idAt] ?? null);
      return null;
    },
    insertUploadSession({ id, tenantId, sizeBytes, fileStem, expiresAt, quotaBytes, limit }) {
      const tenant = get(statements.liveTenant, tenantId)?.[0];
      if (tenant === undefined) return noTenant();
      if (Number(get(statements.openUploadSessions, tenant)?.[0]) >= limit) {
        return new Refusal('rate_limited', `You have ${limit} uploads under way; complete or delete one first.`);
      }
      const refusal = checkQuota(tenantId, sizeBytes, 0, quotaBytes);
      if (refusal !== undefined) return refusal;
      statements.insertUploadSession.run(id, tenant, sizeBytes, fileStem, expiresAt);
      return null;
    },
    advanceUploadSession: ({ id, receivedBytes }) => statements.advanceUploadSession.run(receivedBytes, id).changes > 0,
    deleteUploadSession({ id }) {
      statements.deleteUploadSession.run(id);
      return null;
    },
  };
}
