/** Puts `to` in the first place of `from`, which must be there. */
export function swap(code: string, from: string, to: string): string {
  if (!code.includes(from)) throw new Error(`The generator does not write ${from}`);
  return code.replace(from, () => to);
}
