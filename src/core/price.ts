/** What a task costs by the price list: the first row of its model whose conditions all hold. */
import type { CheckedInput } from './input.ts';
import type { Model, PriceRow } from './model.ts';
import { type Micros, micros } from './money.ts';

/** The list price of one task. Throws RangeError when no row holds: the catalogue's tests see to it that one does. */
export function listPrice(model: Model, checked: Pick<CheckedInput, 'input' | 'media'>): Micros {
  const measure = (name: string): string | number | undefined => {
    if (model.parameters[name]?.type === 'media') return checked.media.filter(({ field }) => field === name).length;
    const value = checked.input[name];
    return typeof value === 'string' || typeof value === 'number' ? value : undefined;
  };
  const row = model.price.rows.find((candidate) => holds(candidate, measure));
  if (row === undefined) throw new RangeError(`no price row of ${model.id} holds`);
  if (row.step === undefined) return micros(row.micros);
  const units = Number(measure(row.step.of)) - row.step.from;
  // A fraction of a unit is paid as a whole one.
  return micros(row.micros + Math.ceil(units) * row.step.micros);
}

function holds(row: PriceRow, measure: (name: string) => string | number | undefined): boolean {
  return Object.entries(row.when).every(([name, condition]) => {
    const value = measure(name);
    if (Array.isArray(condition)) return typeof value === 'string' && condition.includes(value);
    return typeof value === 'number' && value >= condition.from && value <= condition.to;
  });
}
