/** The statements about deliveries; part of the two lists in statements.ts. */
import {
  deliveryAttemptColumns,
  deliveryColumns,
  endpointHealthColumns,
  endpointSecretColumns,
  failingEndpointColumns,
} from './delivery-rows.ts';

const fromDelivery = `FROM delivery JOIN tenant ON tenant.sequence = delivery.tenant
  JOIN task ON task.sequence = delivery.task`;

export const deliveryReads = {
  anyDelivery: `SELECT ${deliveryColumns} ${fromDelivery} WHERE delivery.public_id = ?`,
  delivery: `SELECT ${deliveryColumns} ${fromDelivery} WHERE delivery.public_id = ? AND tenant.public_id = ?`,
  deliveriesByState: `SELECT ${deliveryColumns} ${fromDelivery}
    WHERE delivery.tenant = (SELECT sequence FROM tenant WHERE public_id = ?) AND delivery.state = ?
      AND (delivery.created_at, delivery.sequence) < (?, ?)
    ORDER BY delivery.created_at DESC, delivery.sequence DESC LIMIT ?`,
  deliveriesOfTask: `SELECT ${deliveryColumns} ${fromDelivery}
    WHERE delivery.task = (SELECT sequence FROM task WHERE public_id = ?) AND tenant.public_id = ?
      AND instr(?, delivery.state) > 0 AND (delivery.created_at, delivery.sequence) < (?, ?)
    ORDER BY delivery.created_at DESC, delivery.sequence DESC LIMIT ?`,
  deliveryAttempts: `SELECT ${deliveryAttemptColumns} FROM delivery JOIN tenant ON tenant.sequence = delivery.tenant
    JOIN delivery_attempt ON delivery_attempt.delivery = delivery.sequence
    WHERE delivery.public_id = ? AND tenant.public_id = ? ORDER BY delivery_attempt.number`,
  endpointSecret: `SELECT ${endpointSecretColumns} FROM tenant
    JOIN endpoint_secret ON endpoint_secret.tenant = tenant.sequence
    WHERE tenant.public_id = ? AND endpoint_secret.url = ?`,
  failingEndpoints: `SELECT ${failingEndpointColumns} FROM tenant
    JOIN endpoint_health ON endpoint_health.tenant = tenant.sequence
    WHERE tenant.public_id = ? AND endpoint_health.url > ? ORDER BY endpoint_health.url LIMIT ?`,
  webhookKey: `SELECT webhook_key.sealed FROM task JOIN webhook_key ON webhook_key.task = task.sequence
    WHERE task.public_id = ?`,
} as const;

const setResent = `UPDATE delivery SET state = 'pending', next_attempt_at = ?1, round_started_at = ?1, round_attempts = 0,
  finished_at = NULL`;

