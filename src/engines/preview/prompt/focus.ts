/** Depth of field, by the words of a prompt in English and Chinese. */
import { findAsked, type Phrase } from './words.ts';

/** `shallow`: the background goes soft at once. `rack`: it is sharp at first and goes soft halfway. */
export const focusKinds = ['shallow', 'rack'] as const;
export type FocusKind = (typeof focusKinds)[number];

const phrases: readonly Phrase<FocusKind>[] = [
  [
    /\brack(?:s|ing)?[- ]focus\b|\bfocus[- ](?:pull|shift|rack|change)(?:s|ing)?\b|\b(?:pull|shift|rack|chang)(?:s|es|e|ing)? (?:the )?focus\b|\bfocus (?:pulls|shifts|racks|moves|changes)\b|移焦|拉焦|跟焦|转移焦点|焦点(?:转移|切换|移动|变化|从)/,
    'rack',
  ],
  [
    /\bbokeh\b|\bshallow (?:depth[- ]of[- ]field|focus|dof)\b|(?<!deep )(?<!large )\bdepth[- ]of[- ]field\b|\b(?:blurred|blurry|blurring|soft|softened|soft-focus|out[- ]of[- ]focus|defocused|unsharp|creamy) (?:\w+ )?backgrounds?\b|\bbackground (?:\w+ )?(?:blur\w*|out of focus|goes soft|defocus\w*)\b|\bblur(?:s|ring|red)? (?:the |out the )?background\b|\bselective focus\b|背景(?:虚化|模糊|虚焦|朦胧)|虚化(?:的)?背景|模糊(?:的)?背景|浅景深|小景深|散景|焦外/,
    'shallow',
  ],
];

export type Focus = { readonly kind: FocusKind | undefined; readonly words: readonly string[] };

/** `text` is a normalised prompt. */
export function parseFocus(text: string): Focus {
  const found = findAsked(text, phrases);
  const rack = found.find(({ meaning }) => meaning === 'rack');
  return { kind: (rack ?? found[0])?.meaning, words: found.map(({ words }) => words.trim()) };
}
