/**
 * What renders cost: wall-clock time and memory of a film, beside x264 alone on the film's own frames with the engine's own
 * arguments, in turns within one run. Ratios of neighbours hold on a machine that is not quiet; seconds do not.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineJob } from '../../src/core/engine-port.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { Operation } from '../../src/core/operations.ts';
import { resolveFfmpeg } from '../../src/engines/preview/ffmpeg.ts';
import { containerArguments, videoCodecArguments } from '../../src/engines/preview/film/encode.ts';
import { preparedShare } from '../../src/engines/preview/film/progress.ts';
import { readPhoto } from '../../tests/support/photos.ts';
import {
  type Finished,
  groupMembers,
  makeJob,
  type PreviewWorld,
  pictureFile,
} from '../../tests/support/preview-engine.ts';
import { residentBytes } from '../../tests/support/preview-many.ts';
import { median } from '../median.ts';
import { ratio } from '../table.ts';
import { recordFrames } from './drawn-frames.ts';
import type { Table } from './quality.ts';
import { untilAtRest } from './rest.ts';

const { signal } = new AbortController();
type Run = { readonly seconds: number; readonly drawSeconds: number };

export type Job = { readonly operation: Operation; readonly input: JsonObject; readonly photos: readonly string[] };

function orderOf({ operation, input, photos }: Job): EngineJob {
  const files = photos.map((name) => pictureFile(readPhoto(name)));
  return makeJob(operation, input, files);
}

/** One render from its start to its report, of pictures that the engine remembers nothing of. */
async function runJob(world: PreviewWorld, job: Job, look: Look = async () => {}): Promise<Run> {
  const ordered = orderOf(job);
  await world.engine.forgetInputs?.({ signal });
  const begun = performance.now();
  const handle = (await world.engine.start(ordered, { signal })) as JsonObject;
  let drawsFrom: number | undefined;
  const finishing = world.finish(handle, (progress) => {
    if (progress > preparedShare) drawsFrom ??= performance.now();
  });
  const looking = look(world.processIds.get(ordered.attemptKey) ?? 0, finishing);
  const report = await finishing;
  const ended = performance.now();
  await looking;
  await world.engine.release(handle, { signal });
  if (report.state === 'failed') throw new Error(JSON.stringify(report.error));
  return { seconds: (ended - begun) / 1000, drawSeconds: (ended - (drawsFrom ?? begun)) / 1000 };
}

/** Looks at a render: at its processes while it goes on, at its result before that is removed. */
type Look = (processGroup: number, finishing: Promise<Finished>) => Promise<void>;

/** The peak of all processes of a render of its own: looking at them takes time that is measured in the other ones. */
async function peakBytesOf(world: PreviewWorld, job: Job): Promise<number> {
  let peakBytes = 0;
  await untilAtRest();
  await runJob(world, job, async (processGroup, finishing) => {
    let isRunning = true;
    const ended = finishing.finally(() => {
      isRunning = false;
    });
    while (isRunning) {
      const sizes = await Promise.all(groupMembers(processGroup).map(({ id }) => residentBytes(id)));
      peakBytes = Math.max(
        peakBytes,
        sizes.reduce((sum, size) => sum + size, 0),
      );
      await delay(20);
    }
    await ended;
  });
  return peakBytes;
}

/** As the engine's processes have it: beside other work, ratios would say nothing otherwise. */
const niceness = 10;

async function timeOf(program: string, args: readonly string[], input: number | 'ignore' = 'ignore'): Promise<number> {
  const begun = performance.now();
  const child = spawn(program, args, { stdio: [input, 'ignore', 'inherit'] });
  if (child.pid !== undefined) setPriority(child.pid, niceness);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return (performance.now() - begun) / 1000;
}

/** What zoompan does beside it: the same growth, from the middle or, as a pan that stays inside does, from one edge. */
type Zoompan = { readonly growth: number; readonly from: 'middle' | 'right' };

type FilmCase = {
  readonly name: string;
  readonly photo: string;
  readonly input: JsonObject;
  readonly zoompan: Zoompan;
};

const film = { aspect_ratio: '16:9', movement_amplitude: 'medium' };

/** As far as the engine's own moves go at 16:9: a pan to the right grows by 1.17 on its way, its right edge staying put. */
const zoomIn: Zoompan = { growth: 0.24, from: 'middle' };
const panRight: Zoompan = { growth: 0.166, from: 'right' };

export const filmCases: readonly FilmCase[] = [
  {
    name: '5 s 1080p, two layers',
    photo: 'astronaut.png',
    input: { ...film, prompt: 'orbit around the subject', resolution: '1080p', duration: 5 },
    zoompan: zoomIn,
  },
  {
    name: '5 s 1080p, one layer, pan',
    photo: 'nagasaki-boats.jpg',
    input: { ...film, prompt: 'pan right', resolution: '1080p', duration: 5 },
    zoompan: panRight,
  },
  {
    name: '5 s 1080p, one layer, zoom',
    photo: 'nagasaki-boats.jpg',
    input: { ...film, prompt: 'zoom in', resolution: '1080p', duration: 5 },
    zoompan: zoomIn,
  },
  {
    name: '10 s 1080p, two layers',
    photo: 'astronaut.png',
    input: { ...film, prompt: 'orbit around the subject', resolution: '1080p', duration: 10 },
    zoompan: zoomIn,
  },
  {
    name: '5 s 540p, two layers',
    photo: 'astronaut.png',
    input: { ...film, prompt: 'orbit around the subject', resolution: '540p', duration: 5 },
    zoompan: zoomIn,
  },
];

