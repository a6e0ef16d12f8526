/** Sees to it that there is a tenant with a key on a local start, and that the configured key is the one in use. */
import type { KeyText } from './core/admin.ts';
import { GatewayError } from './core/errors.ts';
import { makeKeyId, makeTenantId, type RandomBytes, randomBase62, type TenantId } from './core/ids.ts';
import { micros } from './core/money.ts';
import type { Clock } from './core/ports.ts';
import type { Store } from './core/store-port.ts';
import { configuredKeyName, keyScopes, type NewKey } from './core/tenant.ts';
import { hashKey, keyBodyLength, keyHint, makeKeyText } from './util/key-text.ts';

const firstGrant = micros(1_000_000_000);

type World = { readonly store: Store; readonly clock: Clock; readonly randomBytes: RandomBytes };

/** A key as a text to show once, and what is kept of it. */
export function makeKey(randomBytes: RandomBytes): KeyText {
  const text = makeKeyText(randomBase62(keyBodyLength, randomBytes));
  return { text, hint: keyHint(text), hash: hashKey(text) };
}

/**
 * Gives the owner's key, when there is one, to the first tenant; else makes a key, once, and returns its text, which is
 * nowhere kept. A key that the owner gave before and that differs is revoked. Returns undefined when there is nothing new to show.
 */
export async function ensureFirstTenant(world: World, ownerKey: string): Promise<string | undefined> {
  const { store, clock, randomBytes } = world;
  const [first] = await store.tenants();
  const { text, hint, hash } =
    ownerKey === '' ? makeKey(randomBytes) : { text: ownerKey, hint: keyHint(ownerKey), hash: hashKey(ownerKey) };
  const describe = (tenantId: TenantId): NewKey => ({
    id: makeKeyId(randomBytes),
    tenantId,
    name: ownerKey === '' ? 'made at first start' : configuredKeyName,
    hint,
    hash,
    createdAt: clock.now(),
    expiresAt: null,
    revokedAt: null,
    scopes: keyScopes,
    spendCapMicros: null,
    concurrency: null,
  });
  if (first === undefined) {
    const id = makeTenantId(randomBytes);
    await store.insertTenant(
      { id, name: 'owner', balanceMicros: firstGrant, discountBasisPoints: 0, createdAt: clock.now() },
      describe(id),
    );
    return ownerKey === '' ? text : undefined;
  }
  if (ownerKey === '') return undefined;
  const known = await store.keyByHash(hash);
  if (known === undefined) await store.insertKey(describe(first.id));
  else if (known.revokedAt !== null) {
    throw new GatewayError('invalid_request', 'FRAMEGATE_KEY is a key that was revoked; choose another.');
  }
  // An owner who changes the variable expects the former key to stop.
  for (const { id, name, hash: other, revokedAt } of await store.keys(first.id)) {
    if (name === configuredKeyName && other !== hash && revokedAt === null) {
      await store.revokeKey(first.id, id, clock.now());
    }
  }
  return undefined;
}
