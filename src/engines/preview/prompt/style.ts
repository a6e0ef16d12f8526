/** What a prompt wants done to a whole picture: a style this engine has, or an edit that it cannot do. */
import { findPhrases, normalisePrompt, type Phrase } from './words.ts';

export const styleNames = ['monochrome', 'sepia'] as const;
export type StyleName = (typeof styleNames)[number];

const styles: readonly Phrase<StyleName>[] = [
  [/\bsepia\b|\bvintage\b|\bold photo(?:graph)?\b|复古|怀旧|老照片/, 'sepia'],
  [/\bblack[- ]and[- ]white\b|\bmono ?chrom(?:e|atic)\b|\bgr[ae]y ?scale\b|\bnoir\b|黑白|单色/, 'monochrome'],
];

/** A new background is a new place, which this engine can paint; everything else of the kind needs invention. */
const edits: readonly Phrase<true>[] = [
  [
    /\b(?:replace|remove|erase|delete|swap|add|insert|put on|take off|dress|undress)\b(?! (?:the |its |his |her |their )?background\b)/,
    true,
  ],
  [/\b(?:change|turn|make|transform) (?:the|its|his|her|their|him|it|them)\b(?! background\b)/, true],
  [/替换|去掉|去除|移除|删除|添加|加上|换成|改成|变成/, true],
];

export type StyleRequest = {
  readonly style: StyleName | undefined;
  /** The words that ask for an edit, as they stood. */
  readonly edit: string | undefined;
  readonly words: readonly string[];
};

export function parseStyle(prompt: string): StyleRequest {
  const text = normalisePrompt(prompt);
  const style = findPhrases(text, styles)[0];
  // "Make it black and white" and "turn it into a sepia photograph" are styles, in the words of an edit.
  const edit = style === undefined ? findPhrases(text, edits)[0] : undefined;
  return { style: style?.meaning, edit: edit?.words, words: style === undefined ? [] : [style.words] };
}
