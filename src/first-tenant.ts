/** Sees to it that there is a tenant with a key on a local start. */
import { GatewayError } from './core/errors.ts';
import { makeKeyId, makeTenantId, type RandomBytes, randomBase62, type TenantId } from './core/ids.ts';
import { micros } from './core/money.ts';
import type { Clock, Store } from './core/ports.ts';
import type { Key } from './core/tenant.ts';
import { hashKey, keyBodyLength, keyHint, makeKeyText } from './util/key-text.ts';

const firstGrant = micros(1_000_000_000);

type World = { readonly store: Store; readonly clock: Clock; readonly randomBytes: RandomBytes };

/**
 * Gives the owner's key, when there is one, to the first tenant; else makes a key, once, and returns its text, which is
 * nowhere kept. Returns undefined when there is nothing new to show.
 */
export async function ensureFirstTenant(world: World, ownerKey: string): Promise<string | undefined> {
  const { store, clock, randomBytes } = world;
  const [first] = await store.tenants();
  const text = ownerKey === '' ? makeKeyText(randomBase62(keyBodyLength, randomBytes)) : ownerKey;
  const describe = (tenantId: TenantId): Key => ({
    id: makeKeyId(randomBytes),
    tenantId,
    name: ownerKey === '' ? 'made at first start' : 'FRAMEGATE_KEY',
    hint: keyHint(text),
    hash: hashKey(text),
    createdAt: clock.now(),
    expiresAt: null,
    revokedAt: null,
  });
  if (first === undefined) {
    const id = makeTenantId(randomBytes);
    await store.insertTenant({ id, name: 'owner', balanceMicros: firstGrant, createdAt: clock.now() }, describe(id));
    return ownerKey === '' ? text : undefined;
  }
  if (ownerKey === '') return undefined;
  const known = await store.keyByHash(hashKey(text));
  if (known === undefined) await store.insertKey(describe(first.id));
  else if (known.revokedAt !== null) {
    throw new GatewayError('invalid_request', 'FRAMEGATE_KEY is a key that was revoked; choose another.');
  }
  return undefined;
}
