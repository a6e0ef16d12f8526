/**
 * `npm run bench:preview`: measures what the preview engine makes and what that costs, and writes docs/preview-quality.md;
 * draws contact sheets for people to look at. It takes half an hour on two quiet processors.
 *
 *   --photos DIRECTORY  further photographs for the identity table and the sheets
 *   --sheets DIRECTORY  where the contact sheets go (default: framegate-sheets in the system's temporary directory)
 *   --only NAME,...     of: identity, motion, borders, sound, exact, time, many, sheets; the page is then printed, not written
 *   --rounds N          of each measurement of time (default 5)
 *   --quick             everything smaller and once, to see whether it runs; the page is then printed, not written
 */
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { engineVersion } from '../src/engines/preview/version.ts';
import { openPreviewWorld, type PreviewWorld, type WorldOptions } from '../tests/support/preview-engine.ts';
import { askForMany } from '../tests/support/preview-many.ts';
import { describeMachine } from './machine.ts';
import { type Section, writePage } from './preview/page.ts';
import { findPhotographs } from './preview/photographs.ts';
import {
  amplitudeTable,
  borderTable,
  exactTable,
  identityTable,
  loudnessTable,
  motionTable,
  type Table,
} from './preview/quality.ts';
import { writeSheets } from './preview/sheets.ts';
import { filmCases, filmSpeedTable, stillSpeedTable } from './preview/speed.ts';

