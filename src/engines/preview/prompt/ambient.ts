/** What moves in the air, by the words of a prompt in English and Chinese. */
import { findAsked, type Phrase } from './words.ts';

export const ambientKinds = ['rain', 'snow', 'dust', 'embers', 'petals', 'leaves', 'fireflies'] as const;
export type AmbientKind = (typeof ambientKinds)[number];

/** Things that fall or float, not places: `a snowy mountain` lies still, `snow is falling` does not. */
const phrases: readonly Phrase<AmbientKind>[] = [
  [/\brain(?:ing|y|fall|drops?)?\b|\bdownpour\b|\bdrizzl(?:e|ing)\b|下雨|雨中|雨滴|大雨|细雨|暴雨/, 'rain'],
  [
    /\bsnow(?:ing|fall|flakes?|storm)\b|\b(?:falling|drifting|blowing) snow\b|\bsnow (?:is )?(?:falls?|falling|drifts?|drifting)\b|\bblizzard\b|下雪|飘雪|雪花|飞雪|大雪纷飞/,
    'snow',
  ],
  [/\bdust(?: motes| particles|y air)?\b|\bpollen\b|\bfloating particles\b|尘埃|灰尘|浮尘|微粒/, 'dust'],
  [/\bembers?\b|\bsparks?\b|\bcinders?\b|\bbonfire\b|\bcampfire\b|\bon fire\b|火星|火花|余烬|篝火/, 'embers'],
  [
    /\bpetals?\b|\b(?:cherry|sakura) blossoms?\b.{0,24}\b(?:fall|falling|drift|drifting|blow|blowing)\b|\bconfetti\b|花瓣|落樱|樱花飘/,
    'petals',
  ],
  [
    /\b(?:falling|drifting|blowing|swirling) leaves\b|\bleaves (?:are )?(?:fall|falling|drift|drifting|swirl|swirling)\b|落叶|飘落的叶/,
    'leaves',
  ],
  [
    /\bfireflies\b|\bfirefly\b|\bmagic(?:al)? particles\b|\bglowing (?:particles|orbs|motes)\b|萤火虫|光点|魔法粒子/,
    'fireflies',
  ],
];

export type Ambient = { readonly kinds: readonly AmbientKind[]; readonly words: readonly string[] };

/** At most two kinds at once: more is a muddle. `text` is a normalised prompt. */
export function parseAmbient(text: string): Ambient {
  const found = findAsked(text, phrases).slice(0, 2);
  return { kinds: found.map(({ meaning }) => meaning), words: found.map(({ words }) => words.trim()) };
}
