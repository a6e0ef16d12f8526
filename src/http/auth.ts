/** From a presented key to the caller behind it. Only hashes are compared and kept. */
import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../core/ports.ts';
import type { Store } from '../core/store-port.ts';
import { type AuthenticatedCaller, isKeyUsable, type Key } from '../core/tenant.ts';
import { hashKey, mayBeKey } from '../util/key-text.ts';

/** Whether two texts are equal, in a time that does not tell where they differ. */
export function isEqualText(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(hashKey(one)), Buffer.from(hashKey(other)));
}

/** How long a key that was found is believed: a revocation takes effect within this. */
const memoryMs = 2_000;
const memorySize = 10_000;
const maximumKeyLength = 256;
/** How exact the last use of a key is kept. */
const touchMs = 60_000;

export type Authenticate = (key: string | undefined) => Promise<AuthenticatedCaller | undefined>;

export type Authenticator = {
  readonly authenticate: Authenticate;
  /** Believes no key any more without a look at the store. */
  readonly forget: () => void;
};

export type AuthenticatorOptions = {
  readonly store: Pick<Store, 'keyByHash' | 'touchKey'>;
  readonly clock: Clock;
  /** Told when the last use of a key could not be noted; no request waits for that or fails by it. */
  readonly onTouchFailed: (error: unknown) => void;
};

export function createAuthenticator({ store, clock, onTouchFailed }: AuthenticatorOptions): Authenticator {
  const known = new Map<string, { readonly key: Key; readonly until: number }>();
  /** Runs when a key is read from the store, which a used key is every two seconds. */
  const touch = ({ id, lastUsedAt }: Key, now: number): void => {
    if (lastUsedAt === null || lastUsedAt + touchMs <= now) store.touchKey(id, now).catch(onTouchFailed);
  };
  return {
    forget: () => known.clear(),
    async authenticate(text) {
      if (text === undefined || text.length > maximumKeyLength || !mayBeKey(text)) return undefined;
      const keyHash = hashKey(text);
      const now = clock.now();
      const remembered = known.get(keyHash);
      const isFresh = remembered !== undefined && remembered.until > now;
      const key = isFresh ? remembered.key : await store.keyByHash(keyHash);
      if (key === undefined || !isKeyUsable(key, now)) {
        known.delete(keyHash);
        return undefined;
      }
      if (!isFresh) {
        if (known.size >= memorySize) known.clear();
        known.set(keyHash, { key, until: now + memoryMs });
        touch(key, now);
      }
      return { tenantId: key.tenantId, keyId: key.id, scopes: key.scopes };
    },
  };
}

/** Headers in which vendors' APIs take a credential. */
const credentialHeaders = new Set(['authorization', 'x-api-key', 'x-goog-api-key']);

/** Whether a request carries two credentials that differ. `rawHeaders` as Node gives them: name, value, name, value. */
export function hasTwoCredentials(rawHeaders: readonly string[]): boolean {
  const found = new Set<string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (!credentialHeaders.has((rawHeaders[index] ?? '').toLowerCase())) continue;
    const credential = (rawHeaders[index + 1] ?? '').trim().split(/\s+/).at(-1) ?? '';
    if (credential !== '') found.add(credential);
  }
  return found.size > 1;
}
