/** What an owner does: tenants, keys, grants, and proof that the money adds up. */
import type { Delivery, DeliveryAttempt } from './delivery.ts';
import { GatewayError } from './errors.ts';
import {
  type DeliveryId,
  type KeyId,
  makeKeyId,
  makeTenantId,
  type RandomBytes,
  type TaskId,
  type TenantId,
} from './ids.ts';
import type { Reconciliation, StoredEntry } from './ledger.ts';
import { type Micros, zeroMicros } from './money.ts';
import type { Clock } from './ports.ts';
import type { BasisPoints } from './price.ts';
import type { AnyTaskFilter, DeliveryFilter, Store } from './store-port.ts';
import type { Task } from './task.ts';
import { configuredKeyName, type Key, type KeyScope, type Tenant } from './tenant.ts';
import type { UsageFilter, UsageRow } from './usage.ts';

/** A key's text, which is shown once, and what is kept of it. */
export type KeyText = { readonly text: string; readonly hint: string; readonly hash: string };

export type KeyWish = {
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  readonly spendCapMicros: Micros | null;
  readonly concurrency: number | null;
  readonly expiresAt: number | null;
};

export type Admin = {
  tenants(): Promise<readonly Tenant[]>;
  /** Throws GatewayError `not_found`, as all that take the id of a tenant do. */
  tenant(id: TenantId): Promise<Tenant>;
  /** A tenant without credit and without keys. */
  createTenant(name: string): Promise<Tenant>;
  /**
   * Ends a tenant at once, and removes all that it had but amounts and ids within a minute. Idempotent. Throws
   * GatewayError `not_found`, `conflict` for the first tenant, which the configured key belongs to.
   */
  deleteTenant(id: TenantId): Promise<void>;
  /** What it pays less than the list price from now on. */
  setDiscount(id: TenantId, basisPoints: BasisPoints): Promise<Tenant>;
  keys(tenantId: TenantId): Promise<readonly Key[]>;
  /** `text` is nowhere kept. Throws GatewayError `conflict` for a name that is not to be had. */
  createKey(tenantId: TenantId, wish: KeyWish): Promise<{ readonly key: Key; readonly text: string }>;
  /** Works at once on this process, and within the memory of their authentication on others. Idempotent. */
  revokeKey(tenantId: TenantId, id: KeyId): Promise<Key>;
  grant(tenantId: TenantId, amountMicros: Micros, note: string): Promise<Tenant>;
  /** What it has begun goes on; nothing more is begun until it is resumed. Throws GatewayError `not_found`. */
  pauseEngine(engine: string): Promise<void>;
  resumeEngine(engine: string): Promise<void>;
  ledger(tenantId: TenantId, beforeSequence: number | undefined, limit: number): Promise<readonly StoredEntry[]>;
  /** By day, tenant, key, model and engine, in no order. */
  usage(filter: UsageFilter): Promise<readonly UsageRow[]>;
  reconcile(): Promise<Reconciliation>;
  /** Of one tenant, or of all; those older than the task `before`. */
  tasks(
    tenantId: TenantId | undefined,
    filter: Omit<AnyTaskFilter, 'beforeSequence'> & { readonly before?: TaskId },
  ): Promise<readonly Task[]>;
  /** Of one tenant, or of all; those listed after the delivery `before`. */
  deliveries(
    tenantId: TenantId | undefined,
    filter: Omit<DeliveryFilter, 'tenantId' | 'taskId' | 'before'> & { readonly before?: DeliveryId },
  ): Promise<readonly Delivery[]>;
  /** Throws GatewayError `not_found`. */
  delivery(id: DeliveryId): Promise<{ readonly delivery: Delivery; readonly attempts: readonly DeliveryAttempt[] }>;
  /** As a tenant's own resend, without its limit of 30 days. Throws GatewayError `not_found`. */
  resendDelivery(id: DeliveryId): Promise<Delivery>;
};

export type AdminWorld = {
  readonly store: Store;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly makeKeyText: () => KeyText;
  readonly engineNames: ReadonlySet<string>;
  /** Makes authentication look at the store again. */
  readonly forgetKeys: () => void;
};