type Figures = {
  readonly name: string;
  readonly engine: number[];
  readonly draw: number[];
  readonly floor: number[];
  readonly zoompan: number[];
  readonly peakBytes: number;
};

/** The engine, the encoder alone on the same frames, and ffmpeg's zoompan, one after the other, so many rounds. */
async function measureCase(
  world: PreviewWorld,
  { name, photo, input, zoompan }: FilmCase,
  rounds: number,
): Promise<Figures> {
  const encoder = await resolveFfmpeg(undefined, signal);
  const raw = join(world.root, 'frames.yuv');
  const out = join(world.root, 'floor.mp4');
  const still = join(world.root, 'still');
  await writeFile(still, readPhoto(photo));
  const job: Job = { operation: 'image-to-video', input, photos: [photo] };
  const { width, height, frames: count } = await recordFrames(orderOf(job), world.root, encoder.path, raw);
  const codec = [...videoCodecArguments(encoder, width * height), ...containerArguments, out];
  const shape = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-framerate', '24'];
  const x = zoompan.from === 'right' ? 'iw-iw/zoom' : 'iw/2-iw/zoom/2';
  const move = `z='1+${zoompan.growth}*on/${count}':x='${x}':y='ih/2-ih/zoom/2'`;
  const scale = `scale=${width}:${height}:force_original_aspect_ratio=increase,crop=${width}:${height}`;
  const filter = `${scale},zoompan=${move}:d=${count}:s=${width}x${height}:fps=24,format=yuv420p`;
  const times: Omit<Figures, 'name' | 'peakBytes'> = { engine: [], draw: [], floor: [], zoompan: [] };
  for (let round = 0; round < rounds; round++) {
    await untilAtRest();
    const run = await runJob(world, job);
    times.engine.push(run.seconds);
    times.draw.push(run.drawSeconds);
    // The process of the next round would take the processor from it, as no other render does.
    await untilAtRest();
    const args = ['-v', 'error', '-y', ...shape, '-i', 'pipe:0', ...codec];
    const frames = openSync(raw, 'r');
    times.floor.push(await timeOf(encoder.path, args, frames));
    closeSync(frames);
    await untilAtRest();
    const source = ['-v', 'error', '-y', '-i', still, '-vf', filter, '-frames:v', String(count)];
    times.zoompan.push(await timeOf(encoder.path, [...source, ...codec]));
  }
  await Promise.all([raw, out, still].map((path) => rm(path)));
  return { name, ...times, peakBytes: await peakBytesOf(world, job) };
}

const seconds = (figures: readonly number[]) => `${median(figures).toFixed(2)} s`;
const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

const targets: Readonly<Record<string, string>> = {
  '5 s 1080p, two layers': '2.00; 1.50',
  '5 s 1080p, one layer, pan': '1.45; zoompan 1.15',
  '5 s 1080p, one layer, zoom': '1.45; zoompan 1.15',
  '10 s 1080p, two layers': '2.00 of 5 s',
  '5 s 540p, two layers': '1.20 s',
};

export async function filmSpeedTable(world: PreviewWorld, rounds: number, cases = filmCases): Promise<Table> {
  const heading = ['film', 'in all', 'x264 alone', 'in all ÷ x264', 'draw+encode ÷ x264', 'in all ÷ zoompan', 'memory'];
  const all: Figures[] = [];
  for (const one of cases) all.push(await measureCase(world, one, rounds));
  const five = all.find(({ name }) => name === '5 s 1080p, two layers');
  const rows = all.map(({ name, engine, draw, floor, zoompan, peakBytes }) => [
    name,
    name.startsWith('10 s') && five !== undefined
      ? `${seconds(engine)} (${(median(engine) / median(five.engine)).toFixed(2)} of 5 s)`
      : seconds(engine),
    seconds(floor),
    ratio(engine, floor),
    ratio(draw, floor),
    ratio(engine, zoompan),
    megabytes(peakBytes),
    targets[name] ?? '-',
  ]);
  return [[...heading, 'target (memory: 600 MB)'], ...rows];
}

const still = { prompt: 'on a beach at sunset', aspect_ratio: '16:9' };
const stillCases: readonly (readonly [name: string, resolution: string, photos: readonly string[], target: string])[] =
  [
    ['1080p, no reference', '1080p', [], '0.4 s'],
    ['1080p, one reference', '1080p', ['astronaut.png'], '1.0 s'],
    ['1080p, three references', '1080p', ['astronaut.png', 'chelsea.png', 'coffee.png'], '2.2 s'],
    ['4K, no reference', '4k', [], '1.4 s'],
    ['4K, one reference', '4k', ['astronaut.png'], '2.0 s'],
  ];

export async function stillSpeedTable(world: PreviewWorld, rounds: number): Promise<Table> {
  const rows: string[][] = [['still', 'time', 'target', 'memory']];
  for (const [name, resolution, photos, target] of stillCases) {
    const job: Job = {
      operation: photos.length === 0 ? 'text-to-image' : 'reference-to-image',
      input: { ...still, resolution },
      photos,
    };
    const runs: Run[] = [];
    for (let round = 0; round < rounds; round++) {
      await untilAtRest();
      runs.push(await runJob(world, job));
    }
    const peakBytes = await peakBytesOf(world, job);
    rows.push([name, seconds(runs.map((run) => run.seconds)), target, megabytes(peakBytes)]);
  }
  return rows;
}
