/** Where and in what light: what a prompt says about the place around the references. */
import { pick, randomStream } from '../random.ts';
import { parseLettering } from './lettering.ts';
import { findPhrases, normalisePrompt, type Phrase } from './words.ts';

export const sceneNames = [
  'desert',
  'library',
  'beach',
  'lake',
  'mountains',
  'forest',
  'city',
  'studio',
  'meadow',
  'snow',
  'space',
  'canyon',
  'village',
  'castle',
  'harbour',
  'room',
  'table',
  'abstract',
  'underwater',
  'clouds',
  'stars',
] as const;
export type SceneName = (typeof sceneNames)[number];

export const lightNames = [
  'day',
  'golden',
  'dawn',
  'sunset',
  'night',
  'overcast',
  'storm',
  'neon',
  'lamp',
  'studio',
] as const;
export type LightName = (typeof lightNames)[number];

export const seasonNames = ['spring', 'autumn', 'winter'] as const;
export type SeasonName = (typeof seasonNames)[number];

export type Setting = {
  readonly scene: SceneName;
  readonly light: LightName;
  /** Undefined: the one a place is best known by. */
  readonly season: SeasonName | undefined;
  /** Whether the prompt named a place; otherwise the scene is the engine's own choice. */
  readonly sceneAsked: boolean;
  readonly lightAsked: boolean;
  readonly words: readonly string[];
};

