/** Money is integer micro-dollars: 1 USD = 1,000,000. */
declare const brand: unique symbol;
export type Micros = number & { readonly [brand]: 'Micros' };

/** Throws RangeError unless `value` is a safe integer. */
export function micros(value: number): Micros {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not an amount in micro-dollars: ${value}`);
  return value as Micros;
}

export const zeroMicros = micros(0);

/** A text such as `12` or `0.25` in US dollars, with up to six decimals; undefined when it is none. */
export function parseDollars(text: string): Micros | undefined {
  // Nine digits and six decimals stay below 2^53, so the rounding finds the exact amount again.
  return /^\d{1,9}(\.\d{1,6})?$/.test(text) ? micros(Math.round(Number(text) * 1_000_000)) : undefined;
}

/** US dollars as a number, for wires that want one: exact to the micro-dollar up to 9 billion dollars. */
export function toDollars(amount: Micros): number {
  return amount / 1_000_000;
}

/** US dollars as text, for wires that want one, with as many decimals as it takes: `0.06`, `12`. */
export function dollarsText(amount: Micros): string {
  const [whole, decimals] = [Math.floor(amount / 1_000_000), String(amount % 1_000_000).padStart(6, '0')];
  return `${whole}.${decimals}`.replace(/\.?0+$/, '');
}