export function createAdmin({ store, clock, randomBytes, makeKeyText, engineNames, forgetKeys }: AdminWorld): Admin {
  async function tenant(id: TenantId): Promise<Tenant> {
    const found = await store.tenant(id);
    if (found === undefined) throw new GatewayError('not_found', 'There is no tenant of this id.');
    return found;
  }
  function requireEngine(engine: string): void {
    if (!engineNames.has(engine)) throw new GatewayError('not_found', 'There is no engine of this name.');
  }
  async function key(tenantId: TenantId, id: KeyId): Promise<Key> {
    const found = await store.key(tenantId, id);
    if (found === undefined) throw new GatewayError('not_found', 'This tenant has no key of this id.');
    return found;
  }
  async function delivery(id: DeliveryId): Promise<Delivery> {
    const found = await store.anyDelivery(id);
    if (found === undefined) throw new GatewayError('not_found', 'There is no delivery of this id.');
    return found;
  }
  return {
    tenants: () => store.tenants(),
    tenant,
    async createTenant(name) {
      const id = makeTenantId(randomBytes);
      await store.insertTenant({
        id,
        name,
        balanceMicros: zeroMicros,
        discountBasisPoints: 0,
        createdAt: clock.now(),
      });
      return await tenant(id);
    },
    async setDiscount(id, basisPoints) {
      await store.setTenantDiscount(id, basisPoints);
      return await tenant(id);
    },
    async deleteTenant(id) {
      // Were it gone, the key of the configuration would go to whoever came next.
      if ((await store.tenants())[0]?.id === id) {
        throw new GatewayError('conflict', 'The first tenant belongs to the owner of this server and stays.');
      }
      if (!(await store.eraseTenant(id, clock.now()))) await tenant(id);
      forgetKeys();
    },
    async keys(tenantId) {
      await tenant(tenantId);
      return await store.keys(tenantId);
    },
    async createKey(tenantId, wish) {
      await tenant(tenantId);
      if (wish.name === configuredKeyName) {
        throw new GatewayError('conflict', `${configuredKeyName} is the name of the key that the configuration gives.`);
      }
      const { text, hint, hash } = makeKeyText();
      const id = makeKeyId(randomBytes);
      await store.insertKey({ ...wish, id, tenantId, hint, hash, createdAt: clock.now(), revokedAt: null });
      return { key: await key(tenantId, id), text };
    },
    async revokeKey(tenantId, id) {
      await store.revokeKey(tenantId, id, clock.now());
      forgetKeys();
      return await key(tenantId, id);
    },
    async grant(tenantId, amountMicros, note) {
      await store.grant(tenantId, amountMicros, note);
      return await tenant(tenantId);
    },
    async pauseEngine(engine) {
      requireEngine(engine);
      await store.pauseEngine(engine, clock.now());
    },
    async resumeEngine(engine) {
      requireEngine(engine);
      await store.resumeEngine(engine);
    },
    async ledger(tenantId, beforeSequence, limit) {
      await tenant(tenantId);
      return await store.ledger(tenantId, beforeSequence, limit);
    },
    usage: (filter) => store.usage(filter),
    reconcile: () => store.reconcile(),
    async tasks(tenantId, { before, ...rest }) {
      const last = before === undefined ? undefined : await store.anyTask(before);
      if (before !== undefined && last === undefined) throw new GatewayError('not_found', 'There is no such task.');
      const filter = { ...rest, ...(last === undefined ? {} : { beforeSequence: last.sequence }) };
      if (tenantId === undefined) return await store.anyTasks(filter);
      await tenant(tenantId);
      return await store.tasks({ ...filter, tenantId });
    },
    async deliveries(tenantId, { before, ...rest }) {
      const filter = { ...rest, ...(before === undefined ? {} : { before: await delivery(before) }) };
      if (tenantId === undefined) return await store.anyDeliveries(filter);
      await tenant(tenantId);
      return await store.deliveries({ ...filter, tenantId });
    },
    async delivery(id) {
      const found = await delivery(id);
      return { delivery: found, attempts: await store.deliveryAttempts(found.tenantId, id) };
    },
    async resendDelivery(id) {
      const { tenantId } = await delivery(id);
      await store.resendDelivery(tenantId, id, clock.now());
      return await delivery(id);
    },
  };
}
