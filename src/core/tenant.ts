/** A tenant owns keys, tasks and a balance. A key is its credential; only its hash is kept. */
import type { KeyId, TenantId } from './ids.ts';
import type { Micros } from './money.ts';
import type { BasisPoints } from './price.ts';

export type Tenant = {
  readonly id: TenantId;
  readonly name: string;
  readonly balanceMicros: Micros;
  /** What it pays less than the list price, in hundredths of a percent. */
  readonly discountBasisPoints: BasisPoints;
  readonly createdAt: number;
};

export const keyScopes = ['read', 'submit'] as const;
/** `read` looks at a tenant's things; `submit` makes, changes and cancels them. */
export type KeyScope = (typeof keyScopes)[number];

export type Key = {
  readonly id: KeyId;
  readonly tenantId: TenantId;
  readonly name: string;
  /** The first characters, to recognise it by; never enough to use it. */
  readonly hint: string;
  /** Lower-case hex of SHA-256 over the whole key. */
  readonly hash: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly scopes: readonly KeyScope[];
  /** The most that its tasks may cost over its whole life; null when only the balance limits it. */
  readonly spendCapMicros: Micros | null;
  /** What its tasks have reserved and captured so far. The store counts it. */
  readonly spentMicros: Micros;
  /** How many of its tasks may be in work at once; the others wait. Null when only the engines limit it. */
  readonly concurrency: number | null;
  /** Exact to about a minute. */
  readonly lastUsedAt: number | null;
};

/** A key as it is made: nothing spent, never used. */
export type NewKey = Omit<Key, 'spentMicros' | 'lastUsedAt'>;

/** The key that the configuration gives to the first tenant; no other has this name. */
export const configuredKeyName = 'FRAMEGATE_KEY';

/** Who asks: what authentication found. */
export type Caller = { readonly tenantId: TenantId; readonly keyId: KeyId };
/** A caller with what its key may do; a route asks for one of these before its handler runs. */
export type AuthenticatedCaller = Caller & { readonly scopes: readonly KeyScope[] };

export function isKeyUsable(key: Key, now: number): boolean {
  return key.revokedAt === null && (key.expiresAt === null || key.expiresAt > now);
}