/** In order of how exactly a word names a place: `a beach in the city` is a beach. */
const scenes: readonly Phrase<SceneName>[] = [
  [
    /\bunder ?water\b|\bcoral(?: reef)?s?\b|\breefs?\b|\bsea ?bed\b|\bdeep sea\b|\bocean floor\b|水下|海底|珊瑚/,
    'underwater',
  ],
  [
    /\babove the clouds\b|\bsea of clouds\b|\bcloud ?scape\b|\bover the clouds\b|\b(?:in|among) the clouds\b|\bflying through (?:the )?clouds\b|云海|云端|云层之上/,
    'clouds',
  ],
  [/\bcastles?\b|\bfortress(?:es)?\b|\bcitadel\b|\bpalaces?\b|城堡|古堡|要塞|宫殿/, 'castle'],
  [
    /\bharbou?rs?\b|\bmarina\b|\bquay\b|\bdocks?\b|\bfishing (?:port|village)\b|\bseaport\b|\bport town\b|港口|港湾|码头|渔港|渔村/,
    'harbour',
  ],
  [/\bvillages?\b|\bhamlets?\b|\bcottages?\b|\bsmall town\b|\bchalets?\b|村庄|村落|小镇|山村|雪村/, 'village'],
  [/\bcanyons?\b|\bgorges?\b|\bbadlands\b|\bmesas?\b|\bravines?\b|峡谷/, 'canyon'],
  [
    /\blibrar(?:y|ies)\b|\bbook ?shel(?:f|ves)\b|\bbook ?stores?\b|\bbook ?shops?\b|\bstudy room\b|\barchive\b|图书馆|书房|书店|书架/,
    'library',
  ],
  [/\bdeserts?\b|\bdunes?\b|\bsahara\b|\bgobi\b|沙漠|沙丘|戈壁/, 'desert'],
  [
    /\bbeach(?:es)?\b|\bseas?\b|\bseaside\b|\boceans?\b|\bcoast(?:al|line)?\b|\bshores?\b|\bislands?\b|海滩|沙滩|海边|大海|海洋|海岸/,
    'beach',
  ],
  [/\blakes?\b|\blakeside\b|\bponds?\b|\bfjords?\b|\blagoon\b|\breservoir\b|湖|池塘|峡湾/, 'lake'],
  [
    /\b(?:outer )?space\b|\bgalax(?:y|ies)\b|\bnebula\b|\bcosm(?:os|ic)\b|\bplanets?\b|\borbiting earth\b|\bmoon surface\b|太空|宇宙|银河|星云|星球/,
    'space',
  ],
  [
    /\bsnow(?:y|field|scape)?\b(?![- ]?(?:cap|cover|top))|\bice(?:berg)?\b|\bglaciers?\b|\barctic\b|\bantarctic\b|\bwinter(?:y)?\b|雪|冰川|冬/,
    'snow',
  ],
  [
    /\bforests?\b|\bwoods?\b|\bwoodlands?\b|\bjungles?\b|\brainforest\b|\bbamboo\b|\btrees?\b|森林|树林|丛林|竹林/,
    'forest',
  ],
  [/\bmountains?\b|\balps\b|\balpine\b|\bpeaks?\b|\bcliffs?\b|\bvalleys?\b|\bvolcano\b|山/, 'mountains'],
  [
    /\bcit(?:y|ies)\b|\bstreets?\b|\bdowntown\b|\bskyline\b|\burban\b|\bcyberpunk\b|\bneon\b|\btokyo\b|\bnew york\b|\balley\b|\bmarket\b|城市|街|都市|霓虹|赛博朋克/,
    'city',
  ],
  [
    /\bmeadows?\b|\bfields?\b|\bgrass(?:land|y)?\b|\bgardens?\b|\bparks?\b|\bflowers?\b|\bprairie\b|\bhills?\b|\bblossoms?\b|\borchards?\b|\bcountryside\b|\bfarm\b|草地|草原|田野|花园|花海|公园|乡村/,
    'meadow',
  ],
  [
    /\b(?:on|upon) (?:a|the|an?) (?:\w+ )?(?:table|desk|counter|tabletop)\b|\btable ?top\b|\bstill life\b|桌上|桌面|餐桌|静物/,
    'table',
  ],
  [
    /\b(?:living|bed|dining|sitting|hotel)? ?rooms?\b|\binteriors?\b|\bindoors\b|\bkitchen\b|\bby (?:a|the) window\b|\bapartment\b|\bat home\b|室内|房间|客厅|卧室|窗边|窗前|家里/,
    'room',
  ],
  [
    /\bstarry (?:sky|night)\b|\bmilky way\b|\bnight sky\b|\bshooting stars?\b|\bmeteors?\b|\baurora\b|\bunder the stars\b|星空|夜空|流星|极光/,
    'stars',
  ],
  [
    /\babstract\b|\bgeometric(?:al)?\b|\bshapes\b|\bpaper ?(?:cut|art|craft)\b|\bgradient\b|抽象|几何|剪纸|渐变/,
    'abstract',
  ],
  [
    /\bstudio\b|\bbackdrop\b|\bplain background\b|\b(?:white|grey|gray|black|solid) background\b|\bproduct (?:shot|photo|portrait)\b|\bminimal(?:ist)?\b|影棚|摄影棚|纯色背景|白色背景|背景板/,
    'studio',
  ],
];

const lights: readonly Phrase<LightName>[] = [
  [/\bstorm(?:s|y)?\b|\bthunder\w*\b|\btempest\b|\b(?:dark|black|heavy) clouds\b|暴风|乌云|雷|风暴/, 'storm'],
  [/\bneon\b|\bcyber(?:punk)?\b|\bsynthwave\b|霓虹|赛博/, 'neon'],
  [
    /\bnight(?:time|fall)?\b|\bmidnight\b|\bmoon(?:light|lit)?\b|\bstar(?:s|ry|light|lit)?\b|\bdark\b|夜|月光|星空|星光/,
    'night',
  ],
  [/\bsun ?sets?\b|\bdusk\b|\btwilight\b|\bevening\b|日落|夕阳|黄昏|傍晚|晚霞/, 'sunset'],
  [/\bsun ?rises?\b|\bdawn\b|\bdaybreak\b|\bearly morning\b|日出|黎明|破晓|清晨|拂晓/, 'dawn'],
  [
    /\bgolden(?: hour| light)?\b|\bwarm (?:light|sun)\b|\bafternoon\b|\bautumn(?:al)?\b|\bfall colou?rs\b|金色|暖光|午后|秋/,
    'golden',
  ],
  [
    /\bovercast\b|\bcloudy\b|\bfog(?:gy)?\b|\bmist(?:y)?\b|\brain(?:y|ing)?\b|\bgr[ae]y sky\b|阴天|多云|雾|雨/,
    'overcast',
  ],
  [/\bcandle(?:s|light|lit)?\b|\blamps?\b|\blantern\b|\bfireplace\b|\bcozy\b|\bcosy\b|烛光|灯光|台灯|温馨/, 'lamp'],
  [/\bday(?:light|time)?\b|\bsunny\b|\bnoon\b|\bmorning\b|\bblue sky\b|\bbright\b|白天|晴|蓝天|早晨|阳光/, 'day'],
];

