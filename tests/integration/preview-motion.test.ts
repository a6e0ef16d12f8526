/** What films do when a prompt names a camera move, measured by optical flow: direction, strength, and that nothing trembles. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { JsonObject } from '../../src/core/json.ts';
import { moveKinds } from '../../src/engines/preview/prompt/moves.ts';
import { lumasOf, readFilmFrames } from '../support/film-frames.ts';
import { type Flow, flowOf, followCorners, jitterOf, speedOf, type Track } from '../support/optical-flow.ts';
import { readPhoto } from '../support/photos.ts';
import { makeJob, openPreviewWorld, pictureFile } from '../support/preview-engine.ts';

const world = openPreviewWorld();
after(() => world[Symbol.asyncDispose]());

/** Textured all over, and one layer. */
const harbour = 'nagasaki-boats.jpg';
/** A person before a background: two layers. */
const portrait = 'astronaut.png';
const corners = 80;
/** Films are rendered two at a time: each test waits for ffmpeg and the render process most of its time. */
const concurrency = 2;

type Motion = {
  readonly width: number;
  readonly tracks: readonly Track[];
  readonly flow: Flow;
  readonly jitter: number;
  readonly speed: number;
  readonly kinds: readonly string[];
};

function motionIn(path: string, kinds: readonly string[] = []): Motion {
  const film = readFilmFrames(path);
  const tracks = followCorners(lumasOf(film), corners);
  assert.ok(tracks.length >= 20, `only ${tracks.length} corners could be followed`);
  return { width: film.width, tracks, flow: flowOf(tracks), jitter: jitterOf(tracks), speed: speedOf(tracks), kinds };
}

async function motionOf(prompt: string, photo = harbour, extra: JsonObject = {}): Promise<Motion> {
  const input = { prompt, resolution: '360p', duration: 2, movement_amplitude: 'medium', ...extra };
  const film = await world.render(makeJob('image-to-video', input, [pictureFile(readPhoto(photo))]));
  const { moves, handheld } = film.metadata.understood as { moves: { kind: string }[][]; handheld: boolean };
  const motion = motionIn(film.path, [...moves.flat().map(({ kind }) => kind), ...(handheld ? ['handheld'] : [])]);
  await film.release();
  return motion;
}

const told = ({ flow, jitter, speed }: Motion) => JSON.stringify({ ...flow, jitter, speed });

