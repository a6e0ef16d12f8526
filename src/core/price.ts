/**
 * What a task costs: units at the price of the first row of its model whose conditions all hold, less discounts. Every
 * amount is rounded once, where it arises: a converted price up, a discount down. docs/charging.md has the whole rule.
 */
import { holds, type Measure } from './condition.ts';
import { measureOf } from './input.ts';
import type { JsonObject } from './json.ts';
import type { Model, Price, PriceRow } from './model.ts';
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

export type Bill = {
  /** Before discounts. */
  readonly listMicros: Micros;
  readonly totalMicros: Micros;
  readonly lines: readonly CostLine[];
  readonly source: PriceSource;
};

export type Quote = Bill & {
  /** Whether there is a published price for what is asked; without one, all amounts are zero. */
  readonly isPublished: boolean;
};

/** What is priced: parameters with defaults filled in, and the media. */
export type Priced = { readonly input: JsonObject; readonly media: readonly { readonly field: string }[] };

/** What an engine says it really made, by parameter: `{ duration: 4 }`. */
export type Usage = Readonly<Record<string, number>>;

export type PriceTerms = {
  readonly rate: ExchangeRate;
  readonly discounts: readonly Discount[];
  /** Whose price it is; the model's own unless that engine's offer has another. */
  readonly engine?: string;
  readonly isOffPeak?: boolean;
};

/** `part` of `whole` parts of an amount, exactly, then rounded. */
function portion(amount: number, part: number, whole: number, rounding: 'up' | 'down'): Micros {
  const product = BigInt(amount) * BigInt(part);
  const divisor = BigInt(whole);
  return micros(Number((rounding === 'up' ? product + divisor - 1n : product) / divisor));
}

const sum = (lines: readonly CostLine[]) => micros(lines.reduce((total, { amountMicros }) => total + amountMicros, 0));

/** What this engine asks for a task of the model; null when that is not published. */
export function priceOf({ offers, price }: Model, engine: string | undefined): Price | null {
  const own = offers.find((offer) => offer.engine === engine)?.price;
  return own === undefined ? price : own;
}

/**
 * The price of one task. A parameter that leaves the choice to the engine counts as the most it may become, unless
 * `usage` says what it became.
 */
export function quote(model: Model, priced: Priced, terms: PriceTerms, usage: Usage = {}): Quote {
  const price = priceOf(model, terms.engine);
  const measure = pricedMeasure(model, priced, usage);
  const offPeakRow =
    terms.isOffPeak === true ? price?.offPeakRows?.find(({ when }) => holds(when, measure)) : undefined;
  const row = offPeakRow ?? price?.rows.find(({ when }) => holds(when, measure));
  const isYuan = price?.currency === 'CNY';
  const source: PriceSource = {
    listDate: price?.date ?? model.modified,
    exchange: isYuan ? { currency: 'CNY', ...terms.rate } : null,
  };
  if (price === null || row === undefined) {
    return { isPublished: false, listMicros: zeroMicros, totalMicros: zeroMicros, lines: [], source };
  }
  const toMicros = (amount: number) =>
    isYuan ? portion(amount, 1_000_000, terms.rate.microsPerDollar, 'up') : micros(amount);
  const lines: CostLine[] = priceParts(price, row, measure)
    .filter(({ units, each }) => units > 0 && each > 0)
    .map(({ of, units, each }) => ({
      kind: 'price',
      of,
      units,
      unitMicros: toMicros(each),
      amountMicros: toMicros(units * each),
    }));
  const listMicros = sum(lines);
  for (const discount of terms.discounts) {
    // A published off-peak price is the price: nothing is taken off for the hour once more.
    if (discount.of === 'off_peak' && offPeakRow !== undefined) continue;
    const off = portion(sum(lines), discount.basisPoints, wholeBasisPoints, 'down');
    if (off > 0) lines.push({ kind: 'discount', ...discount, amountMicros: micros(-off) });
  }
  return { isPublished: true, listMicros, totalMicros: sum(lines), lines, source };
}

/** Values as they are priced: an automatic one as its maximum, a text as its length. */
function pricedMeasure(model: Model, priced: Priced, usage: Usage): Measure {
  const plain = measureOf(model.parameters, priced);
  return (name) => {
    const parameter = model.parameters[name];
    const value = usage[name] ?? plain(name);
    return value !== undefined && value === parameter?.automatic ? parameter.maximum : value;
  };
}

type Part = { readonly of: string; readonly units: number; readonly each: number };

function priceParts({ extras = [] }: Price, { micros: base, step }: PriceRow, measure: Measure): Part[] {
  return [
    { of: 'task', units: 1, each: base },
    ...(step === undefined ? [] : [{ of: step.of, units: stepUnits(step, measure(step.of)), each: step.micros }]),
    ...extras
      .filter(({ when }) => holds(when, measure))
      .map((extra) => ({ of: extra.of, units: 1, each: extra.micros })),
  ];
}

/** A fraction of a unit is paid as a whole one. */
function stepUnits({ from, size = 1, most = 0 }: NonNullable<PriceRow['step']>, value: ReturnType<Measure>): number {
  const known = typeof value === 'string' ? [...value].length : value;
  const amount = typeof known === 'number' ? known : most;
  return Math.ceil((amount - from) / size);
}

/** What is kept of a reserve, and why. */
export type Charge = { readonly capturedMicros: Micros; readonly lines: readonly CostLine[] };

/** Of a task that has no result nothing is kept, and its bill is empty. */
export const noCharge: Charge = { capturedMicros: zeroMicros, lines: [] };

type ReservedTask = {
  readonly price: { readonly reservedMicros: Micros; readonly lines: readonly CostLine[] };
  readonly engine?: string;
  readonly isOffPeak?: boolean;
};

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
  const terms = { rate, discounts, engine: task.engine ?? '', isOffPeak: task.isOffPeak ?? false };
  const { isPublished, totalMicros, lines } = quote(model, task, terms, usage);
  const isMore = !isPublished || totalMicros > task.price.reservedMicros;
  return isMore ? wholeCharge(task) : { capturedMicros: totalMicros, lines };
}
