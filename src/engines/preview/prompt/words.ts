/** How phrases are found in a prompt: case does not matter, and what stood where is kept, to be reported. */

export type Phrase<Meaning> = readonly [pattern: RegExp, meaning: Meaning];
export type Found<Meaning> = { readonly at: number; readonly words: string; readonly meaning: Meaning };

/** A prompt longer than this is cut: the patterns are linear, but nobody means what stands after 5,000 characters. */
const mostCharacters = 5000;

/** One line, lower case, full-width forms folded (NFKC), so that one pattern serves every way of typing it. */
export function normalisePrompt(prompt: string): string {
  return prompt
    .slice(0, mostCharacters)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[‘’]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
}

/** The first match of every phrase, in the order of the text. */
export function findPhrases<Meaning>(text: string, phrases: readonly Phrase<Meaning>[]): Found<Meaning>[] {
  const found: Found<Meaning>[] = [];
  for (const [pattern, meaning] of phrases) {
    const match = pattern.exec(text);
    if (match !== null) found.push({ at: match.index, words: match[0], meaning });
  }
  return found.sort((one, other) => one.at - other.at);
}

const denial = /\b(?:no|not|never|without(?: any)?|stopped|isn't|aren't|don't) (?:[\w-]+ )?$|(?:没有|不要|无需|无|别)$/;

/** As `findPhrases`, without what the words right before refuse: "no rain", "没有下雨". */
export function findAsked<Meaning>(text: string, phrases: readonly Phrase<Meaning>[]): Found<Meaning>[] {
  return findPhrases(text, phrases).filter(({ at }) => !denial.test(text.slice(Math.max(0, at - 24), at)));
}