const pagePath = join(import.meta.dirname, '../docs/preview-quality.md');
const { values } = parseArgs({
  options: {
    photos: { type: 'string' },
    sheets: { type: 'string' },
    only: { type: 'string' },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const isQuick = values.quick;
const rounds = isQuick ? 1 : Number(values.rounds ?? 5);
const photographs = await findPhotographs(values.photos);

async function inWorld<T>(options: WorldOptions, work: (world: PreviewWorld) => Promise<T>): Promise<T> {
  await using world = openPreviewWorld(options);
  await world.engine.ready({ signal: AbortSignal.timeout(60_000) });
  return await work(world);
}

const inPlainWorld = <T>(work: (world: PreviewWorld) => Promise<T>) => inWorld({}, work);

async function identity(): Promise<Section[]> {
  const shown = isQuick ? photographs.slice(0, 2) : photographs;
  const table = await inPlainWorld((world) => identityTable(world, shown, isQuick ? '360p' : '1080p'));
  const text = `Frame 0 of a film at 1080p beside the photograph, scaled and cut to it: structural similarity of the luma
    (windows of 8 x 8, as ffmpeg's filter). The last column is what x264 alone, with the same settings, leaves of the same
    picture: where it lies below the target, grain and not the engine is why.`;
  return [{ title: 'Frame 0 is the photograph', text, table }];
}

async function motion(): Promise<Section[]> {
  const moves = await inPlainWorld((world) => motionTable(world, isQuick ? 1 : 5));
  const amplitudes = await inPlainWorld(amplitudeTable);
  const text = `Corners followed through every frame of films of five seconds at 540p, amplitude medium. Right, down and
    parallax in shares of the width, from the first frame to the last; content moves against the camera. Parallax is the
    median distance of corners from where one shift, growth and turn of the whole picture would have put them. Jitter is the
    root mean square of the second difference of a corner's motion from frame to frame; it may be 0.30 px and a tenth of
    what ffmpeg's zoompan does to the same photograph in the same run. A way out ends on the whole photograph, as nothing lies
    outside of it.`;
  return [
    { title: 'Every move goes where its name says', text, table: moves },
    {
      title: 'Amplitudes',
      text: `How far the content shifts (shares of the width) or grows within two seconds, and by which factor from small to
        medium and from medium to large.`,
      table: amplitudes,
    },
  ];
}

async function borders(): Promise<Section[]> {
  const text = `Photographs with an edge of two magenta pixels: a film that left its photograph would repeat the edge and show
    it deeper than eight pixels, which is the edge magnified by three and one pair of pixels of blur. Between layers there is nothing to see through to: the background is
    filled behind the whole subject.`;
  return [{ title: 'Nothing from outside the photograph', text, table: await inPlainWorld(borderTable) }];
}

async function sound(): Promise<Section[]> {
  const text = `Integrated loudness and true peak of the music as ffmpeg's ebur128 filter hears them in the finished film; a
    mood per prompt.`;
  return [{ title: 'Loudness', text, table: await inPlainWorld(loudnessTable) }];
}

async function exact(): Promise<Section[]> {
  const count = isQuick ? 8 : 100;
  const text = `Random requests (operation, ratio, resolution, length, frame rate, music, seed): the size, the number of frames,
    the frame rate, the length and the presence of sound must all be exactly what was asked for.`;
  const table = await inPlainWorld((world) => exactTable(world, count));
  return [{ title: `Exactness of ${count} requests`, text, table }];
}

async function time(): Promise<Section[]> {
  const cases = isQuick ? filmCases.slice(-1) : filmCases;
  const films = await inWorld({ spares: 1 }, (world) => filmSpeedTable(world, rounds, cases));
  const plain = await inWorld({ spares: 1, kernel: 'plain' }, (world) =>
    filmSpeedTable(world, rounds, cases.slice(0, 1)),
  );
  const stills = await inWorld({ spares: 1 }, (world) => stillSpeedTable(world, rounds));
  const text = `From the request to the finished file, with a render process waiting warm, as a server keeps it, and
    of pictures that it has never seen. Beside it, in turns within the same run, each after the same rest: x264 alone on the
    frames that the engine drew, with the same settings, and ffmpeg's zoompan on the same photograph with the same encoder,
    zooming as far, or panning as far where the film pans (an orbit is beyond it: it zooms). Medians of ${rounds};
    ratios are medians of the ratios of neighbours, with the lowest and the highest. Memory is the peak
    of all processes of a render, shared pages counted once.`;
  return [
    { title: 'Time and memory of films', text, table: films },
    {
      title: 'The same without WebAssembly',
      text: 'Drawn by the plain TypeScript kernel; the bytes are the same. In all, at most 2.60 times x264 alone.',
      table: withTarget(plain, '2.60'),
    },
    { title: 'Time and memory of stills', text: `Medians of ${rounds}, likewise.`, table: stills },
  ];
}

/** The last column says the target; here it is another. */
function withTarget([heading = [], ...rows]: Table, target: string): Table {
  return [heading, ...rows.map((row) => [...row.slice(0, -1), target])];
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
const milliseconds = (figure: number) => `${figure.toFixed(1)} ms`;

async function many(): Promise<Section[]> {
  const count = isQuick ? 4 : 100;
  const { seconds, ends, allowedAtOnce, mostAtOnce, treeBytes, serverBytes, poll } = await askForMany(count);
  const table = [
    ['what', 'figure', 'target'],
    ['succeeded', String(ends.succeeded ?? 0), String(count)],
    ['time for all', `${seconds.toFixed(0)} s`, '-'],
    ['rendered at once, at most', String(mostAtOnce), String(allowedAtOnce)],
    ['memory of all processes, most in each third', treeBytes.map(megabytes).join(', '), 'flat'],
    ['memory of the server alone, likewise', serverBytes.map(megabytes).join(', '), 'flat'],
    [`status polls meanwhile (${poll.count}), median`, milliseconds(poll.median), '-'],
    ['p99', milliseconds(poll.p99), '50 ms'],
    ['slowest', milliseconds(poll.most), '-'],
  ];
  const text = `${count} films of a second at 540p, asked for at once from a real gateway, while another client polls the status
    of one of them.`;
  return [{ title: `${count} films at once`, text, table }];
}

async function sheets(): Promise<Section[]> {
  const directory = values.sheets ?? join(tmpdir(), 'framegate-sheets');
  const shown = isQuick ? photographs.slice(0, 1) : photographs;
  const paths = await inPlainWorld((world) => writeSheets(world, shown, directory));
  console.log(`${paths.length} contact sheets in ${directory}`);
  return [];
}

const parts = { identity, motion, borders, sound, exact, time, many, sheets };
const names = Object.keys(parts) as (keyof typeof parts)[];
const chosen = values.only?.split(',') ?? names;
const unknown = chosen.filter((name) => !names.includes(name as keyof typeof parts));
if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}; there are ${names.join(', ')}`);

const sections: Section[] = [];
for (const name of names.filter((one) => chosen.includes(one))) {
  const begun = performance.now();
  sections.push(...(await parts[name]()));
  console.log(`${name}: ${((performance.now() - begun) / 1000).toFixed(0)} s`);
}
const page = writePage(describeMachine(tmpdir()), engineVersion, sections);
if (isQuick || values.only !== undefined) console.log(page);
else await writeFile(pagePath, page);
