/** The part of the store that keeps artifacts. */
import type { Store } from '../core/store-port.ts';
import type { Reader } from './reader.ts';
import { artifactColumnCount, decodeArtifact, encodeArtifact } from './rows.ts';
import type { Writer } from './writer-client.ts';

type ArtifactCalls =
  | 'insertArtifact'
  | 'artifact'
  | 'artifacts'
  | 'artifactByToken'
  | 'expiredArtifacts'
  | 'artifactsAfter'
  | 'artifactsToPreview'
  | 'keepPreviews'
  | 'markArtifact'
  | 'missingArtifacts'
  | 'deleteArtifact';

export function artifactStore(reader: Reader, writer: Pick<Writer, 'write'>): Pick<Store, ArtifactCalls> {
  return {
    async insertArtifact(artifact) {
      await writer.write({ kind: 'insertArtifact', artifact: encodeArtifact(artifact) });
    },
    artifact: async (tenantId, id) =>
      tenantId === undefined
        ? reader.one('anyArtifact', decodeArtifact, id)
        : reader.one('artifact', decodeArtifact, id, tenantId),
    artifacts: async (tenantId, ids) => ids.flatMap((id) => reader.one('artifact', decodeArtifact, id, tenantId) ?? []),
    artifactByToken: async (token) => reader.one('artifactByToken', decodeArtifact, token),
    expiredArtifacts: async (at, limit) => reader.many('expiredArtifacts', decodeArtifact, at, limit),
    artifactsAfter: async (sequence, limit) =>
      reader.many(
        'artifactPage',
        (row) => ({ artifact: decodeArtifact(row), sequence: Number(row[artifactColumnCount]) }),
        sequence,
        limit,
      ),
    artifactsToPreview: async (limit) => reader.many('artifactsToPreview', decodeArtifact, limit),
    async keepPreviews(id, previews) {
      await writer.write({ kind: 'keepPreviews', id, previews: previews === null ? null : JSON.stringify(previews) });
    },
    async markArtifact(id, missingAt) {
      await writer.write({ kind: 'markArtifact', id, missingAt });
    },
    missingArtifacts: async () => reader.one('missingArtifacts', ([count]) => Number(count)) ?? 0,
    async deleteArtifact(id) {
      await writer.write({ kind: 'deleteArtifact', id });
    },
  };
}
