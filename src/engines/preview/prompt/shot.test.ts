import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Composition } from './composition.ts';
import type { Move } from './moves.ts';
import { parseShot } from './shot.ts';

/** A move as `kind:way`, such as `pan:UL`; `+` joins what happens together, `>` what follows, `~` is a handheld camera, `!` a sudden move. */
function spell({ kind, x, y, isSudden }: Move): string {
  const way = (y < 0 ? 'U' : y > 0 ? 'D' : '') + (x < 0 ? 'L' : x > 0 ? 'R' : '');
  return (way === '' ? kind : `${kind}:${way}`) + (isSudden ? '!' : '');
}

function spellShot(prompt: string): string {
  const shot = parseShot(prompt, 1);
  if (!shot.asked) return 'none';
  const text = shot.segments.map((moves) => moves.map(spell).join('+')).join('>');
  return shot.handheld ? `${text}~` : text;
}

const table: readonly (readonly [prompt: string, expected: string])[] = [
  ['zoom in', 'zoom-in'],
  ['Slowly zooming in on her face', 'zoom-in'],
  ['zooms slowly out', 'zoom-out'],
  ['zoom out', 'zoom-out'],
  ['the camera zooms away from the castle', 'zoom-out'],
  ['crash zoom on the letter', 'zoom-in'],
  ['the camera pushes in', 'dolly-in'],
  ['push-in towards the door', 'dolly-in'],
  ['dolly in', 'dolly-in'],
  ['slow dolly-in', 'dolly-in'],
  ['Camera moves closer to the cat', 'dolly-in'],
  ['camera moves forward through the fog', 'dolly-in'],
  ['camera slowly approaches the house', 'dolly-in'],
  ['the camera creeps in', 'dolly-in'],
  ['gliding towards the window', 'dolly-in'],
  ['track in', 'dolly-in'],
  ['from a wide shot to a close-up', 'dolly-in'],
  ['establishing shot into an extreme close-up', 'dolly-in'],
  ['pull back to reveal the valley', 'dolly-out'],
  ['the camera pulls away', 'dolly-out'],
  ['the camera retreats', 'dolly-out'],
  ['dolly out', 'dolly-out'],
  ['camera moves back', 'dolly-out'],
  ['from close-up to long shot', 'dolly-out'],
  ['from an extreme close up to a wide shot', 'dolly-out'],
  ['close-up to long shot, slowly', 'dolly-out'],
  ['the camera flies through the gate', 'push-past'],
  ['push past the leaves in front', 'push-past'],
  ['moving between the columns', 'push-past'],
  ['fly-through of the hall', 'push-past'],
  ['pan left', 'pan:L'],
  ['pan to the left', 'pan:L'],
  ['the camera pans right', 'pan:R'],
  ['the camera turns to the right', 'pan:R'],
  ['panning slowly to the right', 'pan:R'],
  ['whip pan left', 'pan:L!'],
  ['sweeps left across the skyline', 'pan:L'],
  ['pan up left', 'pan:UL'],
  ['pan to the upper right', 'pan:UR'],
  ['pan down right', 'pan:DR'],
  ['camera pans across the room', 'pan:R'],
  ['a smooth pan over the market', 'pan:R'],
  ['from left to right', 'pan:R'],
  ['from the right side to the left', 'pan:L'],
  ['right-to-left sweep', 'pan:L'],
  ['pan up', 'tilt:U'],
  ['pan down', 'tilt:D'],
  ['tilt up', 'tilt:U'],
  ['tilting slowly upwards', 'tilt:U'],
  ['the camera tilts down', 'tilt:D'],
  ['the camera looks up', 'tilt:U'],
  ['bottom to top', 'tilt:U'],
  ['from the top down to the bottom', 'tilt:D'],
  ['truck left', 'truck:L'],
  ['tracking to the right', 'truck:R'],
  ['camera slides left', 'truck:L'],
  ['the camera drifts slowly to the right', 'truck:R'],
  ['the camera glides left', 'truck:L'],
  ['a tracking shot beside the runner', 'truck:R'],
  ['side-scrolling shot of a village', 'truck:R'],
  ['crane up', 'crane:U'],
  ['crane down', 'crane:D'],
  ['crane shot', 'crane:U'],
  ['jib down', 'crane:D'],
  ['pedestal up', 'crane:U'],
  ['the camera rises', 'crane:U'],
  ['the camera soars', 'crane:U'],
  ['the drone flies upwards', 'crane:U'],
  ['the camera descends', 'crane:D'],
  ['camera moves down', 'crane:D'],
  ['orbit around the statue', 'orbit'],
  ['arc shot', 'orbit'],
  ['camera circles around her', 'orbit'],
  ['the camera wraps around him', 'orbit'],
  ['bullet time', 'orbit'],
  ['orbits clockwise', 'orbit:L'],
  ['orbit around the tree to the right', 'orbit:R'],
  ['rotating around the car anti-clockwise', 'orbit:R'],
  ['dolly zoom', 'dolly-zoom'],
  ['vertigo effect', 'dolly-zoom'],
  ['a contra-zoom on his face', 'dolly-zoom'],
  ['camera roll', 'roll:L'],
  ['camera rolls clockwise', 'roll:R'],
  ['dutch angle', 'roll:L'],
  ['static shot', 'static'],
  ['locked-off camera', 'static'],
  ['tripod shot', 'static'],
  ['no camera movement', 'static'],
  ["don't move the camera, zoom in", 'static'],
  ['the camera does not move', 'static'],
  ['the camera should not move', 'static'],
  ['camera stays fixed', 'static'],
  ['fixed lens, no zoom', 'static'],
  ['handheld', 'static~'],
  ['documentary-style', 'static~'],
  ['hand-held camera pushes in', 'dolly-in~'],
  ['shaky cam, pan left', 'pan:L~'],
  ['zoom in while panning left', 'zoom-in+pan:L'],
  ['dolly in and tilt up', 'dolly-in+tilt:U'],
  ['pan right and tilt up', 'pan:R+tilt:U'],
  ['crane up while orbiting', 'crane:U+orbit'],
  ['pan left then zoom in', 'pan:L>zoom-in'],
  ['push in, and then orbit around him, finally pull out', 'dolly-in>orbit>dolly-out'],
  ['tilt up followed by a slow pan right', 'tilt:U>pan:R'],
  ['static shot, then the camera pulls back', 'dolly-out'],
  ['crane down before moving in', 'crane:D>dolly-in'],
  ['pan right; next zoom out', 'pan:R>zoom-out'],
  [
    'from wide shot to close-up, then pan left, then tilt down, ending with a zoom out',
    'dolly-in>pan:L>tilt:D>zoom-out',
  ],
  ['镜头缓缓推进', 'dolly-in'],
  ['镜头向前推', 'dolly-in'],
  ['镜头慢慢靠近女孩', 'dolly-in'],
  ['从全景推到特写', 'dolly-in'],
  ['镜头拉远', 'dolly-out'],
  ['镜头逐渐远离', 'dolly-out'],
  ['镜头向后移', 'dolly-out'],
  ['从特写到远景', 'dolly-out'],
  ['从近景拉至全景', 'dolly-out'],
  ['镜头放大', 'zoom-in'],
  ['变焦推近', 'zoom-in'],
  ['变焦拉远', 'zoom-out'],
  ['镜头穿过树林', 'push-past'],
  ['镜头掠过前景的花朵', 'push-past'],
  ['镜头向左移', 'truck:L'],
  ['镜头向右平移', 'truck:R'],
  ['跟拍一个奔跑的人', 'truck:R'],
  ['镜头左摇', 'pan:L'],
  ['镜头向右摇', 'pan:R'],
  ['镜头左转', 'pan:L'],
  ['镜头扫过整个房间', 'pan:R'],
  ['从左到右', 'pan:R'],
  ['由右向左', 'pan:L'],
  ['镜头上摇', 'tilt:U'],
  ['镜头仰起', 'tilt:U'],
  ['下摇', 'tilt:D'],
  ['自下而上', 'tilt:U'],
  ['从上到下', 'tilt:D'],
  ['镜头上升', 'crane:U'],
  ['镜头升起俯瞰城市', 'crane:U'],
  ['镜头下降', 'crane:D'],
  ['环绕人物', 'orbit'],
  ['镜头围绕雕像旋转', 'orbit'],
  ['顺时针环绕', 'orbit:L'],
  ['向右环绕', 'orbit:R'],
  ['子弹时间', 'orbit'],
  ['希区柯克变焦', 'dolly-zoom'],
  ['荷兰角', 'roll:L'],
  ['固定镜头', 'static'],
  ['定机位拍摄', 'static'],
  ['不要运镜', 'static'],
  ['手持镜头', 'static~'],
  ['手持镜头推近', 'dolly-in~'],
  ['镜头推进，然后向右摇', 'dolly-in>pan:R'],
  ['先拉远,再向左移', 'dolly-out>truck:L'],
  ['镜头上升，接着环绕，最后拉远', 'crane:U>orbit>dolly-out'],
  // Named after what a camera crew calls them.
  ['whip pan to the right', 'pan:R!'],
  ['a swish pan left', 'pan:L!'],
  ['ken burns effect', 'zoom-in'],
  ['a slow zoom on the vase', 'zoom-in'],
  ['snap zoom', 'zoom-in'],
  ['quick zoom out', 'zoom-out'],
  ['the camera zooms in on the red car', 'zoom-in'],
  ['zoom into her eyes', 'zoom-in'],
  ['pull-back shot revealing the crowd', 'dolly-out'],
  ['the camera reveals the whole castle', 'dolly-out'],
  ['the shot widens out', 'dolly-out'],
  ['the camera backs up', 'dolly-out'],
  ['camera walks towards the door', 'dolly-in'],
  ['easing in', 'dolly-in'],
  ['from a medium shot to a tight shot', 'dolly-in'],
  ['drone flying over the forest', 'push-past'],
  ['an FPV drone dives in', 'push-past'],
  ['aerial view of the coast', 'crane:U'],
  ['drone shot', 'crane:U'],
  ["bird's-eye shot", 'crane:U'],
  ['the drone rises, drone shot rising', 'crane:U'],
  ['elevator shot', 'crane:U'],
  ['low angle to high angle', 'crane:U'],
  ['high angle to low angle', 'crane:D'],
  ['the camera moves from head to toe', 'tilt:D'],
  ['a shot from feet to head', 'tilt:U'],
  ['the camera follows her', 'truck:R'],
  ['follow shot of a cyclist', 'truck:R'],
  ['crab left', 'truck:L'],
  ['the camera strafes right', 'truck:R'],
  ['half-circle around the dancer', 'orbit'],
  ['turntable of the shoe', 'orbit'],
  ['the camera arcs around the table', 'orbit'],
  ['dolly in while zooming out', 'dolly-zoom:L'],
  ['canted angle', 'roll:L'],
  ['the camera spins', 'roll:R'],
  ['POV', 'dolly-in~'],
  ['first-person walk through the forest', 'dolly-in~'],
  ['point-of-view shot', 'dolly-in~'],
  ['shoulder-mounted camera', 'static~'],
  // Refused, all or in part.
  ["don't zoom", 'static'],
  ['don’t zoom', 'static'],
  ['no zoom', 'static'],
  ["pan left but don't zoom", 'pan:L'],
  ['do not zoom in, orbit around her', 'orbit'],
  ['no panning, just push in', 'dolly-in'],
  ['without any camera movement', 'static'],
  ['the camera must stay completely still', 'static'],
  ['keep the camera still', 'static'],
  ['hold the shot', 'static'],
  ['镜头不动', 'static'],
  ['镜头保持静止', 'static'],
  ['不要变焦', 'static'],
  ['不要推近，向左摇', 'pan:L'],
  ['没有旋转，镜头上升', 'crane:U'],
  // Two at once, three and four in sequence.
  ['slowly orbit right while pushing in', 'orbit:R+dolly-in'],
  ['tilt up and pull back', 'tilt:U+dolly-out'],
  ['truck left then tilt up then zoom in', 'truck:L>tilt:U>zoom-in'],
  ['first pan right, next crane up, finally dolly out', 'pan:R>crane:U>dolly-out'],
  ['镜头推近，然后环绕，接着上升，最后拉远', 'dolly-in>orbit>crane:U>dolly-out'],
  ['一边向左移一边放大', 'truck:L+zoom-in'],
  // Mixed languages, emoji.
  ['镜头 zoom in 到脸部', 'zoom-in'],
  ['slow pan left, 然后推近', 'pan:L>dolly-in'],
  ['Dolly in 🎥 then 🔥 orbit!', 'dolly-in>orbit'],
  ['🎬 ＺＯＯＭ　ＯＵＴ 🎬', 'zoom-out'],
  ['手持镜头 follow shot', 'truck:R~'],
  ['甩镜头向左', 'pan:L!'],
  ['航拍城市', 'crane:U'],
  ['第一人称视角', 'dolly-in~'],
  ['镜头从头到脚', 'tilt:D'],
  ['镜头跟随女孩', 'truck:R'],
  ['倾斜镜头', 'roll:L'],
  ['静态镜头', 'static'],
  ['弧形运镜', 'orbit'],
  ['焦距推近', 'zoom-in'],
  ['往左移', 'truck:L'],
  // What only sounds like a camera.
  ['a frying pan on the stove', 'none'],
  ['rolling hills under a blue sky', 'none'],
  ['she is ecstatic, rock and roll', 'none'],
  ['a cat sits then jumps', 'none'],
  ['a girl with a tilted head', 'none'],
  ['a crane stands in the shallow water', 'none'],
  ['a still life with pears', 'none'],
  ['tracks in the snow', 'none'],
  ['petals drift in the wind', 'none'],
  ['一只猫坐在窗边', 'none'],
  ['walking towards school', 'none'],
  ['a woman holding a camera', 'none'],
  ['dressed in red from head to toe', 'none'],
  ['birds flying over the lake', 'none'],
  ['a girl walks towards the house', 'none'],
  ['rain falls from the sky to the ground', 'none'],
  ['a pan of soup, rolled oats', 'none'],
  ['she follows her dream', 'none'],
  ['没有风的湖面', 'none'],
  ['', 'none'],
  ['🙂🙂🙂', 'none'],
];

