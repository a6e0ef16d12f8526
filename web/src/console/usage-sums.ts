/** What tasks cost, added up for a chart. */
import type { Operations } from '../../../sdk/index.ts';

export type UsageRow = Operations['getUsage']['answer']['data'][number];

export const measures = ['spent', 'list', 'tasks'] as const;
export type Measure = (typeof measures)[number];

export const groupings = ['model', 'engine', 'key'] as const;
export type Grouping = (typeof groupings)[number];

export type Sum = { readonly name: string; readonly value: number };

/** Of a number of micro-dollars, or of tasks. */
export function amountOf(row: UsageRow, measure: Measure): number {
  if (measure === 'tasks') return row.tasks;
  return measure === 'spent' ? row.spent_micros : row.list_micros;
}

function sumBy(rows: readonly UsageRow[], nameOf: (row: UsageRow) => string, measure: Measure): Map<string, number> {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(nameOf(row), (sums.get(nameOf(row)) ?? 0) + amountOf(row, measure));
  return sums;
}

/** Every day from the first to the last, those without a task too. */
export function sumByDay(rows: readonly UsageRow[], from: string, until: string, measure: Measure): readonly Sum[] {
  const sums = sumBy(rows, ({ day }) => day, measure);
  const days: Sum[] = [];
  for (const at = new Date(from); at <= new Date(until); at.setUTCDate(at.getUTCDate() + 1)) {
    const name = at.toISOString().slice(0, 10);
    days.push({ name, value: sums.get(name) ?? 0 });
  }
  return days;
}

/** The largest first. */
export function sumByGroup(rows: readonly UsageRow[], grouping: Grouping, measure: Measure): readonly Sum[] {
  return [...sumBy(rows, (row) => row[grouping], measure)]
    .map(([name, value]): Sum => ({ name, value }))
    .sort((one, other) => other.value - one.value);
}

/** What keys are called, by their ids; with the tenant's name where there are several. */
export function nameKeys(rows: readonly UsageRow[]): ReadonlyMap<string, string> {
  const hasSeveral = new Set(rows.map(({ tenant }) => tenant)).size > 1;
  return new Map(
    rows.map(({ key, key_name: name, tenant_name: tenant }) => [
      key,
      [name, hasSeveral ? tenant : ''].filter(Boolean).join(' · '),
    ]),
  );
}

/** The least round number, of 1, 2 or 5 times a power of ten, that is not below `value`: the top of a scale. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10);
}