const seasons: readonly Phrase<SeasonName>[] = [
  [/\bwinter(?:y)?\b|\bsnow(?:y|ed|ing|fall|-capped|-covered)?\b|\bfrost(?:y|ed)?\b|\bfrozen\b|冬|雪|霜/, 'winter'],
  [
    /\bspring(?:time)?\b|\b(?:cherry|apple|plum|sakura) blossoms?\b|\bblossom(?:s|ing)?\b|\bsakura\b|春|樱|桃花/,
    'spring',
  ],
  [
    /\bautumn(?:al)?\b|\bfall (?:colou?rs|leaves|foliage|forest)\b|\bfalling leaves\b|\boctober\b|秋|落叶|红叶|枫/,
    'autumn',
  ],
];

/** The light a place is shown in when the prompt leaves it open: the one it is best known by. */
const usualLight: Record<SceneName, LightName> = {
  desert: 'golden',
  library: 'lamp',
  beach: 'day',
  lake: 'day',
  mountains: 'day',
  forest: 'day',
  city: 'day',
  studio: 'studio',
  meadow: 'day',
  snow: 'day',
  space: 'night',
  canyon: 'golden',
  village: 'day',
  castle: 'golden',
  harbour: 'day',
  room: 'day',
  table: 'day',
  abstract: 'day',
  underwater: 'day',
  clouds: 'golden',
  stars: 'night',
};

/** Places that go with any subject, for prompts that name none. */
const openScenes: readonly SceneName[] = ['studio', 'meadow', 'mountains', 'beach'];

/** Places that are painted with snow on them. */
function hasWinter({ meaning }: { readonly meaning: SceneName }): boolean {
  return winterScenes.has(meaning);
}
const winterScenes: ReadonlySet<SceneName> = new Set(['village', 'castle', 'harbour', 'forest', 'meadow', 'lake']);

export function parseSetting(prompt: string, seed: number): Setting {
  const lettering = parseLettering(prompt);
  // What is to be read in the picture says nothing about the place.
  const text = normalisePrompt(lettering.rest);
  // By the table's order, not the text's: the exacter word decides.
  const inOrder = <Meaning>(phrases: readonly Phrase<Meaning>[]) =>
    phrases.flatMap((phrase) => findPhrases(text, [phrase]))[0];
  const named = scenes.flatMap((phrase) => findPhrases(text, [phrase]));
  // Snow on something is a season of it: `a snowy village`, `a winter forest`.
  const scene =
    named.find(({ meaning }) => meaning === 'snow' && !named.some(hasWinter)) ??
    named.find(({ meaning }) => meaning !== 'snow');
  const light = inOrder(lights);
  const season = inOrder(seasons);
  const isPoster = lettering.texts.length > 0 && !lettering.isSign;
  const name =
    scene?.meaning ??
    (light?.meaning === 'neon' ? 'city' : isPoster ? 'abstract' : pick(randomStream(seed, 'scene'), openScenes));
  return {
    scene: name,
    light: light?.meaning ?? usualLight[name],
    season: season?.meaning,
    sceneAsked: scene !== undefined,
    lightAsked: light !== undefined,
    words: [scene, light, season].flatMap((found) => (found === undefined ? [] : [found.words])),
  };
}