export const deliveryWrites = {
  insertDelivery: `INSERT INTO delivery (tenant, task, public_id, dialect, event, url, state, attempt_count,
    next_attempt_at, created_at, round_started_at, round_attempts, finished_at, fence)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  /** The next endpoint that something is owed to. */
  nextEndpoint: `SELECT tenant, url FROM delivery WHERE state = 'pending' AND (tenant, url) > (?, ?)
    ORDER BY tenant, url LIMIT 1`,
  /** Skips at most as many rows as are leased. */
  dueDeliveries: `SELECT sequence FROM delivery
    WHERE state = 'pending' AND tenant = ?1 AND url = ?2 AND next_attempt_at <= ?3 AND lease_until <= ?3
    ORDER BY next_attempt_at LIMIT ?4`,
  leasedDeliveries: `SELECT count(*) FROM delivery
    WHERE lease_until > 0 AND tenant = ? AND url = ? AND lease_until > ?`,
  leaseDelivery: 'UPDATE delivery SET fence = fence + 1, lease_until = ? WHERE sequence = ?',
  deliveryBySequence: `SELECT ${deliveryColumns} ${fromDelivery} WHERE delivery.sequence = ?`,
  /** What no attempt is made of: it fell due at an endpoint that is disabled, and nobody sent it again since. */
  unsentDeliveries: `SELECT sequence, task FROM delivery
    WHERE state = 'pending' AND tenant = ?1 AND url = ?2 AND next_attempt_at <= ?3 AND lease_until <= ?3
      AND (round_started_at < ?4 OR round_started_at = created_at)
    ORDER BY next_attempt_at LIMIT ?5`,
  failUnsent: `UPDATE delivery SET state = 'failed', next_attempt_at = NULL, finished_at = ?, lease_until = 0
    WHERE sequence = ?`,
  heldDelivery: `SELECT tenant, url, task FROM delivery WHERE sequence = ? AND fence = ? AND lease_until > 0`,
  finishDelivery: `UPDATE delivery SET state = ?2, next_attempt_at = ?3, finished_at = ?4, lease_until = 0,
      attempt_count = attempt_count + 1, round_attempts = round_attempts + 1, has_answers = max(has_answers, ?5)
    WHERE sequence = ?1`,
  endpointHealth: `SELECT ${endpointHealthColumns} FROM endpoint_health WHERE tenant = ? AND url = ?`,
  putEndpointHealth: `INSERT INTO endpoint_health (tenant, url, failing_since, failed_at, disabled_at)
    VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (tenant, url) DO UPDATE SET failing_since = excluded.failing_since, failed_at = excluded.failed_at,
      disabled_at = excluded.disabled_at`,
  clearEndpointHealth: 'DELETE FROM endpoint_health WHERE tenant = ? AND url = ?',
  enableEndpoint: `DELETE FROM endpoint_health
    WHERE tenant = (SELECT sequence FROM tenant WHERE public_id = ?) AND url = ? RETURNING tenant, url`,
  /** The newest word of a task's progress. */
  lastProgress: `SELECT created_at, state = 'pending' AND lease_until = 0 FROM delivery
    WHERE task = ? AND event = 'task.progress' ORDER BY created_at DESC LIMIT 1`,
  dropUnsentProgress: `DELETE FROM delivery
    WHERE task = ? AND event = 'task.progress' AND state = 'pending' AND lease_until = 0 AND attempt_count = 0`,
  insertWebhookKey: 'INSERT INTO webhook_key (task, sealed) VALUES (?, ?)',
  /** Once the task is final and nothing of it is owed any more. */
  eraseWebhookKey: `DELETE FROM webhook_key WHERE task = ?1
    AND (SELECT finished_at FROM task WHERE sequence = ?1) IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM delivery WHERE task = ?1 AND state = 'pending')`,
  insertDeliveryAttempt: `INSERT INTO delivery_attempt (delivery, number, started_at, finished_at, status, error, answer)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
  resendDelivery: `${setResent}, url = coalesce(?4, url)
    WHERE public_id = ?2 AND tenant = (SELECT sequence FROM tenant WHERE public_id = ?3) RETURNING tenant, url`,
  deliveriesBetween: `SELECT sequence, created_at FROM delivery
    WHERE tenant = (SELECT sequence FROM tenant WHERE public_id = ?) AND state = ?
      AND (created_at, sequence) > (?, ?) AND created_at < ?
    ORDER BY created_at, sequence LIMIT ?`,
  resendBySequence: `${setResent} WHERE sequence = ?2 RETURNING tenant, url`,
  /** Final ones, the oldest first. */
  agedDeliveries: `SELECT sequence FROM delivery WHERE finished_at IS NOT NULL AND finished_at < ?
    ORDER BY finished_at LIMIT ?`,
  deleteDeliveryAttempts: 'DELETE FROM delivery_attempt WHERE delivery = ?',
  deleteDelivery: 'DELETE FROM delivery WHERE sequence = ?',
  agedAnswers: `SELECT sequence FROM delivery
    WHERE finished_at IS NOT NULL AND has_answers = 1 AND finished_at < ? ORDER BY finished_at LIMIT ?`,
  clearAnswers: "UPDATE delivery_attempt SET answer = '' WHERE delivery = ?",
  noteAnswersCleared: 'UPDATE delivery SET has_answers = 0 WHERE sequence = ?',
  deleteHealthBefore: `DELETE FROM endpoint_health WHERE (tenant, url) IN (
    SELECT tenant, url FROM endpoint_health WHERE disabled_at IS NULL AND failed_at < ? ORDER BY failed_at LIMIT ?)`,
  expireDeliveryLeases: 'UPDATE delivery INDEXED BY delivery_lease SET lease_until = 0 WHERE lease_until > 0',
  /** The first insert wins. */
  insertEndpointSecret: `INSERT INTO endpoint_secret (tenant, url, sealed, created_at)
    VALUES ((SELECT sequence FROM tenant WHERE public_id = ?), ?, ?, ?) ON CONFLICT DO NOTHING`,
  rotateEndpointSecret: `INSERT INTO endpoint_secret (tenant, url, sealed, created_at)
    VALUES ((SELECT sequence FROM tenant WHERE public_id = ?1), ?2, ?3, ?4)
    ON CONFLICT (tenant, url) DO UPDATE SET previous = sealed, previous_until = ?5, sealed = excluded.sealed,
      created_at = excluded.created_at`,
} as const;
