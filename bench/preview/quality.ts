/** What the films are like: identity, motion, borders, sound, exactness. Each function answers a table, the heading first. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import sharp from 'sharp';
import type { JsonObject } from '../../src/core/json.ts';
import { resolveFfmpeg } from '../../src/engines/preview/ffmpeg.ts';
import { videoCodecArguments } from '../../src/engines/preview/film/encode.ts';
import type { Encoder } from '../../src/engines/preview/protocol.ts';
import { borderDepths, borderPixels, photoWithBorder } from '../../tests/support/border-photo.ts';
import { lumaOf, lumasOf, readFilmFrames } from '../../tests/support/film-frames.ts';
import { likenessToCrop } from '../../tests/support/likeness.ts';
import { loudnessOf } from '../../tests/support/loudness.ts';
import { type Flow, flowOf, followCorners, jitterOf, speedOf } from '../../tests/support/optical-flow.ts';
import { readPhoto } from '../../tests/support/photos.ts';
import { makeJob, type PreviewWorld, pictureFile, type Rendered } from '../../tests/support/preview-engine.ts';
import { checkExact, randomRequests } from '../../tests/support/random-requests.ts';
import type { Photograph } from './photographs.ts';

export type Table = readonly (readonly string[])[];

const textured = 'nagasaki-boats.jpg';

async function filmOf<T>(
  world: PreviewWorld,
  photo: Uint8Array,
  input: JsonObject,
  read: (film: Rendered) => T | Promise<T>,
): Promise<T> {
  const film = await world.render(makeJob('image-to-video', input, [pictureFile(photo)]));
  try {
    return await read(film);
  } finally {
    await film.release();
  }
}

/** Frame 0 beside the photograph; and what of the difference the encoder makes by itself. */
export async function identityTable(world: PreviewWorld, photographs: readonly Photograph[], resolution: string) {
  const rows: string[][] = [['photograph', 'layers', 'SSIM of frame 0', 'target', 'encoder alone']];
  const encoder = await resolveFfmpeg(undefined, AbortSignal.timeout(60_000));
  for (const { name, bytes } of photographs) {
    const input = { prompt: 'pan left', resolution, duration: 0.5 };
    rows.push(
      await filmOf(world, bytes, input, async ({ path, metadata }) => {
        const frames = readFilmFrames(path, [0]);
        const likeness = await likenessToCrop(lumaOf(frames, 0), bytes);
        const alone = await encoderAlone(encoder, world.root, bytes, frames);
        const layers = Number(metadata.layers);
        return [name, String(layers), likeness.toFixed(4), layers === 1 ? '0.985' : '0.975', alone.toFixed(4)];
      }),
    );
  }
  return rows;
}

async function encoderAlone(
  encoder: Encoder,
  directory: string,
  bytes: Uint8Array,
  { width, height }: { width: number; height: number },
) {
  const [still, film] = [join(directory, 'still.png'), join(directory, 'still.mp4')];
  await sharp(bytes).resize(width, height).flatten({ background: '#f2f2f2' }).png().toFile(still);
  const colours = 'scale=out_color_matrix=bt709:out_range=tv,format=yuv420p';
  const input = ['-v', 'error', '-y', '-loop', '1', '-framerate', '24', '-i', still, '-t', '0.5', '-vf', colours];
  execFileSync(encoder.path, [...input, ...videoCodecArguments(encoder, width * height), film]);
  return await likenessToCrop(lumaOf(readFilmFrames(film, [0]), 0), await sharp(still).toBuffer());
}

type Motion = { readonly flow: Flow; readonly jitter: number; readonly speed: number; readonly width: number };

function motionIn(path: string): Motion {
  const film = readFilmFrames(path);
  const tracks = followCorners(lumasOf(film), 100);
  return { flow: flowOf(tracks), jitter: jitterOf(tracks), speed: speedOf(tracks), width: film.width };
}

