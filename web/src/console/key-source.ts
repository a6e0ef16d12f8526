/** Where keys are listed, made and revoked: a tenant's own, or any tenant's by the owner. */
import type { Key, Operations } from '../../../sdk/index.ts';
import { client } from '../api.ts';

export type KeySource = {
  /** Tells one source from another. */
  readonly name: string;
  list(signal: AbortSignal): Promise<readonly Key[]>;
  create(wish: Operations['createKey']['body']): Promise<Operations['createKey']['answer']>;
  revoke(id: string): Promise<unknown>;
};

export const ownKeys: KeySource = {
  name: 'own',
  list: async (signal) => (await client.call('listOwnKeys', {}, { signal })).data,
  create: (body) => client.call('createOwnKey', { body }),
  revoke: (id) => client.call('revokeOwnKey', { path: { id } }),
};

export function keysOf(tenant: string): KeySource {
  return {
    name: tenant,
    list: async (signal) => (await client.call('listKeys', { path: { id: tenant } }, { signal })).data,
    create: (body) => client.call('createKey', { path: { id: tenant }, body }),
    revoke: (key) => client.call('revokeKey', { path: { id: tenant, key } }),
  };
}
