/** The write operations on artifacts, on the writer thread. */
import { noTenant } from './delivery-operations.ts';
import type { ArtifactOperation, Operations } from './protocol.ts';
import type { Tools } from './tools.ts';

/** Where the tenant stands in a row of `insertArtifact`. */
const tenantAt = 0;

export function prepareArtifacts({ statements, get }: Tools): Pick<Operations, ArtifactOperation> {
  return {
    insertArtifact({ artifact }) {
      if (get(statements.liveTenant, artifact[tenantAt] ?? null) === undefined) return noTenant();
      statements.insertArtifact.run(...artifact, null);
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
