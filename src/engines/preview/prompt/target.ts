/** Where a move goes when the prompt names a place in the picture: "zoom in on the upper left". */
import { findPhrases, type Phrase } from './words.ts';

/** Shares of the picture's width and height; undefined: as the subject has it. */
export type Target = { readonly x?: number; readonly y?: number };

const before = 0.25;
const after = 0.75;
const go =
  '\\b(?:zoom|push|dolly|clos|creep|focus|mov|track|fly|go)\\w*\\b[^,.;，。；]{0,24}?\\b(?:in on|into|on|onto|towards?|at)(?: the)?';
const zh = '(?:放大|推向|推近|推到|推至|推进到|聚焦|对准|拉近|靠近)(?:到|至|向|在)?(?:画面)?(?:的)?';
const side = '(?: (?:corner|side|part|half|third|edge|area|of\\b)|$|[,.;]| then\\b| and\\b)';

const at = (english: string, chinese: string) => new RegExp(`${go} ${english}${side}|${zh}${chinese}`);

const phrases: readonly Phrase<Target>[] = [
  [at('(?:top|upper)[- ]left', '左上'), { x: before, y: before }],
  [at('(?:top|upper)[- ]right', '右上'), { x: after, y: before }],
  [at('(?:bottom|lower)[- ]left', '左下'), { x: before, y: after }],
  [at('(?:bottom|lower)[- ]right', '右下'), { x: after, y: after }],
  [at('(?:left|left-hand)', '(?:左侧|左边|左方)'), { x: before }],
  [at('(?:right|right-hand)', '(?:右侧|右边|右方)'), { x: after }],
  [at('(?:top|upper)', '(?:上方|上部|顶部)'), { y: before }],
  [at('(?:bottom|lower)', '(?:下方|下部|底部)'), { y: after }],
  [at('(?:cent(?:er|re)|middle)', '(?:中央|中间|中心)'), { x: 0.5, y: 0.5 }],
];

/** `text` is a normalised prompt. */
export function parseTarget(text: string): { readonly target: Target | undefined; readonly words: readonly string[] } {
  const [found] = findPhrases(text, phrases);
  return { target: found?.meaning, words: found === undefined ? [] : [found.words.replace(/[,.;]$/, '').trim()] };
}