/** ffmpeg's own way to zoom into a still, by as much as the engine does. */
function zoompanJitter(): number {
  const path = join(world.root, 'zoompan.mp4');
  const photo = join(import.meta.dirname, '../../examples/photos', harbour);
  const zoom = "zoompan=z='1+0.24*on/48':x='iw/2-iw/zoom/2':y='ih/2-ih/zoom/2':d=48:s=450x360:fps=24";
  const encode = ['-frames:v', '48', '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '17', '-y', path];
  execFileSync('ffmpeg', ['-v', 'error', '-i', photo, '-vf', `scale=450:360,${zoom},format=yuv420p`, ...encode]);
  return motionIn(path).jitter;
}

const mostJitter = 0.3;

type Expectation = {
  readonly kind: (typeof moveKinds)[number];
  readonly prompt: string;
  /** Of the content, which goes against the camera. Lengths are shares of the width. */
  readonly isRight: (flow: Flow, share: (pixels: number) => number) => boolean;
};

/** A shift that is clearly along one axis, and not smaller than a fiftieth of the width. */
const goes = (along: number, across: number) => along > 0.02 && along > 1.5 * Math.abs(across);

const expectations: readonly Expectation[] = [
  { kind: 'pan', prompt: 'pan left', isRight: ({ dx, dy }, share) => goes(share(dx), share(dy)) },
  { kind: 'pan', prompt: 'pan right', isRight: ({ dx, dy }, share) => goes(-share(dx), share(dy)) },
  { kind: 'tilt', prompt: 'tilt up', isRight: ({ dx, dy }, share) => goes(share(dy), share(dx)) },
  { kind: 'tilt', prompt: 'tilt down', isRight: ({ dx, dy }, share) => goes(-share(dy), share(dx)) },
  { kind: 'truck', prompt: 'truck left', isRight: ({ dx, dy }, share) => goes(share(dx), share(dy)) },
  { kind: 'truck', prompt: '镜头向右平移', isRight: ({ dx, dy }, share) => goes(-share(dx), share(dy)) },
  { kind: 'crane', prompt: 'crane up', isRight: ({ dx, dy }, share) => goes(share(dy), share(dx)) },
  { kind: 'crane', prompt: 'the camera descends', isRight: ({ dx, dy }, share) => goes(-share(dy), share(dx)) },
  { kind: 'zoom-in', prompt: 'zoom in', isRight: ({ growth }) => growth > 0.1 },
  { kind: 'zoom-out', prompt: 'zoom out', isRight: ({ growth }) => growth < -0.1 },
  { kind: 'dolly-in', prompt: '镜头推进', isRight: ({ growth }) => growth > 0.1 },
  { kind: 'dolly-out', prompt: 'pull back', isRight: ({ growth }) => growth < -0.1 },
  { kind: 'push-past', prompt: 'push past the foreground', isRight: ({ growth }) => growth > 0.1 },
  {
    kind: 'static',
    prompt: 'static camera',
    isRight: ({ dx, dy, growth, turn }, share) =>
      Math.abs(share(dx)) < 0.01 && Math.abs(share(dy)) < 0.01 && Math.abs(growth) < 0.02 && Math.abs(turn) < 0.01,
  },
];

const seen = new Map<string, Motion>();

test('every move goes where its name says, and none trembles', { concurrency }, async (t) => {
  const bound = Math.min(mostJitter, zoompanJitter() / 10);
  assert.ok(bound > 0.1, `zoompan trembles by no more than ${bound * 10} px here: the measure has lost its sense`);
  const all = expectations.map(({ kind, prompt, isRight }) =>
    t.test(`${kind}: ${prompt}`, async () => {
      const motion = await motionOf(prompt);
      seen.set(prompt, motion);
      assert.deepEqual(motion.kinds, [kind]);
      assert.ok(
        isRight(motion.flow, (pixels) => pixels / motion.width),
        told(motion),
      );
      assert.ok(motion.jitter <= bound, told(motion));
    }),
  );
  await Promise.all(all);
});

test('a camera that travels parts near from far; one that only turns does not', () => {
  const parallax = (prompt: string) => seen.get(prompt)?.flow.parallax ?? assert.fail(`${prompt} was not seen`);
  assert.ok(parallax('truck left') > 1.5 * parallax('pan left'), `${parallax('truck left')} ${parallax('pan left')}`);
  const past = parallax('push past the foreground');
  assert.ok(past > 1.5 * parallax('zoom in'), `${past} ${parallax('zoom in')}`);
});

/** Of the tracks that begin in a part of the frame, given in shares of its sides (which are alike here). */
function flowIn({ tracks, width }: Motion, left: number, top: number, right: number, bottom: number): Flow {
  const inside = tracks.filter(([from]) => {
    const [x, y] = [(from?.x ?? 0) / width, (from?.y ?? 0) / width];
    return x >= left && x < right && y >= top && y < bottom;
  });
  return flowOf(inside);
}

/** The portrait's face, and the rocket model far behind it. */
const faceOf = (motion: Motion) => flowIn(motion, 0.3, 0.05, 0.6, 0.4);
const rocketOf = (motion: Motion) => flowIn(motion, 0.68, 0.05, 0.98, 0.5);

test('an orbit turns around the subject: what lies behind goes with the camera', { concurrency }, async (t) => {
  const shifts = new Map<string, { behind: number; face: number }>();
  const orbit = async (prompt: string) => {
    const motion = await motionOf(prompt, portrait);
    assert.deepEqual(motion.kinds, ['orbit']);
    const [face, rocket] = [faceOf(motion), rocketOf(motion)];
    shifts.set(prompt, { behind: (rocket.dx - face.dx) / motion.width, face: face.dx / motion.width });
    assert.ok(motion.jitter <= mostJitter, told(motion));
  };
  const prompts = ['orbit to the left', 'orbit to the right'];
  await Promise.all(prompts.map((prompt) => t.test(prompt, () => orbit(prompt))));
  const [left, right] = prompts.map((prompt) => shifts.get(prompt) ?? assert.fail(prompt));
  assert.ok(left && right);
  // Both grow alike, which moves the rocket to the right both times; the difference is the orbit's.
  assert.ok(right.behind - left.behind > 0.02, JSON.stringify([left, right]));
  assert.ok(Math.abs(right.face) < 0.03 && Math.abs(left.face) < 0.03, JSON.stringify([left, right]));
});

test('a dolly zoom changes the subject and what lies behind it unlike each other', async () => {
  const motion = await motionOf('dolly zoom', portrait);
  assert.deepEqual(motion.kinds, ['dolly-zoom']);
  const [face, rocket] = [faceOf(motion), rocketOf(motion)];
  assert.ok(Math.abs(face.growth - rocket.growth) > 0.04, JSON.stringify([face, rocket]));
  assert.ok(motion.jitter <= mostJitter, told(motion));
});

test('a camera that rolls to the left turns what it sees clockwise, and to the right the other way', {
  concurrency,
}, async (t) => {
  const roll = async (prompt: string, clockwise: number) => {
    const motion = await motionOf(prompt);
    assert.deepEqual(motion.kinds, ['roll']);
    assert.ok(clockwise * motion.flow.turn > 0.03, told(motion));
    assert.ok(motion.jitter <= mostJitter, told(motion));
  };
  const ways = [
    ['roll to the left', 1],
    ['roll to the right', -1],
  ] as const;
  await Promise.all(ways.map(([prompt, clockwise]) => t.test(prompt, () => roll(prompt, clockwise))));
});

test('a handheld camera is never still, and goes nowhere', async () => {
  const motion = await motionOf('handheld');
  const { flow, speed, width } = motion;
  assert.ok(motion.kinds.includes('handheld'));
  const still = seen.get('static camera') ?? assert.fail();
  assert.ok(speed > 4 * still.speed, `${speed} beside ${still.speed}`);
  assert.ok(Math.abs(flow.dx) < 0.05 * width && Math.abs(flow.dy) < 0.05 * width, told(motion));
});

test('no move is left out here', () => {
  const others = ['orbit', 'dolly-zoom', 'roll', 'handheld'];
  assert.deepEqual([...new Set([...expectations.map(({ kind }) => kind), ...others])].sort(), [...moveKinds].sort());
});

test('small, medium and large are each 1.4 times as strong as the one before', { concurrency }, async (t) => {
  const strengths: readonly (readonly [prompt: string, of: (flow: Flow) => number])[] = [
    ['pan left', ({ dx }) => dx],
    ['truck left', ({ dx }) => dx],
    ['zoom in', ({ growth }) => growth],
    ['镜头推进', ({ growth }) => growth],
  ];
  const of = async (prompt: string, movement_amplitude: string, strength: (flow: Flow) => number) => {
    // As in the films above, so that none is rendered twice.
    const known = movement_amplitude === 'medium' ? seen.get(prompt) : undefined;
    return strength((known ?? (await motionOf(prompt, harbour, { movement_amplitude }))).flow);
  };
  const all = strengths.map(([prompt, strength]) =>
    t.test(prompt, async () => {
      const small = await of(prompt, 'small', strength);
      const medium = await of(prompt, 'medium', strength);
      const large = await of(prompt, 'large', strength);
      assert.ok(medium >= 1.4 * small && large >= 1.4 * medium, `${small} ${medium} ${large}`);
    }),
  );
  await Promise.all(all);
});
