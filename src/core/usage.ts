/** What tasks cost, day by day. */
import type { KeyId, TenantId } from './ids.ts';

export type UsageFilter = {
  /** Undefined: of every tenant. */
  readonly tenantId?: TenantId;
  /** Milliseconds since 1970, the first that counts and the first that does not. */
  readonly createdFrom: number;
  readonly createdBefore: number;
};

/** All tasks of one day, tenant, key, model and engine. */
export type UsageRow = {
  /** Of UTC, such as `2026-11-21`. */
  readonly day: string;
  readonly tenantId: TenantId;
  /** Names are those of today; empty of what was deleted. */
  readonly tenantName: string;
  readonly keyId: KeyId;
  readonly keyName: string;
  /** Empty when the task was deleted; its amounts still count. */
  readonly model: string;
  readonly engine: string;
  readonly tasks: number;
  readonly listMicros: number;
  /** What was taken, or is reserved as long as the task has not ended. */
  readonly spentMicros: number;
};
