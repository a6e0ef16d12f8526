/** The store's side of deliveries: reads here, writes by the writer thread. */
import { type Delivery, type DeliveryAttempt, deliveryStates } from '../core/delivery.ts';
import type { DeliveryFilter, Store } from '../core/store-port.ts';
import {
  decodeDelivery,
  decodeDeliveryAttempt,
  decodeEndpointSecret,
  decodeFailingEndpoint,
  encodeDeliveryAttempt,
} from './delivery-rows.ts';
import type { DeliveryOperation, WriteResults } from './protocol.ts';
import type { Reader } from './reader.ts';
import { decodeTenant } from './rows.ts';
import type { Writer } from './writer-client.ts';

type DeliveryReads =
  | 'deliveries'
  | 'anyDeliveries'
  | 'delivery'
  | 'anyDelivery'
  | 'deliveryAttempts'
  | 'failingEndpoints'
  | 'endpointSecret'
  | 'webhookKey';

/** Each batch of a resend is one write, so that others come between. */
const resendBatch = 500;

/** What an attempt says of its endpoint; null when it is not to blame. */
function isEndpointWell({ error }: DeliveryAttempt, isDelivered: boolean): boolean | null {
  return error === 'no_payload' || error === 'no_key' ? null : isDelivered;
}

const newestFirst = (one: Delivery, other: Delivery) =>
  other.createdAt - one.createdAt || other.sequence - one.sequence;

export function deliveryStore(
  reader: Reader,
  writer: Pick<Writer, 'write'>,
): Pick<Store, DeliveryReads | DeliveryOperation> {
  /** Each state is a list of its own in the index; the newest of all are among the newest of each. */
  const newestOf = ({ tenantId, taskId, states = deliveryStates, before, limit }: DeliveryFilter): Delivery[] => {
    const { createdAt, sequence } = before ?? { createdAt: Number.MAX_SAFE_INTEGER, sequence: 0 };
    const place = [createdAt, sequence, limit];
    return taskId === undefined
      ? [...new Set(states)].flatMap((state) =>
          reader.many('deliveriesByState', decodeDelivery, tenantId, state, ...place),
        )
      : reader.many('deliveriesOfTask', decodeDelivery, taskId, tenantId, states.join(), ...place);
  };
  return {
    async claimDeliveries(claim) {
      return (await writer.write({ kind: 'claimDeliveries', ...claim })).map(decodeDelivery);
    },
    finishDelivery({ sequence, fence }, attempt, verdict) {
      const isPending = verdict.state === 'pending';
      return writer.write({
        kind: 'finishDelivery',
        sequence,
        fence,
        state: verdict.state,
        nextAttemptAt: isPending ? verdict.nextAttemptAt : null,
        finishedAt: isPending ? null : attempt.finishedAt,
        attempt: encodeDeliveryAttempt(attempt),
        attemptedAt: attempt.finishedAt,
        hasAnswer: attempt.answer !== '',
        isEndpointWell: isEndpointWell(attempt, verdict.state === 'delivered'),
      });
    },
    deliveries: async (filter) => newestOf(filter).sort(newestFirst).slice(0, filter.limit),
    async anyDeliveries(filter) {
      // Tenants are few beside deliveries, so their lists serve this too.
      const tenants = reader.many('tenants', decodeTenant);
      return tenants
        .flatMap(({ id }) => newestOf({ ...filter, tenantId: id }))
        .sort(newestFirst)
        .slice(0, filter.limit);
    },
    anyDelivery: async (id) => reader.one('anyDelivery', decodeDelivery, id),
    delivery: async (tenantId, id) => reader.one('delivery', decodeDelivery, id, tenantId),
    deliveryAttempts: async (tenantId, id) => reader.many('deliveryAttempts', decodeDeliveryAttempt, id, tenantId),
    resendDelivery: (tenantId, id, now, url) =>
      writer.write({ kind: 'resendDelivery', tenantId, id, now, url: url ?? null }),
    async resendDeliveries({ tenantId, state, since, until, now }) {
      let total = 0;
      let next: readonly [number, number] | null = [0, since];
      while (next !== null) {
        const range = { tenantId, state, since: next[1], until, now, afterSequence: next[0], limit: resendBatch };
        const batch: WriteResults['resendDeliveries'] = await writer.write({ kind: 'resendDeliveries', ...range });
        total += batch.count;
        next = batch.next;
      }
      return total;
    },
    failingEndpoints: async (tenantId, afterUrl, limit) =>
      reader.many('failingEndpoints', decodeFailingEndpoint, tenantId, afterUrl, limit),
    enableEndpoint: (tenantId, url) => writer.write({ kind: 'enableEndpoint', tenantId, url }),
    webhookKey: async (taskId) => reader.one('webhookKey', ([sealed]) => String(sealed), taskId),
    deleteDeliveriesBefore: (time, limit) => writer.write({ kind: 'deleteDeliveriesBefore', time, limit }),
    clearAnswersBefore: (time, limit) => writer.write({ kind: 'clearAnswersBefore', time, limit }),
    deleteHealthBefore: (time, limit) => writer.write({ kind: 'deleteHealthBefore', time, limit }),
    endpointSecret: async (tenantId, url) => reader.one('endpointSecret', decodeEndpointSecret, tenantId, url),
    insertEndpointSecret: ({ tenantId, url, sealed, createdAt }) =>
      writer.write({ kind: 'insertEndpointSecret', secret: [tenantId, url, sealed, createdAt] }),
    async rotateEndpointSecret({ tenantId, url, sealed, createdAt }, previousUntil) {
      const secret = [tenantId, url, sealed, createdAt];
      await writer.write({ kind: 'rotateEndpointSecret', secret, previousUntil });
    },
  };
}
