/** The statements about deliveries; part of the two lists in statements.ts. */
import { deliveryAttemptColumns, deliveryColumns, endpointSecretColumns } from './delivery-rows.ts';

const fromDelivery = `FROM delivery JOIN tenant ON tenant.sequence = delivery.tenant
  JOIN task ON task.sequence = delivery.task`;

export const deliveryReads = {
  delivery: `SELECT ${deliveryColumns} ${fromDelivery} WHERE delivery.public_id = ? AND tenant.public_id = ?`,
  deliveriesByState: `SELECT ${deliveryColumns} ${fromDelivery}
    WHERE delivery.tenant = (SELECT sequence FROM tenant WHERE public_id = ?) AND delivery.state = ?
      AND (delivery.created_at, delivery.sequence) < (?, ?)
    ORDER BY delivery.created_at DESC, delivery.sequence DESC LIMIT ?`,
  /** A task has one for each event it asked for, so these are few. */
  deliveriesOfTask: `SELECT ${deliveryColumns} ${fromDelivery}
    WHERE delivery.task = (SELECT sequence FROM task WHERE public_id = ?) AND tenant.public_id = ?
    ORDER BY delivery.sequence DESC`,
  deliveryAttempts: `SELECT ${deliveryAttemptColumns} FROM delivery JOIN tenant ON tenant.sequence = delivery.tenant
    JOIN delivery_attempt ON delivery_attempt.delivery = delivery.sequence
    WHERE delivery.public_id = ? AND tenant.public_id = ? ORDER BY delivery_attempt.number`,
  endpointSecret: `SELECT ${endpointSecretColumns} FROM tenant
    JOIN endpoint_secret ON endpoint_secret.tenant = tenant.sequence
    WHERE tenant.public_id = ? AND endpoint_secret.url = ?`,
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
  finishDelivery: `UPDATE delivery SET state = ?3, next_attempt_at = ?4, finished_at = ?5, lease_until = 0,
      attempt_count = attempt_count + 1, round_attempts = round_attempts + 1
    WHERE sequence = ?1 AND fence = ?2 AND lease_until > 0 RETURNING tenant, url`,
  insertDeliveryAttempt: `INSERT INTO delivery_attempt (delivery, number, started_at, finished_at, status, error, answer)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
  resendDelivery: `${setResent}
    WHERE public_id = ?2 AND tenant = (SELECT sequence FROM tenant WHERE public_id = ?3) RETURNING tenant, url`,
  deliveriesBetween: `SELECT sequence, created_at FROM delivery
    WHERE tenant = (SELECT sequence FROM tenant WHERE public_id = ?) AND state = ?
      AND (created_at, sequence) > (?, ?) AND created_at < ?
    ORDER BY created_at, sequence LIMIT ?`,
  resendBySequence: `${setResent} WHERE sequence = ?2 RETURNING tenant, url`,
  expireDeliveryLeases: 'UPDATE delivery INDEXED BY delivery_lease SET lease_until = 0 WHERE lease_until > 0',
  /** The first insert wins. */
  insertEndpointSecret: `INSERT INTO endpoint_secret (tenant, url, sealed, created_at)
    VALUES ((SELECT sequence FROM tenant WHERE public_id = ?), ?, ?, ?) ON CONFLICT DO NOTHING`,
  rotateEndpointSecret: `INSERT INTO endpoint_secret (tenant, url, sealed, created_at)
    VALUES ((SELECT sequence FROM tenant WHERE public_id = ?1), ?2, ?3, ?4)
    ON CONFLICT (tenant, url) DO UPDATE SET previous = sealed, previous_until = ?5, sealed = excluded.sealed,
      created_at = excluded.created_at`,
} as const;