const moves: readonly (readonly [prompt: string, expected: string])[] = [
  ['pan left', 'content goes right'],
  ['pan right', 'content goes left'],
  ['tilt up', 'content goes down'],
  ['tilt down', 'content goes up'],
  ['truck left', 'right, near things more'],
  ['truck right', 'left, near things more'],
  ['crane up', 'content goes down'],
  ['crane down', 'content goes up'],
  ['zoom in', 'grows'],
  ['zoom out', 'shrinks'],
  ['dolly in', 'grows, near things more'],
  ['dolly out', 'shrinks, near things more'],
  ['push past the foreground', 'grows, near things most'],
  ['dolly zoom', 'near and far unlike'],
  ['orbit to the left', 'middle stays'],
  ['orbit to the right', 'middle stays'],
  ['roll to the left', 'turns'],
  ['roll to the right', 'turns the other way'],
  ['static camera', 'stays'],
  ['handheld', 'goes nowhere'],
];

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function motionRow(name: string, expected: string, { flow, jitter, width }: Motion, bound: string): string[] {
  const { dx, dy, growth, turn, parallax } = flow;
  const degrees = `${((turn * 180) / Math.PI).toFixed(1)}°`;
  const shares = [dx / width, dy / width, growth].map(percent);
  return [name, expected, ...shares, degrees, percent(parallax / width), jitter.toFixed(3), bound];
}

/** Every named move at `medium`, beside what ffmpeg's own filter does. */
export async function motionTable(world: PreviewWorld, seconds: number): Promise<Table> {
  const heading = ['move', 'asked for', 'right', 'down', 'growth', 'turn', 'parallax', 'jitter, px', 'at most'];
  const zoompan = zoompanMotions(world.root, seconds);
  const [[, plain]] = zoompan;
  const bound = Math.min(0.3, plain.jitter / 10);
  const rows: string[][] = [heading];
  for (const [prompt, expected] of moves) {
    const input = { prompt, resolution: '540p', duration: seconds, movement_amplitude: 'medium' };
    const motion = await filmOf(world, readPhoto(textured), input, ({ path }) => motionIn(path));
    rows.push(motionRow(prompt, expected, motion, prompt === 'handheld' ? '-' : bound.toFixed(3)));
  }
  for (const [name, motion] of zoompan) rows.push(motionRow(name, 'grows', motion, '-'));
  return rows;
}

type NamedMotion = readonly [name: string, motion: Motion];

