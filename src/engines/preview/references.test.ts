/** Reference to video with real renders of flat colours: who appears when, with whom, and what is heard. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import {
  filmFile,
  groupMembers,
  type JobFile,
  makeJob,
  openPreviewWorld,
  pictureFile,
  probe,
  type Rendered,
  sha256,
} from '../../../tests/support/preview-engine.ts';
import type { JsonObject } from '../../core/json.ts';

const world = openPreviewWorld();
after(() => world[Symbol.asyncDispose]());

const colours = { red: '#c02020', green: '#20a020', blue: '#2030c0' } as const;
type ColourName = keyof typeof colours;

/** A picture of one colour. */
async function flat(name: ColourName): Promise<JobFile> {
  const create = { width: 320, height: 180, channels: 3, background: colours[name] } as const;
  return pictureFile(await sharp({ create }).png().toBuffer());
}

/** A disc of one colour, cut out already: its outline is known for certain. */
async function disc(name: ColourName): Promise<JobFile> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"><circle cx="150" cy="150" r="110" fill="${colours[name]}"/></svg>`;
  return pictureFile(await sharp(Buffer.from(svg)).png().toBuffer());
}

type Rgb = readonly [number, number, number];

/** The pixels of one frame, 32 by 18 of them. */
function frameOf(film: Rendered, frame: number): Rgb[] {
  const filter = `select=eq(n\\,${frame}),scale=32:18:flags=area`;
  const args = [
    '-v',
    'error',
    '-i',
    film.path,
    '-vf',
    filter,
    '-frames:v',
    '1',
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgb24',
    '-',
  ];
  const bytes = execFileSync('ffmpeg', args);
  return Array.from(
    { length: bytes.length / 3 },
    (_, index) => [...bytes.subarray(3 * index, 3 * index + 3)] as unknown as Rgb,
  );
}

function nameOf([red, green, blue]: Rgb): ColourName | 'none' {
  const most = Math.max(red, green, blue);
  const others = red + green + blue - most;
  if (most < 50 || others > most * 1.1) return 'none';
  return most === red ? 'red' : most === green ? 'green' : 'blue';
}

/** The colour of most of a frame. */
function colourAt(film: Rendered, frame: number): ColourName | 'none' {
  const counts = new Map<ColourName | 'none', number>();
  const pixels = frameOf(film, frame);
  for (const pixel of pixels) counts.set(nameOf(pixel), (counts.get(nameOf(pixel)) ?? 0) + 1);
  for (const [name, count] of counts) if (count > pixels.length * 0.6) return name;
  return 'none';
}

const small = { resolution: '360p', aspect_ratio: '16:9' } as const;
const job = (prompt: string, files: readonly JobFile[], input: JsonObject = {}, seed = 1) =>
  makeJob('reference-to-video', { prompt, ...small, duration: 2, ...input }, files, seed);
const shotsOf = ({ metadata }: Rendered) => (metadata.understood as JsonObject).shots as JsonObject[];

test('who is named appears, in the order of the names, once for each time', async () => {
  const files = await Promise.all([flat('red'), flat('green'), flat('blue')]);
  const film = await world.render(job('@Picture2 turns, cut to 图1, cut to @Picture2. @Picture9 waits', files));
  assert.equal(probe(film.path)[0]?.nb_frames, '48');
  assert.deepEqual(
    [0, 14, 17, 30, 33, 47].map((frame) => colourAt(film, frame)),
    ['green', 'green', 'red', 'red', 'green', 'green'],
  );
  const understood = film.metadata.understood as JsonObject;
  assert.deepEqual([understood.unknownNames, understood.notShown], [['@Picture9'], ['images[2]']]);
  assert.deepEqual(
    shotsOf(film).map(({ of, fromSeconds, transition }) => [of, fromSeconds, transition]),
    [
      [['images[1]'], 0, undefined],
      [['images[0]'], 0.667, 'cut'],
      [['images[1]'], 1.333, 'cut'],
    ],
  );
  await film.release();
});

test('who is not named comes last; a place is for who can be cut out, a photograph stays as it is', async () => {
  const files = await Promise.all([flat('red'), flat('green'), disc('blue')]);
  const prompt = '@Picture3 on the beach, then @Picture1 in the snow. Fade to black';
  const film = await world.render(job(prompt, files, { duration: 3 }));
  assert.deepEqual(
    [36, 60].map((frame) => colourAt(film, frame)),
    ['red', 'green'],
  );
  assert.ok(new Set(frameOf(film, 5).map(nameOf)).has('blue'));
  assert.ok(
    frameOf(film, 71).every((pixel) => Math.max(...pixel) < 30),
    'it ends in black',
  );
  assert.deepEqual(
    shotsOf(film).map(({ scene }) => scene),
    ['beach', undefined, undefined],
  );
  await film.release();
});

