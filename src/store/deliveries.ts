/** The store's side of deliveries: reads here, writes by the writer thread. */
import { type DeliveryState, deliveryStates } from '../core/delivery.ts';
import type { Store } from '../core/ports.ts';
import { decodeDelivery, decodeDeliveryAttempt, decodeEndpointSecret, encodeDeliveryAttempt } from './delivery-rows.ts';
import type { DeliveryOperation, WriteResults } from './protocol.ts';
import type { Reader } from './reader.ts';
import type { Writer } from './writer-client.ts';

type DeliveryReads = 'deliveries' | 'delivery' | 'deliveryAttempts' | 'endpointSecret';

/** Each batch of a resend is one write, so that others come between. */
const resendBatch = 500;

export function deliveryStore(
  reader: Reader,
  writer: Pick<Writer, 'write'>,
): Pick<Store, DeliveryReads | DeliveryOperation> {
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
      });
    },
    async deliveries({ tenantId, taskId, states = deliveryStates, before, limit }) {
      const { createdAt, sequence } = before ?? { createdAt: Number.MAX_SAFE_INTEGER, sequence: 0 };
      const isAfter = (one: { createdAt: number; sequence: number }) =>
        one.createdAt < createdAt || (one.createdAt === createdAt && one.sequence < sequence);
      const ofState = (state: DeliveryState) =>
        reader.many('deliveriesByState', decodeDelivery, tenantId, state, createdAt, sequence, limit);
      const found =
        taskId === undefined
          ? states.flatMap(ofState)
          : reader
              .many('deliveriesOfTask', decodeDelivery, taskId, tenantId)
              .filter((delivery) => states.includes(delivery.state) && isAfter(delivery));
      return found
        .sort((one, other) => other.createdAt - one.createdAt || other.sequence - one.sequence)
        .slice(0, limit);
    },
    delivery: async (tenantId, id) => reader.one('delivery', decodeDelivery, id, tenantId),
    deliveryAttempts: async (tenantId, id) => reader.many('deliveryAttempts', decodeDeliveryAttempt, id, tenantId),
    resendDelivery: (tenantId, id, now) => writer.write({ kind: 'resendDelivery', tenantId, id, now }),
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
    endpointSecret: async (tenantId, url) => reader.one('endpointSecret', decodeEndpointSecret, tenantId, url),
    insertEndpointSecret: ({ tenantId, url, sealed, createdAt }) =>
      writer.write({ kind: 'insertEndpointSecret', secret: [tenantId, url, sealed, createdAt] }),
    async rotateEndpointSecret({ tenantId, url, sealed, createdAt }, previousUntil) {
      const secret = [tenantId, url, sealed, createdAt];
      await writer.write({ kind: 'rotateEndpointSecret', secret, previousUntil });
    },
  };
}