/** As it is used out of the box, and over a picture that was enlarged first. */
function zoompanMotions(directory: string, seconds: number): readonly [NamedMotion, NamedMotion] {
  const photo = join(import.meta.dirname, '../../examples/photos', textured);
  const frames = Math.round(seconds * 24);
  const path = join(directory, 'zoompan.mp4');
  const zoom = `zoompan=z='1+0.24*on/${frames}':x='iw/2-iw/zoom/2':y='ih/2-ih/zoom/2':d=${frames}:s=676x540:fps=24`;
  const encode = ['-frames:v', String(frames), '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '17', '-y', path];
  const motionOver = (scale: string) => {
    execFileSync('ffmpeg', ['-v', 'error', '-i', photo, '-vf', `${scale},${zoom},format=yuv420p`, ...encode]);
    return motionIn(path);
  };
  return [
    ['ffmpeg zoompan', motionOver('scale=676:540')],
    ['ffmpeg zoompan of 8,000 px', motionOver('scale=8000:-2')],
  ];
}

/** How far the content goes with each amplitude, and by what factor from one to the next. */
export async function amplitudeTable(world: PreviewWorld): Promise<Table> {
  const rows: string[][] = [['move', 'small', 'medium', 'large', 'steps', 'target']];
  const shift = ({ flow, width }: Motion) => Math.abs(flow.dx) / width;
  const growth = ({ flow }: Motion) => flow.growth;
  // A picture that grows moves its corners aside as well, unless they lie evenly around the middle: both ways are averaged.
  const strengths: readonly (readonly [prompts: readonly string[], (motion: Motion) => number])[] = [
    [['pan left', 'pan right'], shift],
    [['truck left', 'truck right'], shift],
    [['zoom in'], growth],
    [['dolly in'], growth],
  ];
  for (const [prompts, strength] of strengths) {
    const found: number[] = [];
    for (const movement_amplitude of ['small', 'medium', 'large']) {
      let sum = 0;
      for (const prompt of prompts) {
        const input = { prompt, resolution: '360p', duration: 2, movement_amplitude };
        sum += await filmOf(world, readPhoto(textured), input, ({ path }) => strength(motionIn(path)));
      }
      found.push(sum / prompts.length);
    }
    const [small = 0, medium = 0, large = 0] = found;
    const steps = `${(medium / small).toFixed(2)}, ${(large / medium).toFixed(2)}`;
    rows.push([prompts.join(', '), ...found.map(percent), steps, '1.40 each']);
  }
  return rows;
}

const journeys = [
  'pan left, then tilt up, then push past the foreground, then orbit to the left',
  'pan right, then crane down, then dolly zoom, then roll to the right, handheld',
  'truck left, then zoom in, then crane up, wind in the trees, ripples on the water',
];

/** A border of two pixels in a colour of its own: how deep it ever reaches, and how much of all frames lies deeper than it may. */
export async function borderTable(world: PreviewWorld): Promise<Table> {
  const rows: string[][] = [['photograph', 'moves, large', 'border, px', 'deepest, px', 'frames with holes', 'target']];
  for (const photo of ['nagasaki-boats.jpg', 'astronaut.png']) {
    const bytes = await photoWithBorder(photo, 480, 360);
    for (const prompt of journeys) {
      const input = { prompt, resolution: '360p', duration: 4, movement_amplitude: 'large', aspect_ratio: '4:3' };
      const depths = await filmOf(world, bytes, input, ({ path }) => borderDepths(readFilmFrames(path)));
      const holes = depths.filter((depth) => depth > borderPixels * 3 + 2).length / depths.length;
      rows.push([photo, prompt, String(borderPixels), String(Math.max(...depths)), percent(holes), '0.0 %']);
    }
  }
  return rows;
}

export async function loudnessTable(world: PreviewWorld): Promise<Table> {
  const rows: string[][] = [['prompt', 'seconds', 'LUFS', 'target', 'true peak, dBFS', 'at most']];
  for (const prompt of ['a quiet lake at dawn', 'an epic storm over the sea', 'a happy dance on a meadow']) {
    for (const duration of [1, 5, 16]) {
      const film = await world.render(
        makeJob('text-to-video', { prompt, resolution: '360p', duration, bgm: true }, []),
      );
      const { integratedLufs, truePeakDb } = loudnessOf(film.path);
      await film.release();
      rows.push([prompt, String(duration), integratedLufs.toFixed(1), '-16 ± 1', truePeakDb.toFixed(1), '-1']);
    }
  }
  return rows;
}

/** How many random requests were met exactly, and what the first misses were. */
export async function exactTable(world: PreviewWorld, count: number): Promise<Table> {
  const tally = new Map<string, { asked: number; misses: string[] }>();
  for (const request of randomRequests(count, 11)) {
    const entry = tally.get(request.operation) ?? { asked: 0, misses: [] };
    tally.set(request.operation, entry);
    entry.asked += 1;
    await checkExact(world, request).catch((error: unknown) => entry.misses.push(String(error).split('\n')[0] ?? ''));
  }
  const rows = [...tally].map(([operation, { asked, misses }]) => {
    const remark = misses[0]?.slice(0, 80).replaceAll('|', '/') ?? '-';
    return [operation, String(asked), String(asked - misses.length), String(asked), remark];
  });
  return [['operation', 'asked', 'exact', 'target', 'first miss'], ...rows];
}
