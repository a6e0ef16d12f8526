/**
 * The ledger: immutable lines whose sum is the balance. A reserve is taken at submit and ends in exactly one of capture
 * (what is not captured is released in the same change) or release. Amounts are never negative; the kind says the sign.
 */
import type { KeyId, TaskId, TenantId } from './ids.ts';
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
  /** What a grant was for. */
  readonly note?: string;
};

/** An entry as it stands in the store; `sequence` orders all entries of a store. */
export type StoredEntry = LedgerEntry & { readonly sequence: number };

/** Two amounts that should be one: what the entries and tasks add up to, and what is recorded. */
export type Difference = {
  readonly subject:
    | { readonly kind: 'tenant'; readonly id: TenantId }
    | { readonly kind: 'key'; readonly id: KeyId }
    | { readonly kind: 'task'; readonly id: TaskId };
  /** Of a tenant `balance`, of a key `spent`, of a task the kind of entry. */
  readonly what: 'balance' | 'spent' | 'reserve' | 'capture' | 'release';
  readonly expectedMicros: number;
  readonly foundMicros: number;
};

/** What a reconciliation read, and what did not add up. */
export type Reconciliation = {
  readonly tenants: number;
  readonly keys: number;
  readonly tasks: number;
  readonly entries: number;
  readonly differences: readonly Difference[];
};

/** One that ran by itself: when it ended, in milliseconds since 1970, and how long it took. */
export type LastReconciliation = Reconciliation & { readonly finishedAt: number; readonly tookMs: number };

/** What the entries of a task must sum to. Its `foundMicros` are the sums of its entries. */
export function taskDifferences(
  id: TaskId,
  isFinal: boolean,
  price: { readonly reservedMicros: number; readonly capturedMicros: number | null },
  found: { readonly reserve: number; readonly capture: number; readonly release: number },
): Difference[] {
  const captured = price.capturedMicros ?? 0;
  const expected = {
    reserve: price.reservedMicros,
    capture: isFinal ? captured : 0,
    release: isFinal ? price.reservedMicros - captured : 0,
  };
  return (['reserve', 'capture', 'release'] as const)
    .filter((what) => expected[what] !== found[what])
    .map((what) => ({
      subject: { kind: 'task', id },
      what,
      expectedMicros: expected[what],
      foundMicros: found[what],
    }));
}

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
