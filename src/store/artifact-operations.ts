/** The write operations on artifacts, on the writer thread. */
import { noTenant } from './delivery-operations.ts';
import { type ArtifactOperation, type Operations, Refusal } from './protocol.ts';
import type { Tools } from './tools.ts';

/** Where the columns that a comparison needs stand in a row of `insertArtifact`. */
const tenantAt = 0;
const sizeAt = 6;
const sha256At = 7;
const expiresAt = 10;

export function prepareArtifacts({ statements, get }: Tools): Pick<Operations, ArtifactOperation> {
  return {
    insertArtifact({ artifact }) {
      if (get(statements.liveTenant, artifact[tenantAt] ?? null) === undefined) return noTenant();
      statements.insertArtifact.run(...artifact);
      return null;
    },
    /** One at a time on this thread, so two of the same bytes that come together become one as well. */
    insertUpload({ artifact, quotaBytes }) {
      const tenantId = artifact[tenantAt] ?? null;
      if (get(statements.liveTenant, tenantId) === undefined) return noTenant();
      const same = get(statements.sameUpload, tenantId, artifact[sha256At] ?? null);
      if (same !== undefined) {
        statements.extendArtifact.run(artifact[expiresAt] ?? null, same[0] ?? null);
        return String(same[0]);
      }
      const used = Number(get(statements.usedByUploads, tenantId)?.[0] ?? 0);
      if (used + Number(artifact[sizeAt]) > quotaBytes) {
        return new Refusal('storage_full', `Your uploads hold ${used} bytes, and may hold ${quotaBytes}.`);
      }
      statements.insertArtifact.run(...artifact);
      return null;
    },
    deleteArtifact({ id }) {
      statements.insertBlobRemovalOf.run(id);
      statements.deleteArtifact.run(id);
      return null;
    },
    markArtifact({ id, missingAt }) {
      if (missingAt === null) statements.markFound.run(id);
      else statements.markMissing.run(missingAt, id);
      return null;
    },
    keepPreviews({ id, previews }) {
      statements.keepPreviews.run(previews, id);
      return null;
    },
  };
}
