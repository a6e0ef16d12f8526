/**
 * The ledger: immutable lines whose sum is the balance. A reserve is taken at submit and ends in exactly one of capture
 * (what is not captured is released in the same change) or release. Amounts are never negative; the kind says the sign.
 */
import type { TaskId, TenantId } from './ids.ts';
import { type Micros, micros } from './money.ts';

export const ledgerKinds = ['grant', 'reserve', 'capture', 'release'] as const;
export type LedgerKind = (typeof ledgerKinds)[number];

export type LedgerEntry = {
  readonly tenantId: TenantId;
  /** Null for a grant. */
  readonly taskId: TaskId | null;
  readonly kind: LedgerKind;
  readonly amountMicros: Micros;
  readonly createdAt: number;
};

/** What an entry does to the balance that can be spent: a capture does nothing, its money left with the reserve. */
export function balanceEffect(entry: Pick<LedgerEntry, 'kind' | 'amountMicros'>): number {
  if (entry.kind === 'grant' || entry.kind === 'release') return entry.amountMicros;
  return entry.kind === 'reserve' ? -entry.amountMicros : 0;
}

type Owner = { readonly tenantId: TenantId; readonly taskId: TaskId; readonly createdAt: number };

function entries(owner: Owner, lines: readonly (readonly [LedgerKind, number])[]): LedgerEntry[] {
  return lines
    .filter(([, amount]) => amount > 0)
    .map(([kind, amount]) => ({ ...owner, kind, amountMicros: micros(amount) }));
}

/** The entry that takes the price at submit; none when there is nothing to pay. */
export function reserve(owner: Owner, amount: Micros): LedgerEntry[] {
  return entries(owner, [['reserve', amount]]);
}

/** The entries that end a reserve: `captured` is kept (at most the reserve, else RangeError), the rest goes back. */
export function settle(owner: Owner, reserved: Micros, captured: Micros): LedgerEntry[] {
  if (captured < 0 || captured > reserved) throw new RangeError(`cannot capture ${captured} of ${reserved}`);
  return entries(owner, [
    ['capture', captured],
    ['release', reserved - captured],
  ]);
}
