/** Words and flags of a command line that has both. */
import type { Command } from './command.ts';

export type Arguments = {
  readonly words: readonly string[];
  /** The flags that the command named as its own, without their dashes. */
  readonly own: Readonly<Record<string, string>>;
  /** All others, for the settings. */
  readonly flags: readonly string[];
};

/** Flags are `--name=value` or `--name value`. */
export function splitArguments(argv: readonly string[], ownNames: readonly string[] = []): Arguments {
  const words: string[] = [];
  const own: Record<string, string> = {};
  const flags: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const text = argv[index] ?? '';
    if (!text.startsWith('--')) {
      words.push(text);
      continue;
    }
    const [name = '', ...rest] = text.slice(2).split('=');
    const hasValue = rest.length > 0;
    if (!hasValue) index += 1;
    const value = hasValue ? rest.join('=') : argv[index];
    if (ownNames.includes(name)) own[name] = value ?? '';
    else flags.push(text, ...(hasValue || value === undefined ? [] : [value]));
  }
  return { words, own, flags };
}

/** Says how a command is used; the exit code of a command line that asks for what there is not. */
export function sayUsage(usage: NonNullable<Command['usage']>): number {
  console.error(['Usage:', ...usage.map((line) => `  framegate ${line}`)].join('\n'));
  return 2;
}

/** Rows in columns as wide as their longest text. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
