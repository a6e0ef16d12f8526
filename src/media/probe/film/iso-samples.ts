/** The sample tables of one track (ISO/IEC 14496-12 8.6 to 8.8): how long it really is, and whether its data are there. */
import type { ByteReader } from '../byte-reader.ts';
import { corrupt, truncated } from '../problems.ts';
import { type Box, exact, readContent, readCount } from './iso-boxes.ts';

/** Times are ticks of the track. */
export type Samples = {
  readonly count: number;
  /** How long they take one after the other. */
  readonly ticks: number;
  /** When the first is shown, and when the last has been: the order of showing may be another than that of decoding. */
  readonly shownFrom: number;
  readonly shownTo: number;
};

export const noSamples: Samples = { count: 0, ticks: 0, shownFrom: 0, shownTo: 0 };

const tableNames = ['stts', 'stsz', 'stz2', 'stsc', 'stco', 'co64', 'ctts'] as const;
export type SampleTables = ReadonlyMap<string, Box>;

export function isSampleTable(type: string): boolean {
  return (tableNames as readonly string[]).includes(type);
}

/** Throws `corrupt` when the tables contradict each other, `truncated` when samples lie beyond the end of the file. */
export async function readSamples(reader: ByteReader, tables: SampleTables): Promise<Samples> {
  const times = tables.get('stts');
  if (times === undefined) throw corrupt('a track has no table of times');
  const runs = await readRuns(reader, times);
  const count = countSamples(runs);
  const sizes = await readSizes(reader, tables);
  if (sizes.count !== count) throw corrupt('its tables disagree on how many samples there are');
  const offsets = tables.get('ctts');
  const shifts = offsets === undefined ? undefined : await readRuns(reader, offsets);
  const isCovered = shifts === undefined || shifts.length === 0 || countSamples(shifts) === count;
  if (!isCovered) throw corrupt('its tables disagree on how many samples there are');
  if (count > 0) await checkChunks(reader, tables, sizes);
  return { count, ...measure(runs, shifts) };
}

/** A table of so many samples in a row that last, or are shown later, by so many ticks; read in place, for it may be long. */
type Runs = { readonly length: number; readonly view: DataView };

async function readRuns(reader: ByteReader, box: Box): Promise<Runs> {
  const view = await readContent(reader, box, 8);
  return { view, length: readCount(view, 4, 8) };
}

function samplesOf({ view, length }: Runs, run: number): number {
  return run < length ? view.getUint32(8 + run * 8) : 0;
}

function countSamples(runs: Runs): number {
  let count = 0;
  for (let run = 0; run < runs.length; run += 1) count = exact(count + samplesOf(runs, run));
  return count;
}

/** Walks both tables side by side, stretch by stretch: within one, the first is shown first and the last last. */
function measure(times: Runs, shifts: Runs | undefined): Omit<Samples, 'count'> {
  let [ticks, shownFrom, shownTo] = [0, Number.POSITIVE_INFINITY, 0];
  let shift = 0;
  let shifted = 0;
  for (let time = 0; time < times.length; time += 1) {
    const ticksEach = times.view.getUint32(12 + time * 8);
    for (let left = samplesOf(times, time); left > 0; ) {
      while (shifts !== undefined && shift < shifts.length && shifted === samplesOf(shifts, shift)) {
        shift += 1;
        shifted = 0;
      }
      const isShifted = shifts !== undefined && shift < shifts.length;
      // Signed in both versions: QuickTime writes negative shifts into the unsigned one.
      const later = isShifted ? shifts.view.getInt32(12 + shift * 8) : 0;
      const stretch = isShifted ? Math.min(left, samplesOf(shifts, shift) - shifted) : left;
      shownFrom = Math.min(shownFrom, ticks + later);
      ticks = exact(ticks + exact(stretch * ticksEach));
      shownTo = Math.max(shownTo, ticks + later);
      left -= stretch;
      shifted += stretch;
    }
  }
  return { ticks, shownFrom: Number.isFinite(shownFrom) ? shownFrom : 0, shownTo };
}

type Sizes = { readonly count: number; readonly sizeOf: (sample: number) => number; readonly constant: number };

async function readSizes(reader: ByteReader, tables: SampleTables): Promise<Sizes> {
  const box = tables.get('stsz');
  if (box !== undefined) {
    const view = await readContent(reader, box, 12);
    const constant = view.getUint32(4);
    const count = readCount(view, 8, constant === 0 ? 4 : 0);
    if (constant * count > reader.sizeBytes) throw truncated('its samples are larger than the file');
    return { count, constant, sizeOf: (sample) => (constant === 0 ? view.getUint32(12 + sample * 4) : constant) };
  }
  const compact = tables.get('stz2');
  if (compact === undefined) throw corrupt('a track has no table of sizes');
  const view = await readContent(reader, compact, 12);
  const bits = view.getUint8(7);
  if (bits !== 4 && bits !== 8 && bits !== 16) throw corrupt('its table of sizes has an impossible width');
  const count = readCount(view, 8, bits / 8);
  const sizeOf = (sample: number) => {
    if (bits === 16) return view.getUint16(12 + sample * 2);
    if (bits === 8) return view.getUint8(12 + sample);
    const pair = view.getUint8(12 + (sample >> 1));
    return sample % 2 === 0 ? pair >> 4 : pair & 15;
  };
  return { count, constant: 0, sizeOf };
}

/** Walks every chunk: each sample must lie inside the file. */
async function checkChunks(reader: ByteReader, tables: SampleTables, sizes: Sizes): Promise<void> {
  const runs = tables.get('stsc');
  if (runs === undefined) throw corrupt('a track has no table of chunks');
  const view = await readContent(reader, runs, 8);
  const runCount = readCount(view, 4, 12);
  const offsets = await readOffsets(reader, tables);
  let sample = 0;
  let run = 0;
  for (let chunk = 0; chunk < offsets.count && sample < sizes.count; chunk += 1) {
    while (run + 1 < runCount && view.getUint32(8 + (run + 1) * 12) <= chunk + 1) run += 1;
    if (runCount === 0 || view.getUint32(8) !== 1) throw corrupt('its table of chunks does not begin at the first');
    const inChunk = Math.min(view.getUint32(12 + run * 12), sizes.count - sample);
    let end = offsets.offsetOf(chunk);
    if (sizes.constant > 0) end += inChunk * sizes.constant;
    else for (let index = 0; index < inChunk; index += 1) end += sizes.sizeOf(sample + index);
    if (!(end <= reader.sizeBytes)) throw truncated('samples lie beyond its end');
    sample += inChunk;
  }
  if (sample < sizes.count) throw corrupt('its table of chunks does not reach all samples');
}

async function readOffsets(reader: ByteReader, tables: SampleTables) {
  const short = tables.get('stco');
  if (short !== undefined) {
    const view = await readContent(reader, short, 8);
    return { count: readCount(view, 4, 4), offsetOf: (chunk: number) => view.getUint32(8 + chunk * 4) };
  }
  const long = tables.get('co64');
  if (long === undefined) throw corrupt('a track has no table of offsets');
  const view = await readContent(reader, long, 8);
  // Beyond 2^53 the number is rounded, and still far beyond the end of any file.
  return { count: readCount(view, 4, 8), offsetOf: (chunk: number) => Number(view.getBigUint64(8 + chunk * 8)) };
}
