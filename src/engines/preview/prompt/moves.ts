/** The words for camera moves, in English and Chinese: a table of patterns, each linear in the text. */
import type { Phrase } from './words.ts';

export const moveKinds = [
  'dolly-in',
  'dolly-out',
  'zoom-in',
  'zoom-out',
  'pan',
  'tilt',
  'truck',
  'crane',
  'orbit',
  'roll',
  'dolly-zoom',
  'push-past',
  'static',
  'handheld',
] as const;
export type MoveKind = (typeof moveKinds)[number];

/**
 * One move. `x` and `y` say where the camera goes: -1 is left or up, 1 right or down; for `orbit` and `roll` only `x`
 * counts, and 0 lets the seed choose.
 */
export type Move = {
  readonly kind: MoveKind;
  readonly x: number;
  readonly y: number;
  /** Of the full strength of its kind; 1 when absent. */
  readonly share?: number;
  /** All at once, in the middle of its time. */
  readonly isSudden?: boolean;
};

export const move = (kind: MoveKind, x = 0, y = 0): Move => ({ kind, x, y });

const adverb = '(?:slowly|gently|quickly|smoothly|steadily|gradually|rapidly|softly|slightly) ?';
const camera = `(?:the )?(?:camera|shot|view|lens|frame)(?: (?:${adverb}|then|is|starts? to|begins? to|continues to|keeps))*`;
const way = `(?: ${adverb})?(?: (?:to|towards?|from))?(?: the)? ?`;
/** Between a verb and the word that tells where: "zoom slowly in". */
const gap = `[- ]?(?:${adverb})?`;

const travel = '(?:pan|panning|pans|swing|swings|swinging|sweep|sweeps|sweeping|whip[- ]pans?)';
const slide =
  '(?:truck|trucks|trucking|track|tracks|tracking|slide|slides|sliding|dolly|dollies|move|moves|moving|glide|glides|gliding|drift|drifts|drifting|float|floats|floating)';
const lift =
  '(?:crane|cranes|craning|boom|booms|booming|jib|jibs|pedestal|pedestals|rise|rises|rising|lift|lifts|ascend|ascends|float|floats|move|moves|fly|flies)';
const lower =
  '(?:crane|cranes|craning|boom|booms|booming|jib|jibs|pedestal|pedestals|lower|lowers|descend|descends|sink|sinks|drop|drops|move|moves|fly|flies)';

const near = '(?:close[- ]?up|close shot|closeup|macro shot|tight shot|detail)';
const far = '(?:long|wide|full|establishing|distant|medium|panoramic) (?:shot|view|angle)';

const words = (...patterns: string[]): RegExp => new RegExp(patterns.join('|'));

