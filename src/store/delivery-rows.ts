/** Rows <-> deliveries, their attempts and endpoint secrets; as in rows.ts. */
import type { Delivery, DeliveryAttempt, DeliveryParts, EndpointSecret } from '../core/delivery.ts';
import type { EndpointHealth, FailingEndpoint } from '../core/endpoint-health.ts';
import type { Row, SqlValue } from './rows.ts';

/** The parameters of `insertDelivery` after tenant and task. */
export function encodeDelivery(delivery: DeliveryParts): SqlValue[] {
  return [
    delivery.id,
    delivery.dialect,
    delivery.event,
    delivery.url,
    delivery.state,
    delivery.attemptCount,
    delivery.nextAttemptAt,
    delivery.createdAt,
    delivery.round.startedAt,
    delivery.round.attemptCount,
    delivery.finishedAt,
    delivery.fence,
  ];
}

export const urlOfDelivery = (parameters: Row): string => String(parameters[3]);

/** `delivery`, `tenant` and `task` are joined under these names. */
export const deliveryColumns = `delivery.sequence, delivery.public_id, tenant.public_id, task.public_id,
  delivery.dialect, delivery.event, delivery.url, delivery.state, delivery.attempt_count, delivery.next_attempt_at,
  delivery.created_at, delivery.round_started_at, delivery.round_attempts, delivery.finished_at, delivery.fence`;

export function decodeDelivery(row: Row): Delivery {
  return {
    sequence: row[0],
    id: row[1],
    tenantId: row[2],
    taskId: row[3],
    dialect: row[4],
    event: row[5],
    url: row[6],
    state: row[7],
    attemptCount: row[8],
    round: { startedAt: row[11], attemptCount: row[12] },
    nextAttemptAt: row[9],
    createdAt: row[10],
    finishedAt: row[13],
    fence: row[14],
  } as Delivery;
}

/** The parameters of `insertDeliveryAttempt` after the delivery's sequence. */
export function encodeDeliveryAttempt(attempt: DeliveryAttempt): SqlValue[] {
  return [attempt.number, attempt.startedAt, attempt.finishedAt, attempt.status, attempt.error, attempt.answer];
}

export const deliveryAttemptColumns = `delivery_attempt.number, delivery_attempt.started_at,
  delivery_attempt.finished_at, delivery_attempt.status, delivery_attempt.error, delivery_attempt.answer`;

export function decodeDeliveryAttempt(row: Row): DeliveryAttempt {
  return {
    number: row[0],
    startedAt: row[1],
    finishedAt: row[2],
    status: row[3],
    error: row[4],
    answer: row[5],
  } as DeliveryAttempt;
}

export const endpointSecretColumns = `tenant.public_id, endpoint_secret.url, endpoint_secret.sealed,
  endpoint_secret.created_at, endpoint_secret.previous, endpoint_secret.previous_until`;

export function decodeEndpointSecret(row: Row): EndpointSecret {
  return {
    tenantId: row[0],
    url: row[1],
    sealed: row[2],
    createdAt: row[3],
    previous: row[4] === null ? null : { sealed: row[4], until: row[5] },
  } as EndpointSecret;
}

/** Also the order of `putEndpointHealth` after tenant and URL. */
export const endpointHealthColumns = `endpoint_health.failing_since, endpoint_health.failed_at,
  endpoint_health.disabled_at`;

export function decodeEndpointHealth(row: Row): EndpointHealth {
  return { failingSince: row[0], failedAt: row[1], disabledAt: row[2] } as EndpointHealth;
}

export const failingEndpointColumns = `${endpointHealthColumns}, tenant.public_id, endpoint_health.url`;

export function decodeFailingEndpoint(row: Row): FailingEndpoint {
  return { ...decodeEndpointHealth(row), tenantId: row[3], url: row[4] } as FailingEndpoint;
}
