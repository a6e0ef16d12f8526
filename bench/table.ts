/** Figures as the reader sees them. */
import { median } from './median.ts';

/** Prints a Markdown table, so that it can go into docs/performance.md as it is. The first row is the heading. */
export function showTable(rows: readonly (readonly string[])[]): void {
  const [heading = [], ...rest] = rows;
  const widths = heading.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  for (const row of [heading, rule, ...rest]) {
    console.log(`| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 3)).join(' | ')} |`);
  }
  console.log();
}

export function count(figure: number): string {
  return Math.round(figure).toLocaleString('en');
}

export function mebibytes(bytes: number | undefined): string {
  return bytes === undefined ? '-' : `${Math.round(bytes / 2 ** 20)} MiB`;
}

/** The median of the ratios of figures that were measured side by side, with the lowest and the highest. */
export function ratio(figures: readonly number[], beside: readonly number[]): string {
  const ratios = figures.map((figure, index) => figure / (beside[index] ?? Number.NaN));
  return `${median(ratios).toFixed(2)} [${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}]`;
}