/** Seen through somebody's eyes: a hand-held way forward, unless another way is named. */
export const throughEyes =
  /\bp\.?o\.?v\b|\bpoint[- ]of[- ]view shot\b|\bfirst[- ]person\b|\bthrough (?:his|her|their|my|the \w+'s) eyes\b|第一人称|主观镜头|主观视角/;

/** An earlier entry is the more exact one: of two readings of the same words it wins. */
export const movePhrases: readonly Phrase<Move>[] = [
  [
    /\b(?:dolly[- ]?zoom|vertigo|hitchcock|zolly|contra[- ]zoom)\b|希区柯克|滑动变焦|眩晕(?:镜头|效果)/,
    move('dolly-zoom'),
  ],
  [
    words(
      '\\bdolly(?:ing|s)?[- ]in\\b.{0,16}\\bzoom(?:ing|s)?[- ]out\\b|\\bzoom(?:ing|s)?[- ]out\\b.{0,16}\\bdolly(?:ing|s)?[- ]in\\b',
      '(?:推|前移).{0,6}(?:同时)(?:变焦)?拉远',
    ),
    move('dolly-zoom', -1),
  ],
  [
    words(
      `\\b(?:from )?(?:an? )?(?:extreme )?${near}\\b.{0,24}\\b(?:to|into)\\b.{0,14}\\b${far}`,
      '(?:特写|近景)(?:镜头)?.{0,6}[到转拉至成].{0,4}(?:远景|全景|中景|大景)',
    ),
    move('dolly-out'),
  ],
  [
    words(
      `\\b(?:from )?(?:an? )?${far}\\b.{0,24}\\b(?:to|into)\\b.{0,14}\\b${near}`,
      '(?:远景|全景|中景|大景)(?:镜头)?.{0,6}[到转推至成].{0,4}(?:特写|近景)',
    ),
    move('dolly-in'),
  ],
  [
    words(
      `\\b(?:push(?:es|ing)?|mov(?:e|es|ing)|fl(?:y|ies|ying)|glid(?:e|es|ing)|travel(?:s|ing)?|dolly|dollies|go(?:es|ing)?|rush(?:es|ing)?) (?:${adverb})?(?:past|through|between)\\b`,
      `\\bfly[- ]?through\\b|\\bpush[- ]past\\b|\\b(?:camera|drone|shot|view) (?:is )?fl(?:y|ies|ying) over\\b|\\b(?:fpv|flyover|fly-?by)\\b`,
      '\\bpast the foreground\\b|穿过|穿越|掠过|越过前景|飞越',
    ),
    move('push-past'),
  ],
  [
    words(`\\bzoom(?:s|ing|ed)?${gap}(?:out|away|back)\\b`, '缩小|变焦拉远|镜头缩小|焦距拉远|变焦拉开'),
    move('zoom-out'),
  ],
  [
    words(
      `\\bzoom(?:s|ing|ed)?${gap}(?:in|into|closer|towards?)\\b`,
      '\\b(?:crash|snap|whip|fast|quick|slow|gentle|smooth|subtle|gradual) zoom\\b(?![- ](?:out|away|back))|\\bpunch(?:es)?[- ]?in\\b|\\bken burns\\b|\\btelephoto push\\b',
      '放大|焦距推近|急推|变焦推近|变焦推进|镜头放大',
    ),
    move('zoom-in'),
  ],
  [
    words(
      `\\b(?:pull(?:s|ing)?|dolly|dollies|dollying|track(?:s|ing)?|mov(?:e|es|ing)|back(?:s|ing)?|retreat(?:s|ing)?)${gap}(?:back|out|away|backwards?)\\b`,
      '\\bpull[- ]?(?:out|back) shot\\b|\\bretreats\\b|\\breveal shot\\b|\\bpull[- ]?back reveal\\b|\\bwidens? out\\b|\\bsteps? back from\\b',
      `\\b${camera} (?:reveals|widens|backs? (?:up|off))\\b`,
      '拉远|拉开|后退|推远|镜头拉|拉镜头?|镜头后移|向后移|向后拉|镜头远离|逐渐远离',
    ),
    move('dolly-out'),
  ],
  [
    words(
      `\\b(?:push(?:es|ing)?|dolly|dollies|dollying|creep(?:s|ing)?|mov(?:e|es|ing)|clos(?:e|es|ing)|glid(?:e|es|ing)|eas(?:e|es|ing))${gap}(?:in|into|inwards?|forwards?|closer|towards? (?:the|his|her|its|a|an))\\b(?! (?:left|right|top|bottom|up|down)\\b)`,
      // "Tracks in the snow" are no camera's.
      `\\btrack(?:s|ing)?${gap}(?:in|forwards?|closer)\\b(?! the\\b)`,
      `\\b${camera} (?:approach(?:es)?|advances?|(?:walks?|drives?) (?:in|forwards?|closer|towards?)|(?:drifts?|floats?) (?:in|forwards?|closer))\\b`,
      '推进|推近|推向|镜头推|推镜头?|拉近|镜头前移|向前推|向前移|靠近|逼近|镜头前进',
    ),
    move('dolly-in'),
  ],
  [
    words(
      '\\b(?:orbit(?:s|ing)?|arc(?:s|ing)?|circl(?:e|es|ing)|rotat(?:e|es|ing)|revolv(?:e|es|ing)) (?:shot )?(?:around )?(?:(?!\\b(?:then|and|while)\\b)[^,.;，。；]){0,18}\\b(?:counter-?clockwise|anti-?clockwise|to the right|right)\\b',
      '逆时针(?:环绕|旋转|绕)|向右环绕|右环绕',
    ),
    move('orbit', 1),
  ],
  [
    words(
      '\\b(?:orbit(?:s|ing)?|arc(?:s|ing)?|circl(?:e|es|ing)|rotat(?:e|es|ing)|revolv(?:e|es|ing)) (?:shot )?(?:around )?(?:(?!\\b(?:then|and|while)\\b)[^,.;，。；]){0,18}\\b(?:clockwise|to the left|left)\\b',
      '顺时针(?:环绕|旋转|绕)|向左环绕|左环绕',
    ),
    move('orbit', -1),
  ],
  [
    words(
      '\\b(?:half|semi)[- ]?circle (?:around|move|shot)\\b|\\bturntable (?:shot|view|rotation|spin|of the)\\b|\\barcs? (?:left|right)\\b',
      '\\borbit(?:s|ing|al)?\\b|\\barc shot\\b|\\b360\\b|\\bbullet[- ]time\\b',
      `\\b(?:circl(?:e|es|ing)|rotat(?:e|es|ing)|revolv(?:e|es|ing)|spin(?:s|ning)?|arc(?:s|ing)?|mov(?:e|es|ing)|wrap(?:s|ping)?) (?:${adverb})?around\\b`,
      `\\b${camera} circles\\b`,
      '环绕|绕拍|围绕|绕行|弧形(?:运镜|移动)|绕着|环拍|子弹时间',
    ),
    move('orbit'),
  ],
  [
    /\bleft[- ]to[- ]right\b|\bfrom (?:the )?left (?:side )?to (?:the )?right\b|从左侧?[到至往向]右|由左[到至往向]右/,
    move('pan', 1),
  ],
  [
    /\bright[- ]to[- ]left\b|\bfrom (?:the )?right (?:side )?to (?:the )?left\b|从右侧?[到至往向]左|由右[到至往向]左/,
    move('pan', -1),
  ],
  [
    /\bbottom[- ]to[- ]top\b|\b(?:camera|shot|tilts?|pans?|moves?)\b.{0,20}\b(?:toe|toes|feet|foot) (?:up )?to (?:the )?(?:head|face)\b|镜头.{0,4}从脚到头|\bfrom (?:the )?bottom (?:up )?to (?:the )?top\b|从下[到至往向]上|由下[到至往向]上|自下而上/,
    move('tilt', 0, -1),
  ],
  [
    /\btop[- ]to[- ]bottom\b|\b(?:camera|shot|tilts?|pans?|moves?)\b.{0,20}\b(?:head|face|sky) (?:down )?to (?:the )?(?:feet|toe|toes|ground)\b|镜头.{0,4}从头到脚|\bfrom (?:the )?top (?:down )?to (?:the )?bottom\b|从上[到至往向]下|由上[到至往向]下|自上而下/,
    move('tilt', 0, 1),
  ],
  [
    words(
      `\\b(?:whip|swish|flash)[- ]?pan(?:s|ning)?${way}left\\b`,
      '(?:甩镜头?|急摇|快速甩)(?:向|到|至)?左|向左(?:甩|急摇)',
    ),
    { ...move('pan', -1), isSudden: true },
  ],
  [
    words(
      `\\b(?:whip|swish|flash)[- ]?pan(?:s|ning)?${way}right\\b|\\b(?:whip|swish|flash)[- ]?pans?\\b(?!${way}(?:left|up|down))`,
      '(?:甩镜头?|急摇|快速甩)(?:向|到|至)?右|向右(?:甩|急摇)|甩镜(?!头?(?:向|到|至)?左)',
    ),
    { ...move('pan', 1), isSudden: true },
  ],
  [words(`\\b${travel}${way}(?:upper|up)[- ]left\\b`, '向左上(?:方)?(?:摇|移)'), move('pan', -1, -1)],
  [words(`\\b${travel}${way}(?:upper|up)[- ]right\\b`, '向右上(?:方)?(?:摇|移)'), move('pan', 1, -1)],
  [words(`\\b${travel}${way}(?:lower|down)[- ]left\\b`, '向左下(?:方)?(?:摇|移)'), move('pan', -1, 1)],
  [words(`\\b${travel}${way}(?:lower|down)[- ]right\\b`, '向右下(?:方)?(?:摇|移)'), move('pan', 1, 1)],
  [
    words(
      `\\b${travel}${way}left(?:wards?)?\\b`,
      '\\bleft pan\\b',
      `\\b${camera} turns? (?:to the )?left\\b`,
      '左摇|向左摇|镜头左转|向左转|摇向左|往左摇',
    ),
    move('pan', -1),
  ],
  [
    words(
      `\\b${travel}${way}right(?:wards?)?\\b`,
      '\\bright pan\\b',
      `\\b${camera} turns? (?:to the )?right\\b`,
      '右摇|向右摇|镜头右转|向右转|摇向右|往右摇',
    ),
    move('pan', 1),
  ],
  [
    words(
      `\\b(?:tilt(?:s|ing)?|${travel})${way}up(?:wards?)?\\b(?![- ](?:left|right)\\b)`,
      `\\btilt-up\\b|\\b${camera} looks up\\b`,
      '上摇|仰拍|上仰|往上摇|摇向天空|镜头抬起|镜头仰起|抬头',
    ),
    move('tilt', 0, -1),
  ],
  [
    words(
      `\\b(?:tilt(?:s|ing)?|${travel})${way}down(?:wards?)?\\b(?![- ](?:left|right)\\b)`,
      `\\btilt-down\\b|\\b${camera} looks down\\b`,
      '下摇|俯摇|下俯|往下摇|摇向地面|镜头低下|镜头俯下',
    ),
    move('tilt', 0, 1),
  ],
  [words(`\\b(?:crab|strafe|side-?step)s?${way}left\\b`, '往左移|左侧移'), move('truck', -1)],
  [words(`\\b(?:crab|strafe|side-?step)s?${way}right\\b`, '往右移|右侧移'), move('truck', 1)],
  [words(`\\b${slide}${way}left(?:wards?)?\\b`, '左移|向左移|向左平移|左平移|向左滑'), move('truck', -1)],
  [words(`\\b${slide}${way}right(?:wards?)?\\b`, '右移|向右移|向右平移|右平移|向右滑'), move('truck', 1)],
  [
    words(
      `\\b${lift}${way}(?:up|upwards?|above|into the air)\\b`,
      `\\b${camera} (?:rises?|rising|ascends?|lifts?|soars?)\\b`,
      '\\b(?:crane|jib|boom|elevator) shot\\b|\\bdrone (?:shot )?(?:ris(?:es|ing)|ascend(?:s|ing)|lifts?)\\b|\\blow angle to (?:a )?high angle\\b',
      '升起|上升|向上移|镜头升|升镜头|拉升',
    ),
    move('crane', 0, -1),
  ],
  [
    words(
      `\\b${lower}${way}(?:down|downwards?|below)\\b`,
      `\\b${camera} (?:lowers?|descends?|sinks?|drops?)\\b`,
      '\\bhigh angle to (?:a )?low angle\\b|\\bdrone (?:shot )?(?:descend(?:s|ing)|lowers)\\b',
      '下降|向下移|镜头降|降镜头',
    ),
    move('crane', 0, 1),
  ],
  // Seen from the air, and nothing said of how it flies: it rises.
  [
    words(
      "\\b(?:aerial|drone|helicopter|bird'?s[- ]eye) (?:shot|view|footage|perspective|fly)\\b|\\bfrom a drone\\b",
      '航拍|鸟瞰|无人机(?:镜头|视角|拍摄)|俯瞰',
    ),
    move('crane', 0, -1),
  ],
  [
    words(
      `\\b${camera} ${travel}\\b`,
      '\\b(?:slow|gentle|fast|quick|smooth) pan\\b|\\bpanning\\b|\\bpans? across\\b|\\bpan shot\\b|\\bpanoramic sweep\\b',
      '摇镜|横摇|平摇|摇摄|环视|扫过',
    ),
    move('pan', 1),
  ],
  [throughEyes, move('dolly-in')],
  [
    /\b(?:tracking|trucking|lateral|sideways|follow|parallax|side[- ]?scrolling) (?:shot|move)\b|\bcamera (?:follows|tracks|chases)\b|横移|镜头跟(?:着|随)|平移|跟拍|跟随镜头|侧移/,
    move('truck', 1),
  ],
  [
    words(
      '\\b(?:camera|barrel|slow|gentle) roll\\b|\\bcanted angle\\b|\\broll shot\\b|\\bdutch (?:angle|tilt|roll|shot)\\b',
      '\\broll(?:s|ing)? (?:the camera |camera )?(?:to the )?(?:left|counter-?clockwise|anti-?clockwise)\\b',
      '镜头(?:逆时针)?旋转|旋转镜头|荷兰角|倾斜镜头|镜头倾斜|镜头翻滚',
    ),
    move('roll', -1),
  ],
  [
    /\broll(?:s|ing)? (?:the camera |camera )?(?:to the )?(?:right|clockwise)\b|\bcamera (?:rolls?|spins?|twists?)\b|镜头顺时针旋转/,
    move('roll', 1),
  ],
  [
    words(
      '\\bhand-?held\\b|\\bhand held\\b|\\b(?:shaky|shaking|wobbly) (?:cam|camera|footage)\\b|\\bcamera shak(?:e|es|ing)\\b',
      '\\b(?:documentary|vlog|found[- ]footage|cinema verit[eé])[- ]style\\b|\\bshoulder[- ](?:cam|mounted|rig)\\b|\\bjittery camera\\b',
      '手持|镜头晃动|镜头抖动|画面抖动|抖动|晃动镜头|肩扛',
    ),
    move('handheld'),
  ],
  [
    words(
      '\\b(?:no|without(?: any)?|zero) camera (?:movement|motion|moves?)\\b',
      '\\b(?:static|still|fixed|locked|locked[- ]off|stationary|motionless|unmoving) (?:camera|shot|frame|view|tripod|lens)\\b|\\blocked[- ]off\\b',
      '\\bcamera (?:is |stays |remains |holds |kept |must stay |should stay |perfectly |completely )*(?:static|still|fixed|stationary|locked|steady|motionless|put)\\b',
      '\\b(?:keep|hold|leave) (?:the )?(?:camera|shot|frame) (?:static|still|fixed|steady|locked|where it is|completely still)\\b|\\bhold (?:the|on the) shot\\b',
      '\\bcamera (?:holds|stands still|stops moving)\\b|\\bno (?:camera )?(?:motion|movement) (?:at all|of the camera|from the camera)\\b|\\b(?:the )?camera never moves\\b',
      "\\b(?:camera|it) (?:does not|doesn't|must not|should not) move\\b",
      "\\b(?:do not|don't|never) move(?: the camera)?\\b",
      '\\bon a tripod\\b|\\btripod shot\\b',
      '固定镜头|镜头固定|镜头不动|镜头(?:保持)?(?:不要|别|不)动|镜头保持(?:静止|不动|固定|稳定)|别动镜头|静态镜头|静止镜头|镜头静止|不要移动|没有镜头运动|不要运镜|定机位|固定机位',
    ),
    move('static'),
  ],
];

/**
 * Moves that are refused one by one: "pan left, but do not zoom". What stands after the verb belongs to it. Global, to be
 * taken out of the text.
 */
export const refusedMove =
  /(?:\b(?:no|don't|do not|does not|doesn't|never|without(?: any)?|avoid(?: any)?|not) (?:camera )?(?:zoom|pan|tilt|roll|orbit|rotat|dolly|truck|push|pull|crane|shak|handheld)[\w-]*(?: (?:in|out|left|right|up|down|around|back|closer|shots?|effects?)\b)*)|(?:不要|别|无|没有|避免|禁止|不需要)(?:任何)?(?:镜头)?(?:变焦|推拉|推镜头?|推近|推进|拉镜头?|拉远|摇镜头?|摇移|平移|旋转|环绕|缩放|放大|缩小|抖动|晃动|升降)/g;
