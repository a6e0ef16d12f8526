/** Camera language: what a prompt says about how the camera moves, in English and Chinese. */
import { pick, randomStream } from '../random.ts';
import { findPhrases, normalisePrompt, type Phrase } from './words.ts';

export const moveKinds = [
  'push-in',
  'pull-out',
  'pan',
  'truck',
  'orbit',
  'roll',
  'dolly-zoom',
  'static',
  'handheld',
] as const;
export type MoveKind = (typeof moveKinds)[number];

/**
 * One move. `x` and `y` say where the camera goes: -1 is left or up, 1 right or down; for `orbit` and `roll` only `x`
 * counts, and 0 lets the seed choose.
 */
export type Move = { readonly kind: MoveKind; readonly x: number; readonly y: number };

export type Shot = {
  /** One after the other; the moves of one segment happen together. */
  readonly segments: readonly (readonly Move[])[];
  readonly handheld: boolean;
  /** Factor on the strength of every move, from words such as "slowly". */
  readonly pace: number;
  /** Whether the prompt spoke of the camera at all; otherwise the shot is the engine's own choice. */
  readonly asked: boolean;
  /** The words that were understood, as they stood. */
  readonly words: readonly string[];
};

const move = (kind: MoveKind, x = 0, y = 0): Move => ({ kind, x, y });

const camera =
  '(?:the )?(?:camera|shot|view|lens)(?: (?:slowly|gently|quickly|smoothly|then|is|starts? to|begins? to))*';
const travel = '(?:pan|panning|pans|swing|swings|sweep|sweeps|sweeping)';
const slide =
  '(?:truck|trucks|trucking|track|tracks|tracking|slide|slides|sliding|dolly|dollies|move|moves|moving|glide|glides|gliding)';
const lift = '(?:crane|cranes|craning|boom|booms|jib|pedestal|rise|rises|rising|lift|lifts|ascend|ascends|move|moves)';
const lower = '(?:crane|cranes|craning|boom|booms|jib|pedestal|lower|lowers|descend|descends|sink|sinks|move|moves)';
const way = '(?: (?:slowly|gently|quickly|smoothly|steadily))?(?: (?:to|towards?|from))?(?: the)? ?';

