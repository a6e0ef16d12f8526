/** One track of an ISO base media file: what it holds, how it is turned, how long it plays. Source: ISO/IEC 14496-12 8.3 to 8.6. */
import { type ByteReader, textAt } from '../byte-reader.ts';
import { corrupt, unsupported } from '../problems.ts';
import { type Box, type BoxBudget, exact, readBoxes, readContent, readCount } from './iso-boxes.ts';
import { isSampleTable, noSamples, readSamples, type Samples } from './iso-samples.ts';

/** A stretch of the track that is shown, in ticks of film and track. */
type Edit = { readonly movieTicks: number; readonly mediaTicks: number };

export type Track = {
  readonly id: number;
  /** `vide`, `soun`, or something that is neither. */
  readonly handler: string;
  readonly ticksPerSecond: number;
  readonly samples: Samples;
  /** Lower-case codec name, such as `avc`; empty when the track has no description. */
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly orientation: number | undefined;
  readonly edits: readonly Edit[];
};

const maximumEdits = 1000;
const maximumDescriptions = 8;

export async function readTrack(reader: ByteReader, trak: Box, budget: BoxBudget): Promise<Track> {
  const tables = new Map<string, Box>();
  const found = new Map<string, Box>();
  for await (const box of descend(reader, trak, budget)) {
    const kept = isSampleTable(box.type) ? tables : found;
    if (kept.has(box.type)) throw corrupt('a track holds a table twice');
    kept.set(box.type, box);
  }
  const [header, media, handler] = [found.get('tkhd'), found.get('mdhd'), found.get('hdlr')];
  if (header === undefined || media === undefined || handler === undefined) throw corrupt('a track lacks its headers');
  await checkReferences(reader, found.get('dref'));
  const name = textAt(await readContent(reader, handler, 12), 8, 4);
  const isMedia = name === 'vide' || name === 'soun';
  const description = found.get('stsd');
  return {
    ...(await readTrackHeader(reader, header)),
    handler: name,
    ticksPerSecond: await readTimeScale(reader, media),
    samples: isMedia ? await readSamples(reader, tables) : noSamples,
    ...(isMedia && description !== undefined
      ? await readDescription(reader, description, name)
      : { codec: '', width: 0, height: 0 }),
    edits: await readEdits(reader, found.get('elst')),
  };
}

/** The boxes that hold others on the way to the tables; nothing else is entered, so the depth is that of this list. */
const parents = new Set(['mdia', 'minf', 'stbl', 'edts', 'dinf']);

async function* descend(reader: ByteReader, trak: Box, budget: BoxBudget): AsyncGenerator<Box, void, undefined> {
  const waiting = [trak];
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    for await (const box of readBoxes(reader, parent.start, parent.end, budget)) {
      if (parents.has(box.type)) waiting.push(box);
      // Under QuickTime's `minf` stands a second handler, of the data and not of the track.
      else if (box.type !== 'hdlr' || parent.type === 'mdia') yield box;
    }
  }
}

/** A film that names other files as the place of its data is refused: nothing outside of it is ever read. */
async function checkReferences(reader: ByteReader, box: Box | undefined): Promise<void> {
  if (box === undefined) return;
  const view = await readContent(reader, box, 8);
  const count = readCount(view, 4, 12);
  let offset = 8;
  for (let entry = 0; entry < count; entry += 1) {
    if (offset + 12 > view.byteLength) throw corrupt('its list of references is not whole');
    const length = view.getUint32(offset);
    const isWithinItself = (view.getUint32(offset + 8) & 1) === 1;
    if (!isWithinItself) throw unsupported('its data lie in another file');
    if (length < 12) throw corrupt('a reference has no length');
    offset += length;
  }
}

async function readTrackHeader(reader: ByteReader, box: Box) {
  const view = await readContent(reader, box, 84);
  const isLong = view.getUint8(0) === 1;
  if (isLong && view.byteLength < 96) throw corrupt('a track header is too short');
  return { id: view.getUint32(isLong ? 20 : 12), orientation: orientationOf(view, isLong ? 52 : 40) };
}

