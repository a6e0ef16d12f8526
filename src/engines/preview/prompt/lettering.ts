/** Words that a prompt wants to be read in the picture: quoted ones, and those after `that says`. */

export type LetteringRequest = {
  /** As they are written, in the order of the prompt. */
  readonly texts: readonly string[];
  /** They stand on something: a sign, a banner, a label. */
  readonly isSign: boolean;
  /** The prompt without them, which alone says what else is to be seen. */
  readonly rest: string;
};

const mostTexts = 4;
const mostCharacters = 120;
/** Nobody's lettering stands after that. */
const mostPromptCharacters = 5000;

/** Between two marks of one kind, on one or a few lines. */
const quoted = /“([^”]{1,300})”|"([^"]{1,300})"|「([^」]{1,300})」|『([^』]{1,300})』|‘([^’‘]{1,300})’(?!\p{L})/gu;
/** Straight single quotes are apostrophes, unless they follow what announces a text. */
const announced =
  /\b(?:says|saying|reads|reading|titled|entitled|captioned|labell?ed|(?:the )?(?:text|words?|title|caption|headline|slogan))(?: (?:is|of|that says))?:? +'([^'\n]{1,300})'/giu;
/** Without quotes a text ends at the next mark or at a word that goes on with the picture. */
const unquoted =
  /\b(?:that says|which says|that reads|which reads|saying|titled|entitled|captioned|with the (?:text|words?|title|caption|slogan))(?: of)?:? +((?:(?!\b(?:on|in|at|with|against|above|over|under|beside|near|by)\b)[^\s,.;:!?，。；：！？\n"“「『'‘]+[!?]? ?){1,7})/iu;
const unquotedChinese =
  /(?:写着|写有|题为|标题是|标题为|标题：|文字是|文字：|字样：)[：:]?([^\s，。；！？,.;!?“”「」『』"]{1,24})/u;
const sign =
  /\b(?:signs?|sign ?boards?|billboards?|banners?|labels?|name ?plates?|plaques?|placards?)\b|招牌|标牌|路牌|横幅|广告牌|牌子|标签/i;

/** Finds the texts. Linear in the length of the prompt. */
export function parseLettering(prompt: string): LetteringRequest {
  const whole = prompt.slice(0, mostPromptCharacters);
  const found: { readonly at: number; readonly text: string }[] = [];
  const take = (match: RegExpMatchArray): string => {
    const text = tidy(match.slice(1).find((group) => group !== undefined) ?? '');
    if (text !== '') found.push({ at: match.index ?? 0, text });
    return match[0].replace(/./gsu, ' ');
  };
  // What is taken leaves as many blanks, so that places stay comparable.
  let rest = whole;
  for (const pattern of [quoted, announced]) {
    for (const match of [...rest.matchAll(pattern)]) {
      const at = match.index;
      rest = rest.slice(0, at) + take(match) + rest.slice(at + match[0].length);
    }
  }
  for (const pattern of [unquoted, unquotedChinese]) {
    const match = found.length === 0 ? pattern.exec(rest) : null;
    if (match !== null) rest = rest.slice(0, match.index) + take(match) + rest.slice(match.index + match[0].length);
  }
  const texts = found.sort((one, other) => one.at - other.at).map(({ text }) => text);
  return { texts: texts.slice(0, mostTexts), isSign: sign.test(rest), rest };
}

function tidy(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/\s+/g, ' ').trim());
  return lines
    .filter((line) => line !== '')
    .join('\n')
    .slice(0, mostCharacters)
    .replace(/[,，.。;；]$/u, (end) => (text.length > 40 ? end : ''));
}
