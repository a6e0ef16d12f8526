/** What a key may know of itself and of the tenant it belongs to. */
import { GatewayError } from '../../core/errors.ts';
import { jsonResponse } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import type { AdminServices } from './admin.ts';
import { accountSchema, encodeKey, encodeTenant } from './admin-wire.ts';

export function accountRoute(admin: Pick<AdminServices, 'tenant' | 'keys'>): DocumentedRoute {
  return {
    method: 'GET',
    path: '/v1/account',
    access: 'tenant',
    doc: {
      id: 'getAccount',
      summary: 'Read the balance of your tenant, and what your key may do',
      answers: { 200: accountSchema },
    },
    async handle({ caller }) {
      const [tenant, keys] = await Promise.all([admin.tenant(caller.tenantId), admin.keys(caller.tenantId)]);
      const key = keys.find(({ id }) => id === caller.keyId);
      // Deleted between its check and now.
      if (key === undefined) throw new GatewayError('unauthenticated', 'The key is unknown, expired or revoked.');
      return jsonResponse({ tenant: encodeTenant(tenant), key: encodeKey(key) });
    },
  };
}
