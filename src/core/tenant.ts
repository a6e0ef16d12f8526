/** A tenant owns keys, tasks and a balance. A key is its credential; only its hash is kept. */
import type { KeyId, TenantId } from './ids.ts';
import type { Micros } from './money.ts';

export type Tenant = {
  readonly id: TenantId;
  readonly name: string;
  readonly balanceMicros: Micros;
  readonly createdAt: number;
};

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
};

/** Who asks: what authentication found. */
export type Caller = { readonly tenantId: TenantId; readonly keyId: KeyId };

export function isKeyUsable(key: Key, now: number): boolean {
  return key.revokedAt === null && (key.expiresAt === null || key.expiresAt > now);
}