/** Tables of patterns; each is linear in the text (no nested repetition). */
const phrases: readonly Phrase<Move>[] = [
  [/\b(?:dolly[- ]?zoom|vertigo|hitchcock|zolly)\b|希区柯克|滑动变焦/, move('dolly-zoom')],
  [
    /\b(?:from )?(?:a )?(?:close[- ]?up|close shot|closeup)\b.{0,24}\b(?:to|into)\b.{0,14}\b(?:long|wide|full|establishing) shot\b|特写.{0,6}[到转拉至].{0,4}(?:远景|全景|中景)/,
    move('pull-out'),
  ],
  [
    /\b(?:from )?(?:a )?(?:long|wide|full|establishing) shot\b.{0,24}\b(?:to|into)\b.{0,14}\bclose[- ]?up\b|(?:远景|全景).{0,6}[到转推至].{0,4}(?:特写|近景)/,
    move('push-in'),
  ],
  [
    /\b(?:pull(?:s|ing)?|zoom(?:s|ing)?|dolly|dollies|dollying|track(?:s|ing)?|move(?:s)?|back(?:s|ing)?)[- ]?(?:slowly |gently |quickly |smoothly )?(?:back|out|away|backwards?)\b|拉远|后退|推远|镜头拉|拉镜头|缩小|镜头后移/,
    move('pull-out'),
  ],
  [
    /\b(?:push(?:es|ing)?|zoom(?:s|ing)?|dolly|dollies|dollying|track(?:s|ing)?|creep(?:s|ing)?|move(?:s)?|close(?:s)?)[- ]?(?:slowly |gently |quickly |smoothly )?(?:in|into|inwards?|forwards?|closer|towards? (?:the|his|her|its))\b(?! (?:left|right|top|bottom|up|down)\b)|推进|推近|镜头推|推镜头|拉近|放大|镜头前移|靠近/,
    move('push-in'),
  ],
  [
    /\b(?:orbit(?:s|ing)?|arc(?:s|ing)?|circl(?:e|es|ing)|rotat(?:e|es|ing)) (?:shot )?(?:around )?.{0,18}\b(?:counter-?clockwise|to the right|right)\b|逆时针环绕|向右环绕/,
    move('orbit', 1),
  ],
  [
    /\b(?:orbit(?:s|ing)?|arc(?:s|ing)?|circl(?:e|es|ing)|rotat(?:e|es|ing)) (?:shot )?(?:around )?.{0,18}\b(?:clockwise|to the left|left)\b|顺时针环绕|向左环绕/,
    move('orbit', -1),
  ],
  [
    /\borbit(?:s|ing|al)?\b|\barc shot\b|\b(?:circl(?:e|es|ing)|rotat(?:e|es|ing)|revolv(?:e|es|ing)|spin(?:s|ning)?|arc(?:s|ing)?) (?:slowly |gently )?around\b|\b360\b|环绕|绕拍|围绕|绕着/,
    move('orbit'),
  ],
  [/\bleft[- ]to[- ]right\b|从左[到至往向]右|由左[到至往向]右/, move('pan', 1)],
  [/\bright[- ]to[- ]left\b|从右[到至往向]左|由右[到至往向]左/, move('pan', -1)],
  [/\b(?:bottom[- ]to[- ]top|top to bottom reversed)\b|从下[到至往向]上|由下[到至往向]上/, move('pan', 0, -1)],
  [/\btop[- ]to[- ]bottom\b|从上[到至往向]下|由上[到至往向]下/, move('pan', 0, 1)],
  [new RegExp(`\\b${travel}${way}(?:upper|up) left\\b`), move('pan', -1, -1)],
  [new RegExp(`\\b${travel}${way}(?:upper|up) right\\b`), move('pan', 1, -1)],
  [new RegExp(`\\b${travel}${way}left(?:wards?)?\\b|\\bleft pan\\b|左摇|向左摇|镜头左转`), move('pan', -1)],
  [new RegExp(`\\b${travel}${way}right(?:wards?)?\\b|\\bright pan\\b|右摇|向右摇|镜头右转`), move('pan', 1)],
  [new RegExp(`\\b${travel}${way}up(?:wards?)?\\b(?! (?:left|right)\\b)`), move('pan', 0, -1)],
  [new RegExp(`\\b${travel}${way}down(?:wards?)?\\b(?! (?:left|right)\\b)`), move('pan', 0, 1)],
  [new RegExp(`\\b${slide}${way}left(?:wards?)?\\b|左移|向左移|向左平移|左平移`), move('truck', -1)],
  [new RegExp(`\\b${slide}${way}right(?:wards?)?\\b|右移|向右移|向右平移|右平移`), move('truck', 1)],
  [new RegExp(`\\btilt(?:s|ing)?${way}up(?:wards?)?\\b|\\btilt-up\\b|上摇|仰拍|上仰|镜头抬起`), move('pan', 0, -1)],
  [new RegExp(`\\btilt(?:s|ing)?${way}down(?:wards?)?\\b|\\btilt-down\\b|下摇|俯摇|下俯`), move('pan', 0, 1)],
  [
    new RegExp(
      `\\b${lift}${way}(?:up|upwards?)\\b|\\b${camera} (?:rises?|rising|ascends?|lifts?)\\b|\\bcrane shot\\b|升起|上升|向上移|镜头升`,
    ),
    move('truck', 0, -1),
  ],
  [
    new RegExp(
      `\\b${lower}${way}(?:down|downwards?)\\b|\\b${camera} (?:lowers?|descends?|sinks?)\\b|下降|向下移|镜头降`,
    ),
    move('truck', 0, 1),
  ],
  [
    new RegExp(
      `\\b${camera} ${travel}\\b|\\b(?:slow|gentle|fast|quick|smooth) pan\\b|\\bpanning\\b|\\bpans? across\\b|\\bpan shot\\b|摇镜|横摇|平摇`,
    ),
    move('pan', 1),
  ],
  [/\b(?:tracking|trucking|lateral|sideways) (?:shot|move)\b|横移|平移|跟拍/, move('truck', 1)],
  [
    /\b(?:camera|dutch|barrel|slow|gentle) roll\b|\broll(?:s|ing)? (?:the camera |camera )?(?:to the )?(?:left|counter-?clockwise)\b|\bdutch (?:angle|tilt)\b|镜头旋转|旋转镜头|荷兰角/,
    move('roll', -1),
  ],
  [/\broll(?:s|ing)? (?:the camera |camera )?(?:to the )?(?:right|clockwise)\b|\bcamera rolls?\b/, move('roll', 1)],
  [
    /\bhand-?held\b|\bhand held\b|\b(?:shaky|shaking|wobbly) (?:cam|camera|footage)\b|\bcamera shak(?:e|es|ing)\b|手持|镜头晃动|抖动/,
    move('handheld'),
  ],
  [
    /\b(?:no|without(?: any)?|zero) camera (?:movement|motion|moves?)\b|\b(?:static|still|fixed|locked|locked[- ]off|stationary|motionless|unmoving) (?:camera|shot|frame|view|tripod)\b|\blocked[- ]off\b|\bcamera (?:is |stays |remains |holds )?(?:static|still|fixed|stationary|locked)\b|\b(?:camera|it) (?:does not|doesn't|must not) move\b|\b(?:do not|don't) (?:move|pan|zoom|tilt)(?: the camera)?\b|\bon a tripod\b|固定镜头|镜头固定|镜头不动|静止镜头|镜头静止|不要移动|没有镜头运动|不要运镜/,
    move('static'),
  ],
];

