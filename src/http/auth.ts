/** From a presented key to the caller behind it. Only hashes are compared and kept. */
import { timingSafeEqual } from 'node:crypto';
import type { Clock, Store } from '../core/ports.ts';
import { type Caller, isKeyUsable, type Key } from '../core/tenant.ts';
import { hashKey, mayBeKey } from '../util/key-text.ts';

/** Whether two texts are equal, in a time that does not tell where they differ. */
export function isEqualText(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(hashKey(one)), Buffer.from(hashKey(other)));
}

/** How long a key that was found is believed: a revocation takes effect within this. */
const memoryMs = 2_000;
const memorySize = 10_000;
const maximumKeyLength = 256;

export type Authenticate = (key: string | undefined) => Promise<Caller | undefined>;

export function createAuthenticator(store: Pick<Store, 'keyByHash'>, clock: Clock): Authenticate {
  const known = new Map<string, { readonly key: Key; readonly until: number }>();
  return async (text) => {
    if (text === undefined || text.length > maximumKeyLength || !mayBeKey(text)) return undefined;
    const keyHash = hashKey(text);
    const now = clock.now();
    const remembered = known.get(keyHash);
    const key = remembered !== undefined && remembered.until > now ? remembered.key : await store.keyByHash(keyHash);
    if (key === undefined || !isKeyUsable(key, now)) {
      known.delete(keyHash);
      return undefined;
    }
    if (key !== remembered?.key) {
      if (known.size >= memorySize) known.clear();
      known.set(keyHash, { key, until: now + memoryMs });
    }
    return { tenantId: key.tenantId, keyId: key.id };
  };
}