/** The display matrix as EXIF counts it: `[a b c d]` in its two first columns, fixed point 16.16. */
function orientationOf(view: DataView, offset: number): number | undefined {
  const at = [0, 4, 12, 16].map((place) => Math.sign(view.getInt32(offset + place)));
  return new Map([
    ['-1 0 0 1', 2],
    ['-1 0 0 -1', 3],
    ['1 0 0 -1', 4],
    ['0 1 1 0', 5],
    ['0 1 -1 0', 6],
    ['0 -1 -1 0', 7],
    ['0 -1 1 0', 8],
  ]).get(at.join(' '));
}

async function readTimeScale(reader: ByteReader, box: Box): Promise<number> {
  const view = await readContent(reader, box, 20);
  const isLong = view.getUint8(0) === 1;
  if (isLong && view.byteLength < 32) throw corrupt('a media header is too short');
  const ticksPerSecond = view.getUint32(isLong ? 20 : 12);
  if (ticksPerSecond === 0) throw corrupt('a track counts no time');
  return ticksPerSecond;
}

const codecNames: Readonly<Record<string, string>> = {
  avc1: 'avc',
  avc3: 'avc',
  hvc1: 'hevc',
  hev1: 'hevc',
  vp08: 'vp8',
  vp09: 'vp9',
  av01: 'av1',
  jpeg: 'mjpeg',
  mp4v: 'mpeg4',
  mp4a: 'aac',
  Opus: 'opus',
  fLaC: 'flac',
  '.mp3': 'mp3',
};

async function readDescription(reader: ByteReader, box: Box, handler: string) {
  const view = await readContent(reader, box, 8);
  const count = readCount(view, 4, 16);
  if (count === 0) return { codec: '', width: 0, height: 0 };
  if (count > maximumDescriptions) throw corrupt('a track has too many descriptions');
  const name = textAt(view, 12, 4);
  const codec =
    codecNames[name] ??
    name
      .replace(/[^ -~]/g, '')
      .trim()
      .toLowerCase();
  if (handler !== 'vide') return { codec, width: 0, height: 0 };
  if (view.byteLength < 8 + 36) throw corrupt('the description of its pictures is too short');
  return { codec, width: view.getUint16(8 + 32), height: view.getUint16(8 + 34) };
}

async function readEdits(reader: ByteReader, box: Box | undefined): Promise<readonly Edit[]> {
  if (box === undefined) return [];
  const view = await readContent(reader, box, 8);
  const isLong = view.getUint8(0) === 1;
  const bytesEach = isLong ? 20 : 12;
  const count = readCount(view, 4, bytesEach);
  if (count > maximumEdits) throw corrupt('a track has too many edits');
  return Array.from({ length: count }, (_, entry) => {
    const at = 8 + entry * bytesEach;
    if (!isLong) return { movieTicks: view.getUint32(at), mediaTicks: view.getInt32(at + 4) };
    return {
      movieTicks: exact(Number(view.getBigUint64(at))),
      mediaTicks: exact(Number(view.getBigInt64(at + 8))),
    };
  });
}

/**
 * Milliseconds that the track plays, rounded up: all its samples, or, with an edit list, the stretches of it that are
 * shown. A stretch never plays more than there are samples.
 */
export function playedMs({ edits, ticksPerSecond, samples }: Track, movieTicksPerSecond: number): number {
  const shown = edits.filter(({ mediaTicks }) => mediaTicks >= 0);
  const { shownFrom, shownTo } = samples;
  if (shown.length === 0) return roundUp(BigInt(shownTo - shownFrom) * 1000n, BigInt(ticksPerSecond));
  // In units of 1 / (film scale x track scale), in which both clocks are whole.
  const [movie, track] = [BigInt(movieTicksPerSecond), BigInt(ticksPerSecond)];
  let played = 0n;
  for (const { movieTicks, mediaTicks } of shown) {
    const left = BigInt(Math.max(0, shownTo - Math.max(mediaTicks, shownFrom))) * movie;
    // Zero: to the end, as fragmented films say it.
    const wanted = movieTicks === 0 ? left : BigInt(movieTicks) * track;
    // A film scale is coarse: an edit that ends less than one of its ticks before the track ends with the track.
    played += wanted > left || left - wanted < track ? left : wanted;
  }
  return roundUp(played * 1000n, movie * track);
}

function roundUp(numerator: bigint, denominator: bigint): number {
  const whole = (numerator + denominator - 1n) / denominator;
  if (whole > BigInt(Number.MAX_SAFE_INTEGER)) throw corrupt('its times are impossibly large');
  return Number(whole);
}