test('two in one clause appear together, in the place that it names, from the first frame to the last', async () => {
  const files = await Promise.all([disc('red'), disc('blue')]);
  const prompt = '@Picture1 dances while @Picture2 walks on the snow';
  const draw = async (seed: number) => {
    const film = await world.render(job(prompt, files, { duration: 1, frame_rate: 8 }, seed));
    const found = [0, 4, 7].map((frame) => new Set(frameOf(film, frame).map(nameOf)));
    const made = { found, hash: sha256(film.bytes), shots: shotsOf(film) };
    await film.release();
    return made;
  };
  const one = await draw(1);
  for (const names of one.found) assert.ok(names.has('red') && names.has('blue'), [...names].join());
  const [shot] = one.shots;
  assert.deepEqual([shot?.of, shot?.scene, shot?.actions], [['images[0]', 'images[1]'], 'snow', ['dance', 'walk']]);
  assert.equal((await draw(1)).hash, one.hash);
});

const makeFilm = (name: string, source: string, ...more: readonly string[]) => {
  const path = join(world.root, name);
  const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, ...more, ...codec, path]);
  return filmFile(path);
};

/** Loudness of a stretch of a film, in decibels below full scale. */
function loudness(film: Rendered, from: number, seconds: number): number {
  const filter = `atrim=${from}:${from + seconds},volumedetect`;
  const args = ['-hide_banner', '-i', film.path, '-af', filter, '-vn', '-f', 'null', '-'];
  const text = execFileSync('sh', ['-c', 'exec ffmpeg "$@" 2>&1', 'sh', ...args], { encoding: 'utf8' });
  return Number(/mean_volume: ([-\d.]+) dB/.exec(text)?.[1] ?? Number.NEGATIVE_INFINITY);
}

test('a film is heard in its own shot where no music is asked for', async () => {
  const clip = await makeFilm('own.mp4', 'color=c=0x2030c0:s=320x180:r=24:d=1', '-f', 'lavfi', '-i', 'sine=440:d=1');
  const files = [await flat('red'), clip];
  const film = await world.render(job('@Picture1, cut to @Video1', files, { bgm: false }));
  assert.deepEqual(
    [5, 44].map((frame) => colourAt(film, frame)),
    ['red', 'blue'],
  );
  const [start] = shotsOf(film)
    .slice(1)
    .map(({ fromSeconds }) => Number(fromSeconds));
  assert.ok(loudness(film, 0, (start ?? 0) - 0.1) < -60);
  assert.ok(loudness(film, (start ?? 0) + 0.2, 0.4) > -40);
  assert.equal(film.metadata.hasSound, true);
  await film.release();
});

test('who is named with a film stands before it while it plays', async () => {
  const graph = 'color=c=0x2030c0:s=320x180:r=24:d=0.5[a];color=c=0x20a020:s=320x180:r=24:d=0.5[b];[a][b]concat';
  const files = [await disc('red'), await makeFilm('two-colours.mp4', graph)];
  const film = await world.render(job('@Picture1 waves in @Video1', files, { duration: 1 }));
  const names = (frame: number) => frameOf(film, frame).map(nameOf);
  const count = (frame: number, name: ColourName) => names(frame).filter((one) => one === name).length;
  for (const [frame, behind] of [
    [2, 'blue'],
    [21, 'green'],
  ] as const) {
    assert.ok(count(frame, 'red') > 30 && count(frame, behind) > 200, `${frame} ${names(frame).join()}`);
  }
  const [shot] = shotsOf(film);
  assert.deepEqual([shot?.of, shot?.actions], [['images[0]', 'videos[0]'], ['wave']]);
  await film.release();
});

test('a film of another shape keeps its subject in the frame', async () => {
  const graph =
    'color=c=0x808080:s=640x180:r=24:d=1,drawbox=x=520:y=40:w=90:h=130:c=0xc02020:t=fill,drawbox=x=535:y=60:w=60:h=40:c=0xe06060:t=fill';
  const film = await world.render(job('x', [await makeFilm('wide.mp4', graph)], { aspect_ratio: '1:1', duration: 1 }));
  const isSeen = frameOf(film, 10).filter((pixel) => nameOf(pixel) === 'red').length > 40;
  assert.ok(isSeen, 'the red box at the right is in the square frame');
  await film.release();
});

const memoryOf = (processId: number) =>
  groupMembers(processId).reduce((sum, { residentBytes }) => sum + residentBytes, 0);

test('nine references at 1080p fit the memory of a render', { timeout: 600_000 }, async () => {
  const cat = readFileSync(fileURLToPath(new URL('../../../examples/photos/chelsea.png', import.meta.url)));
  const pictures = [
    pictureFile(cat),
    ...(await Promise.all(['red', 'green', 'blue'].map((name) => disc(name as ColourName)))),
  ];
  const clip = await makeFilm('short.mp4', 'testsrc2=s=320x180:r=24:d=1');
  const files = [...pictures, ...pictures.slice(0, 3), clip, clip];
  const one = job('@Picture2, @Picture3 and @Picture4 meet on the beach, then @Picture1', files, {
    resolution: '1080p',
    duration: 2,
    frame_rate: 6,
  });
  const handle = (await world.engine.start(one, { signal: new AbortController().signal })) as JsonObject;
  let most = 0;
  const watching = setInterval(() => {
    const id = world.processIds.get(one.attemptKey);
    if (id !== undefined) most = Math.max(most, memoryOf(id));
  }, 40);
  const report = await world.finish(handle).finally(() => clearInterval(watching));
  assert.equal(report.state, 'succeeded');
  assert.ok(most > 50e6 && most < 700e6, `${Math.round(most / 1e6)} MB`);
  await world.engine.release(handle, { signal: new AbortController().signal });
});
