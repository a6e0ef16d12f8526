/** The statements about erasures; part of the two lists in statements.ts. */

const clearedPayload = `webhook = NULL, media = '[]', input = '{}', metadata = NULL, call = '{}', warnings = '[]',
    marks = NULL, is_payload_kept = 0, version = version + 1`;

export const erasureReads = {
  erasures: `SELECT erasure.sequence, tenant.public_id, task.public_id, erasure.requested_at FROM erasure
    LEFT JOIN tenant ON tenant.sequence = erasure.tenant LEFT JOIN task ON task.sequence = erasure.task
    ORDER BY erasure.sequence LIMIT ?`,
  artifactOfBlob: 'SELECT sequence FROM artifact WHERE blob_key = ?',
  blobRemovals: 'SELECT blob_key FROM blob_removal ORDER BY blob_key LIMIT ?',
} as const;

export const erasureWrites = {
  /** Whoever is erased gets no new things. */
  liveTenant: 'SELECT sequence FROM tenant WHERE public_id = ? AND erased_at IS NULL',
  insertErasure: 'INSERT INTO erasure (tenant, task, requested_at) VALUES (?, ?, ?)',
  deleteErasure: 'DELETE FROM erasure WHERE sequence = ?',
  erasureTenant: 'SELECT tenant FROM erasure WHERE sequence = ? AND task IS NULL',
  markTenantErased: `UPDATE tenant SET erased_at = coalesce(erased_at, ?1), name = ''
    WHERE public_id = ?2 AND erased_at IS NULL RETURNING sequence`,
  /** The hash of nothing: no text has it. */
  clearKeys: `UPDATE api_key SET name = '', hint = '', hash = 'erased ' || public_id,
    revoked_at = coalesce(revoked_at, ?2) WHERE tenant = ?1`,
  clearNotes: `UPDATE ledger_entry SET note = NULL WHERE tenant = ? AND note IS NOT NULL`,
  taskToErase: `SELECT task.sequence, task.state, task.erased_at, task.tenant, task.output, task.media
    FROM task JOIN tenant ON tenant.sequence = task.tenant WHERE task.public_id = ? AND tenant.public_id = ?`,
  finalTasks: `SELECT sequence, public_id FROM task
    WHERE tenant = ? AND erased_at IS NULL AND state = ? ORDER BY sequence LIMIT ?`,
  anyTaskLeft: 'SELECT 1 FROM task WHERE tenant = ? AND erased_at IS NULL LIMIT 1',
  /** Whether a task that is not final yet was given this artifact. */
  artifactNeeded: `SELECT 1 FROM task
    WHERE tenant = ?1 AND erased_at IS NULL AND state IN ('queued', 'running') AND instr(media, ?2) > 0 LIMIT 1`,
  artifactOfTenant: 'SELECT sequence, role FROM artifact WHERE public_id = ? AND tenant = ?',
  artifactsOfTenant: 'SELECT sequence FROM artifact WHERE tenant = ? LIMIT ?',
  insertBlobRemoval: `INSERT INTO blob_removal SELECT blob_key FROM artifact WHERE sequence = ?
    ON CONFLICT DO NOTHING`,
  insertBlobRemovalOf: `INSERT INTO blob_removal SELECT blob_key FROM artifact WHERE public_id = ?
    ON CONFLICT DO NOTHING`,
  deleteArtifactBySequence: 'DELETE FROM artifact WHERE sequence = ?',
  deleteBlobRemoval: 'DELETE FROM blob_removal WHERE blob_key = ?',
  deleteEventsOfTask: 'DELETE FROM event WHERE task = ?',
  deleteSourcesOfTask: 'DELETE FROM task_lineage WHERE task = ?',
  deleteUsesOfTask: 'DELETE FROM task_lineage WHERE source = ?',
  deleteAttemptsOfTask: 'DELETE FROM attempt WHERE task = ?',
  deleteDeliveryAttemptsOfTask: `DELETE FROM delivery_attempt
    WHERE delivery IN (SELECT sequence FROM delivery WHERE task = ?)`,
  deleteDeliveriesOfTask: 'DELETE FROM delivery WHERE task = ?',
  deleteIdempotencyOfTask: 'DELETE FROM idempotency_record WHERE task = ?',
  deleteWebhookKeyOfTask: 'DELETE FROM webhook_key WHERE task = ?',
  deleteSecretsOfTenant: 'DELETE FROM endpoint_secret WHERE tenant = ?',
  deleteHealthOfTenant: 'DELETE FROM endpoint_health WHERE tenant = ?',
  clearTask: `UPDATE task SET erased_at = ?2, dialect = '', wire_id = NULL, model = '', operation = '', engine = '',
    seed = 0, error = NULL, output = NULL, cost = '{"lines":[],"source":null}', ${clearedPayload} WHERE sequence = ?1`,
  oldPayloads: `SELECT sequence, public_id FROM task
    WHERE finished_at IS NOT NULL AND is_payload_kept = 1 AND finished_at < ? ORDER BY finished_at LIMIT ?`,
  /** The result files have a lifetime of their own, and an error keeps its code. */
  clearPayload: `UPDATE task SET ${clearedPayload},
    output = CASE WHEN output IS NULL THEN NULL ELSE json_set(output, '$.metadata', json('{}')) END,
    error = CASE WHEN error IS NULL THEN NULL ELSE
      json_object('code', error ->> 'code', 'message', 'What was kept of this failure has outlived its time.') END
    WHERE sequence = ?`,
  clearAttempts: 'UPDATE attempt SET handle = NULL, error = NULL WHERE task = ?',
} as const;