for (const [prompt, expected] of table) {
  test(`shot of "${prompt}"`, () => assert.equal(spellShot(prompt), expected));
}

test('adverbs scale the move', () => {
  assert.equal(parseShot('slowly zoom in', 1).pace, 0.7);
  assert.equal(parseShot('quickly zoom in', 1).pace, 1.5);
  assert.equal(parseShot('快速推进', 1).pace, 1.5);
  assert.equal(parseShot('zoom in', 1).pace, 1);
});

test('without a word about the camera the seed chooses, and says so', () => {
  const kinds = new Set(Array.from({ length: 40 }, (_, seed) => parseShot('a cat', seed).segments[0]?.[0]?.kind));
  assert.ok(kinds.size >= 3, [...kinds].join());
  assert.equal(parseShot('a cat', 3).asked, false);
  assert.deepEqual(parseShot('a cat', 3), parseShot('a cat', 3));
});

test('what speaks of the camera and is not understood is told, and the picture chooses', () => {
  const shot = parseShot('The camera performs a quintuple corkscrew. A cat.', 1);
  assert.equal(shot.asked, false);
  assert.equal(shot.notUnderstood.length, 1);
  assert.match(shot.notUnderstood[0] ?? '', /corkscrew/);
  assert.deepEqual(parseShot('a cat', 1).notUnderstood, []);
  assert.deepEqual(parseShot('zoom in', 1).notUnderstood, []);
  assert.equal(parseShot('镜头做一个螺旋桨动作', 1).notUnderstood.length, 1);
  assert.deepEqual(parseShot('a woman holding a camera', 1).notUnderstood, []);
  assert.ok((parseShot(`the camera ${'wobulates '.repeat(400)}`, 1).notUnderstood[0] ?? '').length <= 80);
});

