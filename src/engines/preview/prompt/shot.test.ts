import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Move, parseShot } from './shot.ts';

/** `in` push in, `out` pull out, `pan:L` and so on; `+` joins what happens together, `>` what follows. */
function spell(move: Move): string {
  const names: Partial<Record<Move['kind'], string>> = { 'push-in': 'in', 'pull-out': 'out' };
  const side = move.x < 0 ? 'L' : move.x > 0 ? 'R' : '';
  const height = move.y < 0 ? 'U' : move.y > 0 ? 'D' : '';
  const way = height + side;
  return (names[move.kind] ?? move.kind) + (way === '' ? '' : `:${way}`);
}

function spellShot(prompt: string): string {
  const shot = parseShot(prompt, 1);
  if (!shot.asked) return 'none';
  const text = shot.segments.map((moves) => moves.map(spell).join('+')).join('>');
  return shot.handheld ? `${text}~` : text;
}

const table: readonly (readonly [prompt: string, expected: string])[] = [
  ['zoom in', 'in'],
  ['Slowly zooming in on her face', 'in'],
  ['the camera pushes in', 'in'],
  ['push-in towards the door', 'in'],
  ['dolly in', 'in'],
  ['Camera moves closer to the cat', 'in'],
  ['camera moves forward through the fog', 'in'],
  ['track in', 'in'],
  ['from a wide shot to a close-up', 'in'],
  ['zoom out', 'out'],
  ['pull back to reveal the valley', 'out'],
  ['the camera pulls away', 'out'],
  ['dolly out', 'out'],
  ['camera moves back', 'out'],
  ['from close-up to long shot', 'out'],
  ['zooms slowly out', 'out'],
  ['pan left', 'pan:L'],
  ['pan to the left', 'pan:L'],
  ['the camera pans right', 'pan:R'],
  ['panning slowly to the right', 'pan:R'],
  ['pan up', 'pan:U'],
  ['pan down', 'pan:D'],
  ['pan up left', 'pan:UL'],
  ['camera pans across the room', 'pan:R'],
  ['from left to right', 'pan:R'],
  ['right-to-left sweep', 'pan:L'],
  ['tilt up', 'pan:U'],
  ['the camera tilts down', 'pan:D'],
  ['truck left', 'truck:L'],
  ['tracking to the right', 'truck:R'],
  ['camera slides left', 'truck:L'],
  ['crane up', 'truck:U'],
  ['crane down', 'truck:D'],
  ['pedestal up', 'truck:U'],
  ['the camera rises', 'truck:U'],
  ['the camera descends', 'truck:D'],
  ['orbit around the statue', 'orbit'],
  ['arc shot', 'orbit'],
  ['camera circles around her', 'orbit'],
  ['orbits clockwise', 'orbit:L'],
  ['dolly zoom', 'dolly-zoom'],
  ['vertigo effect', 'dolly-zoom'],
  ['camera roll', 'roll:L'],
  ['camera rolls clockwise', 'roll:R'],
  ['dutch angle', 'roll:L'],
  ['static shot', 'static'],
  ['locked-off camera', 'static'],
  ['no camera movement', 'static'],
  ["don't move the camera, zoom in", 'static'],
  ['the camera does not move', 'static'],
  ['camera stays fixed', 'static'],
  ['handheld', 'static~'],
  ['hand-held camera pushes in', 'in~'],
  ['zoom in while panning left', 'in+pan:L'],
  ['pan right and tilt up', 'pan:R+pan:U'],
  ['pan left then zoom in', 'pan:L>in'],
  ['push in, and then orbit around him, finally pull out', 'in>orbit>out'],
  ['tilt up followed by a slow pan right', 'pan:U>pan:R'],
  ['镜头缓缓推进', 'in'],
  ['镜头拉远', 'out'],
  ['从特写到远景', 'out'],
  ['镜头向左移', 'truck:L'],
  ['镜头向右平移', 'truck:R'],
  ['镜头左摇', 'pan:L'],
  ['从左到右', 'pan:R'],
  ['镜头上摇', 'pan:U'],
  ['镜头上升', 'truck:U'],
  ['镜头下降', 'truck:D'],
  ['环绕人物', 'orbit'],
  ['希区柯克变焦', 'dolly-zoom'],
  ['固定镜头', 'static'],
  ['手持镜头', 'static~'],
  ['镜头推进，然后向右摇', 'in>pan:R'],
  ['先拉远,再向左移', 'out>truck:L'],
  // What only sounds like a camera.
  ['a frying pan on the stove', 'none'],
  ['rolling hills under a blue sky', 'none'],
  ['she is ecstatic, rock and roll', 'none'],
  ['a cat sits then jumps', 'none'],
  ['a girl with a tilted head', 'none'],
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

test('a hostile prompt costs no time', () => {
  const started = performance.now();
  parseShot('camera '.repeat(50_000), 1);
  parseShot('close up to '.repeat(20_000), 1);
  parseShot('a'.repeat(1_000_000), 1);
  assert.ok(performance.now() - started < 500);
});
