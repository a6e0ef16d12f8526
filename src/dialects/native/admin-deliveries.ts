/** The owner's routes about deliveries: those of every tenant. */
import type { Admin } from '../../core/admin.ts';
import { type Delivery, deliveryStates } from '../../core/delivery.ts';
import { parseDeliveryId } from '../../core/ids.ts';
import { jsonResponse } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { adminDeliveryDetailSchema, adminDeliveryListSchema, adminDeliverySchema } from './admin-wire.ts';
import { readId, requestedDelivery } from './deliveries.ts';
import { encodeDeliveryDetail, encodeDeliveryFacts } from './encode.ts';
import { pageQuery, readLimit, readStates, readTenant } from './query.ts';

const bodyLimitBytes = 64 * 1024;

const encodeOwned = (delivery: Delivery) => ({ ...encodeDeliveryFacts(delivery), tenant: delivery.tenantId });

export function adminDeliveryRoutes(admin: Admin): DocumentedRoute[] {
  return [
    {
      method: 'GET',
      path: '/v1/admin/deliveries',
      access: 'admin',
      doc: {
        id: 'listAllDeliveries',
        summary: 'List what the webhooks of all tenants were owed, newest first',
        query: {
          ...pageQuery,
          tenant: 'Only those of this tenant.',
          state: 'Only those in these states, separated by commas.',
        },
        answers: { 200: adminDeliveryListSchema },
      },
      async handle({ query }) {
        const limit = readLimit(query.get('limit'));
        const before = readId(query.get('cursor'), 'cursor', parseDeliveryId);
        const states = readStates(query.get('state'), deliveryStates);
        const found = await admin.deliveries(readTenant(query.get('tenant')), {
          limit: limit + 1,
          ...(before === undefined ? {} : { before }),
          ...(states === undefined ? {} : { states }),
        });
        const page = found.slice(0, limit);
        const next = found.length > limit ? (page.at(-1)?.id ?? null) : null;
        return jsonResponse({ data: page.map(encodeOwned), next_cursor: next });
      },
    },
    {
      method: 'GET',
      path: '/v1/admin/deliveries/:id',
      access: 'admin',
      doc: {
        id: 'getAnyDelivery',
        summary: "Read any tenant's delivery and what each attempt met",
        answers: { 200: adminDeliveryDetailSchema },
      },
      async handle(call) {
        const { delivery, attempts } = await admin.delivery(requestedDelivery(call));
        return jsonResponse({ ...encodeDeliveryDetail(delivery, attempts), tenant: delivery.tenantId });
      },
    },
    {
      method: 'POST',
      path: '/v1/admin/deliveries/:id/resend',
      access: 'admin',
      bodyLimitBytes,
      doc: {
        id: 'resendAnyDelivery',
        summary: "Send any tenant's delivery again",
        description: 'As its tenant would, for as long as it is kept.',
        answers: { 202: adminDeliverySchema },
      },
      handle: async (call) => jsonResponse(encodeOwned(await admin.resendDelivery(requestedDelivery(call))), 202),
    },
  ];
}