test('a later part has a pace of its own', () => {
  const { pace, segments } = parseShot('slowly zoom in, then quickly pan left', 1);
  assert.equal(pace, 0.7);
  assert.equal(segments[0]?.[0]?.share, undefined);
  assert.ok(Math.abs((segments[1]?.[0]?.share ?? 0) - 1.5 / 0.7) < 1e-9);
});

test('the move that nobody asked for suits the picture', () => {
  const kindsFor = (composition: Composition) =>
    new Set(
      Array.from({ length: 40 }, (_, seed) =>
        parseShot('', seed, composition).segments[0]?.map(({ kind }) => kind),
      ).flat(),
    );
  const of = (subject: Composition['subject'], aspect: number, isTiny = false) =>
    [...kindsFor({ subject, aspect, isTiny })].sort().join(' ');
  assert.equal(of('person', 0.6), 'dolly-in orbit');
  assert.equal(of('person', 1.8), 'dolly-in orbit');
  assert.equal(of('none', 2.4), 'pan truck');
  assert.equal(of('none', 0.5), 'tilt');
  assert.equal(of('none', 1.8, true), 'static');
  assert.equal(of('person', 1, true), 'static');
});

test('a place in the picture that the camera goes to', () => {
  const targetOf = (prompt: string) => parseShot(prompt, 1).target;
  assert.deepEqual(targetOf('zoom in on the upper left corner'), { x: 0.25, y: 0.25 });
  assert.deepEqual(targetOf('dolly in towards the right side'), { x: 0.75 });
  assert.deepEqual(targetOf('push in on the bottom right'), { x: 0.75, y: 0.75 });
  assert.deepEqual(targetOf('zoom in on the middle'), { x: 0.5, y: 0.5 });
  assert.deepEqual(targetOf('推近到画面左上'), { x: 0.25, y: 0.25 });
  assert.deepEqual(targetOf('放大右侧'), { x: 0.75 });
  for (const prompt of ['pan to the left', 'truck to the right', 'zoom in', 'zoom in on the top hat', '向左移']) {
    assert.equal(targetOf(prompt), undefined, prompt);
  }
});

test('a hostile prompt costs no time', () => {
  const started = performance.now();
  parseShot('camera '.repeat(50_000), 1);
  parseShot('close up to '.repeat(20_000), 1);
  parseShot('a'.repeat(1_000_000), 1);
  parseShot('the camera is is the shot then '.repeat(5000), 1);
  parseShot('zoom in on zoom in on '.repeat(5000), 1);
  parseShot('no zoom no pan don’t '.repeat(5000), 1);
  parseShot('镜头向左'.repeat(2000), 1);
  parseShot('🎥'.repeat(20_000), 1);
  assert.ok(performance.now() - started < 5_000);
});
