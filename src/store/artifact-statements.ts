/** The statements about artifacts beyond reading one: sweeps, previews, uploads. */
import { artifactColumns } from './rows.ts';

const fromArtifact = 'FROM artifact JOIN tenant ON tenant.sequence = artifact.tenant';

export const artifactReads = {
  artifactPage: `SELECT ${artifactColumns}, artifact.sequence ${fromArtifact}
    WHERE artifact.sequence > ? ORDER BY artifact.sequence LIMIT ?`,
  missingArtifacts: 'SELECT count(*) FROM artifact WHERE missing_at IS NOT NULL',
  /** The condition stands as a literal, because a partial index serves no parameter. */
  artifactsToPreview: `SELECT ${artifactColumns} ${fromArtifact} WHERE is_preview_due = 1
    ORDER BY artifact.sequence LIMIT ?`,
} as const;

export const artifactWrites = {
  /** The first time stays. */
  markMissing: 'UPDATE artifact SET missing_at = coalesce(missing_at, ?) WHERE public_id = ?',
  markFound: 'UPDATE artifact SET missing_at = NULL WHERE public_id = ? AND missing_at IS NOT NULL',
  keepPreviews: 'UPDATE artifact SET previews = ?, is_preview_due = 0 WHERE public_id = ?',
  sameUpload: `SELECT public_id, expires_at FROM artifact
    WHERE tenant = (SELECT sequence FROM tenant WHERE public_id = ?) AND sha256 = ? AND role = 'upload' AND missing_at IS NULL
    ORDER BY sequence LIMIT 1`,
  extendArtifact: 'UPDATE artifact SET expires_at = max(expires_at, ?) WHERE public_id = ?',
  usedByUploads: `SELECT upload_usage.size_bytes FROM tenant JOIN upload_usage ON upload_usage.tenant = tenant.sequence
    WHERE tenant.public_id = ?`,
} as const;
