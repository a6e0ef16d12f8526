/** The statements about uploads that come in pieces; part of the two lists in statements.ts. */

const sessionColumns = `upload_session.public_id, tenant.public_id, upload_session.size_bytes,
  upload_session.received_bytes, upload_session.file_stem, upload_session.artifact_id, upload_session.expires_at`;
const fromSession = 'FROM upload_session JOIN tenant ON tenant.sequence = upload_session.tenant';

export const uploadReads = {
  anyUploadSession: `SELECT ${sessionColumns} ${fromSession} WHERE upload_session.public_id = ?`,
  uploadSession: `SELECT ${sessionColumns} ${fromSession}
    WHERE upload_session.public_id = ? AND tenant.public_id = ?`,
  uploadSessionsOfTenant: `SELECT ${sessionColumns} FROM tenant
    JOIN upload_session ON upload_session.tenant = tenant.sequence WHERE tenant.public_id = ? LIMIT ?`,
  expiredUploadSessions: `SELECT ${sessionColumns} ${fromSession}
    WHERE upload_session.expires_at <= ? ORDER BY upload_session.expires_at LIMIT ?`,
} as const;

export const uploadWrites = {
  insertUploadSession: `INSERT INTO upload_session (public_id, tenant, size_bytes, received_bytes, file_stem, expires_at)
    VALUES (?, ?, ?, 0, ?, ?)`,
  openUploadSessions: 'SELECT count(*) FROM upload_session WHERE tenant = ? AND artifact_id IS NULL',
  openUploadSession: `SELECT upload_session.size_bytes ${fromSession}
    WHERE upload_session.public_id = ? AND tenant.public_id = ? AND artifact_id IS NULL`,
  advanceUploadSession: `UPDATE upload_session SET received_bytes = ?1
    WHERE public_id = ?2 AND artifact_id IS NULL AND received_bytes <= ?1`,
  /** The client's name has gone into the artifact's. */
  completeUploadSession: `UPDATE upload_session SET artifact_id = ?, file_stem = '' WHERE public_id = ?`,
  deleteUploadSession: 'DELETE FROM upload_session WHERE public_id = ?',
} as const;