const paces: readonly Phrase<number>[] = [
  [/\bvery slow(?:ly)?\b|\bextremely slow(?:ly)?\b|\bsubtl[ey]\b|\bimperceptibl[ey]\b|非常缓慢|极慢|轻微/, 0.5],
  [/\bslow(?:ly)?\b|\bgent(?:le|ly)\b|\bgradual(?:ly)?\b|\bsmooth(?:ly)?\b|缓慢|缓缓|慢慢|慢速|轻轻|柔和/, 0.7],
  [
    /\bfast\b|\bquick(?:ly)?\b|\brapid(?:ly)?\b|\bswift(?:ly)?\b|\bdramatic(?:ally)?\b|\bsudden(?:ly)?\b|快速|迅速|急速|猛地|猛然/,
    1.5,
  ],
];

/** Words that open the next segment. */
const sequenceBreak =
  /\b(?:and then|then|followed by|after that|afterwards|finally|before (?=pan|zoom|tilt|push|pull|orbit))|[，,。;；]?(?:然后|接着|随后|之后|最后|再(?=[向往推拉摇升降环左右上下]))/;

/** A film holds this many segments; more would be cuts, not moves. */
const mostSegments = 4;

/** The prompt's own shot, or a tasteful one of the seed's choice when it says nothing about the camera. */
export function parseShot(prompt: string, seed: number): Shot {
  const text = normalisePrompt(prompt);
  const clauses = text.split(sequenceBreak);
  const words: string[] = [];
  const segments: Move[][] = [];
  let handheld = false;
  let forbidden = false;
  let asked = false;
  for (const clause of clauses) {
    const found = withoutRepeats(findPhrases(clause, phrases));
    words.push(...found.map((one) => one.words.trim()));
    asked ||= found.length > 0;
    handheld ||= found.some((one) => one.meaning.kind === 'handheld');
    const moves = found.map((one) => one.meaning).filter(({ kind }) => kind !== 'handheld');
    // "do not zoom in" matches both; the refusal wins.
    if (moves.some(({ kind }) => kind === 'static')) {
      forbidden = true;
      continue;
    }
    if (moves.length > 0 && segments.length < mostSegments) segments.push(moves);
  }
  const pace = asked ? (findPhrases(text, paces)[0]?.meaning ?? 1) : 1;
  if (segments.length > 0) return { segments, handheld, pace, asked, words };
  if (forbidden) return { segments: [[move('static')]], handheld, pace, asked, words };
  return { segments: [defaultMoves(seed, handheld)], handheld, pace, asked, words };
}

/** A handheld camera alone stands; otherwise a calm move that suits nearly everything. */
function defaultMoves(seed: number, handheld: boolean): Move[] {
  if (handheld) return [move('static')];
  const random = randomStream(seed, 'default-shot');
  const side = random() < 0.5 ? -1 : 1;
  return pick(random, [
    [move('push-in')],
    [move('push-in'), move('truck', side)],
    [move('orbit', side)],
    [move('truck', side)],
  ]);
}

type FoundMove = { readonly at: number; readonly words: string; readonly meaning: Move };

/**
 * Keeps one of several readings of the same words ("camera pans left" is also a bare "camera pans"): an earlier entry of
 * the table is the more exact one, so a later match that overlaps it, or says the same, goes.
 */
function withoutRepeats(found: readonly FoundMove[]): FoundMove[] {
  const order = (one: FoundMove) => phrases.findIndex(([, meaning]) => meaning === one.meaning);
  const kept: FoundMove[] = [];
  for (const one of found.toSorted((a, b) => order(a) - order(b))) {
    const end = one.at + one.words.length;
    const doubled = kept.some(
      (other) =>
        (one.at < other.at + other.words.length && other.at < end) ||
        (other.meaning.kind === one.meaning.kind &&
          (one.meaning.kind !== 'pan' || isSameAxis(one.meaning, other.meaning))),
    );
    if (!doubled) kept.push(one);
  }
  return kept.sort((a, b) => a.at - b.at);
}

function isSameAxis(one: Move, other: Move): boolean {
  return (one.x !== 0 && other.x !== 0) || (one.y !== 0 && other.y !== 0);
}
