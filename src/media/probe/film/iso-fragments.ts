/** Movie fragments (ISO/IEC 14496-12 8.8): what each adds to its tracks. */
import type { ByteReader } from '../byte-reader.ts';
import { corrupt, truncated } from '../problems.ts';
import { type Box, type BoxBudget, exact, readBoxes, readContent, readCount } from './iso-boxes.ts';
import type { Samples } from './iso-samples.ts';

type Defaults = { readonly ticks: number; readonly bytes: number };
/** `start` is undefined when the fragment does not say when it begins: then it follows the one before. */
type Run = { readonly start: number | undefined; readonly samples: Samples };

export type Fragments = {
  /** Reads one `mvex` or `moof`; `at` is where the box begins. */
  add(box: Box, at: number): Promise<void>;
  /** Undefined when the track has none. */
  samplesOf(trackId: number): Samples | undefined;
};

const maximumTracks = 64;
const headerFlags = { base: 0x1, description: 0x2, ticks: 0x8, bytes: 0x10, flags: 0x20, fromMoof: 0x20000 } as const;
const runFlags = { offset: 0x1, firstFlags: 0x4, ticks: 0x100, bytes: 0x200, flags: 0x400, shift: 0x800 } as const;

export function createFragments(reader: ByteReader, budget: BoxBudget): Fragments {
  const defaults = new Map<number, Defaults>();
  const totals = new Map<number, Samples>();

  const addRun = (trackId: number, { start, samples }: Run) => {
    const total = totals.get(trackId);
    if (total === undefined && totals.size === maximumTracks) throw corrupt('its fragments are of too many tracks');
    const from = start ?? total?.shownTo ?? 0;
    totals.set(trackId, {
      count: exact((total?.count ?? 0) + samples.count),
      ticks: exact((total?.ticks ?? 0) + samples.ticks),
      shownFrom: Math.min(total?.shownFrom ?? Number.POSITIVE_INFINITY, from + samples.shownFrom),
      shownTo: exact(Math.max(total?.shownTo ?? 0, from + samples.shownTo)),
    });
  };

  return {
    async add({ type, start, end }, at) {
      for await (const box of readBoxes(reader, start, end, budget)) {
        if (type === 'mvex' && box.type === 'trex') {
          const view = await readContent(reader, box, 24);
          if (defaults.size === maximumTracks) throw corrupt('its fragments are of too many tracks');
          defaults.set(view.getUint32(4), { ticks: view.getUint32(12), bytes: view.getUint32(16) });
        } else if (type === 'moof' && box.type === 'traf') {
          const { trackId, runs } = await readTrackFragment(reader, box, at, budget, defaults);
          for (const run of runs) addRun(trackId, run);
        }
      }
    },
    samplesOf: (trackId) => totals.get(trackId),
  };
}

async function readTrackFragment(
  reader: ByteReader,
  traf: Box,
  moofAt: number,
  budget: BoxBudget,
  known: ReadonlyMap<number, Defaults>,
): Promise<{ readonly trackId: number; readonly runs: readonly Run[] }> {
  let header: (Defaults & { readonly trackId: number; readonly base: number }) | undefined;
  let time: number | undefined;
  const runs: Run[] = [];
  for await (const box of readBoxes(reader, traf.start, traf.end, budget)) {
    if (box.type === 'tfhd') header = readHeader(await readContent(reader, box, 8), moofAt, known);
    if (box.type === 'tfdt') {
      const view = await readContent(reader, box, 8);
      if (view.getUint8(0) === 1 && view.byteLength < 12) throw corrupt('the time of a fragment is not whole');
      time = exact(view.getUint8(0) === 1 ? Number(view.getBigUint64(4)) : view.getUint32(4));
    }
    if (box.type === 'trun') {
      if (header === undefined) throw corrupt('a fragment has samples before its header');
      const samples = readRun(await readContent(reader, box, 8), header, reader.sizeBytes);
      runs.push({ start: time, samples });
      if (time !== undefined) time = exact(time + samples.ticks);
    }
  }
  return { trackId: header?.trackId ?? 0, runs };
}

function readHeader(view: DataView, moofAt: number, known: ReadonlyMap<number, Defaults>) {
  const flags = view.getUint32(0) & 0xff_ffff;
  const trackId = view.getUint32(4);
  let offset = 8;
  const next = (flag: number, bytes: number) => {
    if ((flags & flag) === 0) return undefined;
    offset += bytes;
    if (offset > view.byteLength) throw corrupt('the header of a fragment is not whole');
    return offset - bytes;
  };
  const baseAt = next(headerFlags.base, 8);
  next(headerFlags.description, 4);
  const ticksAt = next(headerFlags.ticks, 4);
  const bytesAt = next(headerFlags.bytes, 4);
  const { ticks = 0, bytes = 0 } = known.get(trackId) ?? {};
  return {
    trackId,
    base: baseAt === undefined ? moofAt : Number(view.getBigUint64(baseAt)),
    ticks: ticksAt === undefined ? ticks : view.getUint32(ticksAt),
    bytes: bytesAt === undefined ? bytes : view.getUint32(bytesAt),
  };
}

/** The samples of one run. Throws `truncated` when its data lie beyond the end of the file. */
function readRun(view: DataView, header: Defaults & { readonly base: number }, sizeBytes: number): Samples {
  const flags = view.getUint32(0) & 0xff_ffff;
  const has = (flag: number) => (flags & flag) !== 0;
  const perSample = [runFlags.ticks, runFlags.bytes, runFlags.flags, runFlags.shift].filter(has).length * 4;
  const count = readCount(view, 4, perSample);
  let offset = 8;
  let end = header.base;
  if (has(runFlags.offset)) {
    if (view.byteLength < 12) throw corrupt('a run of samples is not whole');
    end += view.getInt32(offset);
    offset += 4;
  }
  if (has(runFlags.firstFlags)) offset += 4;
  if (offset + count * perSample > view.byteLength) throw corrupt('a run of samples is not whole');
  const at = {
    bytes: has(runFlags.ticks) ? 4 : 0,
    shift: [runFlags.ticks, runFlags.bytes, runFlags.flags].filter(has).length * 4,
  };
  if (perSample === 0) {
    const ticks = exact(count * header.ticks);
    end += count * header.bytes;
    if (!(end <= sizeBytes)) throw truncated('samples lie beyond its end');
    return { count, ticks, shownFrom: 0, shownTo: ticks };
  }
  let [ticks, shownFrom, shownTo] = [0, count === 0 ? 0 : Number.POSITIVE_INFINITY, 0];
  for (let sample = 0; sample < count; sample += 1, offset += perSample) {
    const shift = has(runFlags.shift) ? view.getInt32(offset + at.shift) : 0;
    shownFrom = Math.min(shownFrom, ticks + shift);
    ticks += has(runFlags.ticks) ? view.getUint32(offset) : header.ticks;
    shownTo = Math.max(shownTo, ticks + shift);
    end += has(runFlags.bytes) ? view.getUint32(offset + at.bytes) : header.bytes;
  }
  if (!(end <= sizeBytes)) throw truncated('samples lie beyond its end');
  return { count, ticks: exact(ticks), shownFrom, shownTo };
}
