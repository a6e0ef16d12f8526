/** How long a film or sound of a field may be, and what is wrong with one. The server judges the same in the end. */

export type LengthRule = {
  readonly minimumMs?: number;
  /** The most that each may last when there are no more than so many. */
  readonly lengths?: readonly { readonly items: number; readonly maximumMs: number }[];
};

export type LengthProblem = { readonly kind: 'tooShort' | 'tooLong'; readonly limitMs: number };

export function checkLength(durationMs: number, itemCount: number, rule: LengthRule): LengthProblem | undefined {
  const { minimumMs = 0, lengths = [] } = rule;
  if (durationMs < minimumMs) return { kind: 'tooShort', limitMs: minimumMs };
  if (lengths.length === 0) return undefined;
  const fitting = lengths.filter(({ items }) => items >= itemCount).map(({ maximumMs }) => maximumMs);
  const limitMs = fitting.length > 0 ? Math.max(...fitting) : Math.min(...lengths.map(({ maximumMs }) => maximumMs));
  return durationMs > limitMs ? { kind: 'tooLong', limitMs } : undefined;
}
