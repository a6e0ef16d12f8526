/** What lives in a picture besides what falls and floats: wind, water, clouds, light, breath. By words, in two languages. */
import { findAsked, type Phrase } from './words.ts';

export const lifeKinds = ['wind', 'ripples', 'clouds', 'breath', 'candle', 'fire', 'neon', 'lightning'] as const;
export type LifeKind = (typeof lifeKinds)[number];

const soft =
  '(?:hair|fur|mane|leaves|leaf|foliage|grass|grasses|reeds|wheat|trees?|branches|flowers?|petals|blossoms?|bamboo|palms?|cloth|clothes|dress|skirt|scarf|robe|cloak|cape|curtains?|flags?|banners?|sails?|feathers?)';
const waving =
  '(?:sway|sways|swaying|flutter|flutters|fluttering|blow|blows|blowing|wave|waves|waving|rustl\\w+|billow\\w*|flow|flows|flowing|ripple|ripples|rippling|move|moves|moving|danc\\w+|tremble|trembling|stir|stirs|stirring)';

const phrases: readonly Phrase<LifeKind>[] = [
  [
    new RegExp(
      [
        '\\bwind(?:s|y|blown|swept)?\\b(?! (?:up|down|turbine|farm|instrument|chime))|\\bbreez(?:e|es|y)\\b|\\bgust(?:s|y)?\\b',
        `\\b${soft}\\b.{0,20}\\b${waving}\\b`,
        `\\b${waving} (?:\\w+ )?${soft}\\b`,
        '微风|清风|海风|晚风|春风|秋风|寒风|大风|强风|狂风|(?<!没)有风|起风|风吹|随风|迎风|风中|飘动|飘扬|飘舞|飘逸|摇曳|拂动|吹拂',
        '(?:头发|长发|发丝|秀发|树叶|树枝|叶子|小草|草|花朵?|裙摆?|衣摆|旗帜?|窗帘|麦浪|芦苇).{0,6}(?:飘|摆动|摇|舞动|晃|轻摆)',
      ].join('|'),
    ),
    'wind',
  ],
  [
    new RegExp(
      [
        '\\bripples?\\b|\\brippling (?:water|surface|lake|sea|pond)\\b|\\breflections?\\b|\\breflected in\\b|\\breflecting\\b',
        '\\bwater(?:s|side|front)?\\b(?![ -](?:colou?rs?|mark|bottle|glass|tower|melon|lily painting))|\\bwavelets?\\b',
        '\\blakes?\\b|\\blakeside\\b|\\bseas?\\b|\\bseaside\\b|\\boceans?\\b|\\brivers?\\b|\\bponds?\\b|\\bstreams\\b|\\bcreeks?\\b|\\bfjords?\\b|\\bharbou?rs?\\b|\\blagoons?\\b|\\bcanals?\\b|\\bpuddles?\\b',
        '\\b(?:gentle|rolling|lapping|sea|ocean|small) waves\\b',
        '涟漪|水面|水波|波光|波浪|海浪|浪花|倒影|倒映|水中|流水|大海|海面|海水|海边|海洋|湖面|湖水|湖边|湖泊|湖(?![南北])|河面|河水|河边|小河|河流|江面|江水|江边|池塘|池水|溪流|溪水|小溪|港口',
      ].join('|'),
    ),
    'ripples',
  ],
  [
    /\bclouds?\b|\bcloudy\b|\bcloudscape\b|\bovercast sky\b|\bsky (?:is )?(?:moving|drifting)\b|\b(?:moving|drifting) sky\b|白云|云朵|云彩|云海|云层|浮云|流云|乌云|云(?:在|飘|动|卷)|彩云/,
    'clouds',
  ],
  [
    /\bbreath(?:es?|ing)?\b(?!taking)|\binhal(?:es?|ing)\b|\bexhal(?:es?|ing)\b|\bchest ris(?:es|ing)\b|呼吸|喘息|胸口起伏/,
    'breath',
  ],
  [/\bcandle(?:s|light|lit)?\b|\blanterns?\b|\boil lamps?\b|烛光|烛火|蜡烛|灯笼|油灯/, 'candle'],
  [
    /\bfires?\b(?! (?:truck|engine|escape|station|hydrant))|\bfire(?:light|lit|place)\b|\bbonfires?\b|\bcampfires?\b|\bflames?\b|\bflicker(?:s|ing)?\b|\btorch(?:es|light)?\b|火光|火焰|篝火|炉火|壁炉|火把|闪烁/,
    'fire',
  ],
  [/\bneon\b|\bfluorescent (?:light|tube)s?\b|霓虹|荧光灯/, 'neon'],
  [/\blightning\b|\bthunder\w*\b|\belectric storm\b|闪电|雷电|电闪雷鸣|雷暴|打雷/, 'lightning'],
];

const plants =
  /\b(?:leaf|leaves|foliage|grass(?:es)?|reeds|wheat|trees?|branches|flowers?|petals|blossoms?|bamboo|palms?|plants?|stems?|tulips?|roses?|sunflowers?|dandelions?)\b|[花草树叶]|芦苇|麦|竹/;

const people =
  /\b(?:she|he|her|his|him|girls?|wom[ae]n|m[ae]n|boys?|lady|ladies|child|children|kids?|baby|person|people|face|portrait|bride|couple|hair|i|me|my)\b|[她他人]|女|男|孩|脸|头发/;

export type Life = {
  readonly kinds: readonly LifeKind[];
  /** Whether it is plants that the wind moves, and nobody is spoken of: then what the picture is about may sway as a whole. */
  readonly isPlantWind: boolean;
  readonly words: readonly string[];
};

/** More at once would be a muddle. */
const mostKinds = 4;

/** `text` is a normalised prompt. */
export function parseLife(text: string): Life {
  const found = findAsked(text, phrases).slice(0, mostKinds);
  const isPlantWind = found.some(({ meaning }) => meaning === 'wind') && plants.test(text) && !people.test(text);
  return { kinds: found.map(({ meaning }) => meaning), isPlantWind, words: found.map(({ words }) => words.trim()) };
}
