/**
 * What a task costs: units at the price of the first row of its model whose conditions all hold, less discounts. Every
 * amount is rounded once, where it arises: a converted price up, a discount down. docs/charging.md has the whole rule.
 */
import type { JsonObject } from './json.ts';
import type { Model, PriceRow } from './model.ts';
import { type Micros, micros, zeroMicros } from './money.ts';

/** A part of the whole, in hundredths of a percent. */
export type BasisPoints = number;
export const wholeBasisPoints: BasisPoints = 10_000;

/** Why something is taken off: the tenant's own rate, off-peak work, an engine whose work is free. */
export type DiscountReason = 'tenant' | 'off_peak' | 'engine';
export type Discount = { readonly of: DiscountReason; readonly basisPoints: BasisPoints };

/** One line of a bill; the amounts of all lines add up to the price. */
export type CostLine =
  | {
      readonly kind: 'price';
      /** `task`, or the parameter whose units are counted. */
      readonly of: string;
      readonly units: number;
      readonly unitMicros: Micros;
      readonly amountMicros: Micros;
    }
  /** Its amount is never positive. */
  | ({ readonly kind: 'discount'; readonly amountMicros: Micros } & Discount);

/** How many yuan a dollar bought on a day. */
export type ExchangeRate = { readonly microsPerDollar: Micros; readonly date: string };

/** Where the numbers come from: the day of the model's price list, and the rate it was converted at. */
export type PriceSource = {
  readonly listDate: string;
  readonly exchange: ({ readonly currency: 'CNY' } & ExchangeRate) | null;
};

export type Quote = {
  /** Before discounts. */
  readonly listMicros: Micros;
  readonly totalMicros: Micros;
  readonly lines: readonly CostLine[];
  readonly source: PriceSource;
};

/** What is priced: parameters with defaults filled in, and the media. */
export type Priced = { readonly input: JsonObject; readonly media: readonly { readonly field: string }[] };

/** What an engine says it really made, by parameter: `{ duration: 4 }`. */
export type Usage = Readonly<Record<string, number>>;

export type PriceTerms = { readonly rate: ExchangeRate; readonly discounts: readonly Discount[] };

/** `part` of `whole` parts of an amount, exactly, then rounded. */
function portion(amount: number, part: number, whole: number, rounding: 'up' | 'down'): Micros {
  const product = BigInt(amount) * BigInt(part);
  const divisor = BigInt(whole);
  return micros(Number((rounding === 'up' ? product + divisor - 1n : product) / divisor));
}

const sum = (lines: readonly CostLine[]) => micros(lines.reduce((total, { amountMicros }) => total + amountMicros, 0));

/**
 * The price of one task. A parameter that leaves the choice to the engine counts as the most it may become, unless
 * `usage` says what it became. Throws RangeError when no row holds: the catalogue's tests see to it that one does.
 */
export function quote(model: Model, priced: Priced, { rate, discounts }: PriceTerms, usage: Usage = {}): Quote {
  const measure = (name: string): string | number | undefined => {
    const parameter = model.parameters[name];
    if (parameter?.type === 'media') return priced.media.filter(({ field }) => field === name).length;
    const value = usage[name] ?? priced.input[name];
    if (value !== undefined && value === parameter?.automatic) return parameter.maximum;
    return typeof value === 'string' || typeof value === 'number' ? value : undefined;
  };
  const row = model.price.rows.find((candidate) => holds(candidate, measure));
  if (row === undefined) throw new RangeError(`no price row of ${model.id} holds`);
  const isYuan = model.price.currency === 'CNY';
  const toMicros = (amount: number) =>
    isYuan ? portion(amount, 1_000_000, rate.microsPerDollar, 'up') : micros(amount);

  const lines: CostLine[] = [];
  const addPrice = (of: string, units: number, each: number) => {
    const amountMicros = toMicros(units * each);
    if (units > 0) lines.push({ kind: 'price', of, units, unitMicros: toMicros(each), amountMicros });
  };
  addPrice('task', 1, row.micros);
  // A fraction of a unit is paid as a whole one.
  if (row.step !== undefined) {
    addPrice(row.step.of, Math.ceil(Number(measure(row.step.of)) - row.step.from), row.step.micros);
  }
  const listMicros = sum(lines);
  for (const discount of discounts) {
    const off = portion(sum(lines), discount.basisPoints, wholeBasisPoints, 'down');
    if (off > 0) lines.push({ kind: 'discount', ...discount, amountMicros: micros(-off) });
  }
  const exchange = isYuan ? ({ currency: 'CNY', ...rate } as const) : null;
  return { listMicros, totalMicros: sum(lines), lines, source: { listDate: model.modified, exchange } };
}

function holds(row: PriceRow, measure: (name: string) => string | number | undefined): boolean {
  return Object.entries(row.when).every(([name, condition]) => {
    const value = measure(name);
    if (Array.isArray(condition)) return typeof value === 'string' && condition.includes(value);
    return typeof value === 'number' && value >= condition.from && value <= condition.to;
  });
}

/** What is kept of a reserve, and why. */
export type Charge = { readonly capturedMicros: Micros; readonly lines: readonly CostLine[] };

/** Of a task that has no result nothing is kept, and its bill is empty. */
export const noCharge: Charge = { capturedMicros: zeroMicros, lines: [] };

type ReservedTask = { readonly price: { readonly reservedMicros: Micros; readonly lines: readonly CostLine[] } };

/** The whole reserve. */
export function wholeCharge({ price: { reservedMicros, lines } }: ReservedTask): Charge {
  return { capturedMicros: reservedMicros, lines };
}

/**
 * What a task that succeeded is charged: the price of what was really made, under the discounts it was accepted with,
 * and never more than was reserved.
 */
export function chargeFor(model: Model, task: Priced & ReservedTask, usage: Usage, rate: ExchangeRate): Charge {
  if (Object.entries(usage).every(([name, value]) => task.input[name] === value)) return wholeCharge(task);
  const discounts = task.price.lines.filter((line) => line.kind === 'discount');
  const { totalMicros, lines } = quote(model, task, { rate, discounts }, usage);
  return totalMicros > task.price.reservedMicros ? wholeCharge(task) : { capturedMicros: totalMicros, lines };
}
