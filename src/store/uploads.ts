/** The part of the store that keeps uploads, whole or in pieces. */
import type { ArtifactId } from '../core/ids.ts';
import type { Store } from '../core/store-port.ts';
import type { UploadSession } from '../core/upload-session.ts';
import type { UploadOperation } from './protocol.ts';
import type { Reader } from './reader.ts';
import { encodeArtifact, type Row } from './rows.ts';
import type { Writer } from './writer-client.ts';

function decodeSession(row: Row): UploadSession {
  const [id, tenantId, sizeBytes, receivedBytes, fileStem, artifactId, expiresAt] = row;
  return { id, tenantId, sizeBytes, receivedBytes, fileStem, artifactId, expiresAt } as UploadSession;
}

type UploadReads = 'uploadSession' | 'uploadSessionsOfTenant' | 'expiredUploadSessions';

export function uploadStore(reader: Reader, writer: Pick<Writer, 'write'>): Pick<Store, UploadReads | UploadOperation> {
  return {
    async insertUpload(upload, quotaBytes, session) {
      const sessionId = session ?? null;
      const artifact = encodeArtifact(upload);
      const same = await writer.write({ kind: 'insertUpload', artifact, quotaBytes, sessionId });
      return same === null ? undefined : (same as ArtifactId);
    },
    async insertUploadSession({ id, tenantId, sizeBytes, fileStem, expiresAt }, quotaBytes, limit) {
      const session = { id, tenantId, sizeBytes, fileStem, expiresAt };
      await writer.write({ kind: 'insertUploadSession', ...session, quotaBytes, limit });
    },
    uploadSession: async (tenantId, id) =>
      tenantId === undefined
        ? reader.one('anyUploadSession', decodeSession, id)
        : reader.one('uploadSession', decodeSession, id, tenantId),
    uploadSessionsOfTenant: async (tenantId, limit) =>
      reader.many('uploadSessionsOfTenant', decodeSession, tenantId, limit),
    expiredUploadSessions: async (at, limit) => reader.many('expiredUploadSessions', decodeSession, at, limit),
    advanceUploadSession: (id, receivedBytes) => writer.write({ kind: 'advanceUploadSession', id, receivedBytes }),
    async deleteUploadSession(id) {
      await writer.write({ kind: 'deleteUploadSession', id });
    },
  };
}
