/** MP4, MOV and M4A: facts from the tables of the tracks, never from what a header claims. Source: ISO/IEC 14496-12. */
import type { MediaFacts } from '../../../core/media.ts';
import { type ByteReader, textAt } from '../byte-reader.ts';
import { corrupt, truncated, unsupported } from '../problems.ts';
import { type Box, createBoxBudget, readBoxes, readContent } from './iso-boxes.ts';
import { createFragments } from './iso-fragments.ts';
import type { Samples } from './iso-samples.ts';
import { playedMs, readTrack, type Track } from './iso-track.ts';

/** Tracks of picture and sound; the others are not looked at further. */
const maximumTracks = 8;
/** Brands of still pictures in this container. */
const pictureBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'mif1', 'msf1', 'avif', 'avis', 'crx ', 'jxl ']);

/** Boxes that films from before `ftyp` begin with (QuickTime file format, 2001). */
const oldStarts = new Set(['moov', 'mdat', 'wide', 'free', 'skip', 'pnot']);

export function isIsoMedia(head: DataView): boolean {
  if (head.byteLength < 8) return false;
  const type = textAt(head, 4, 4);
  return type === 'ftyp' || oldStarts.has(type);
}

export async function probeIso(reader: ByteReader): Promise<MediaFacts> {
  const budget = createBoxBudget();
  const fragments = createFragments(reader, budget);
  const tracks: Track[] = [];
  let brand = 'qt  ';
  let ticksPerSecond = 0;
  let at = 0;
  for await (const box of readBoxes(reader, 0, reader.sizeBytes, budget)) {
    if (box.type === 'ftyp') brand = await readBrand(reader, box);
    if (box.type === 'moof') await fragments.add(box, at);
    if (box.type === 'moov') {
      if (ticksPerSecond > 0) throw corrupt('it has two lists of tracks');
      for await (const inner of readBoxes(reader, box.start, box.end, budget)) {
        if (inner.type === 'mvhd') ticksPerSecond = await readMovieScale(reader, inner);
        if (inner.type === 'cmov') throw unsupported('its tables are compressed');
        if (inner.type === 'mvex') await fragments.add(inner, inner.start);
        if (inner.type === 'trak') tracks.push(await readTrack(reader, inner, budget));
        if (tracks.length > maximumTracks) throw unsupported(`it has more than ${maximumTracks} tracks`);
      }
    }
    at = box.end;
  }
  if (ticksPerSecond === 0) throw truncated('the list of its tracks is missing');
  const whole = tracks.map((track) => ({ ...track, samples: joined(track, fragments.samplesOf(track.id)) }));
  return factsOf(whole, brand, ticksPerSecond);
}

/** A fragmented film keeps nothing, or its beginning, in the tables. */
function joined({ samples }: Track, more: Samples | undefined): Samples {
  if (more === undefined || samples.count === 0) return more ?? samples;
  return {
    count: samples.count + more.count,
    ticks: samples.ticks + more.ticks,
    shownFrom: Math.min(samples.shownFrom, more.shownFrom),
    shownTo: Math.max(samples.shownTo, more.shownTo),
  };
}

async function readBrand(reader: ByteReader, box: Box): Promise<string> {
  const brand = textAt(await readContent(reader, box, 8), 0, 4);
  if (pictureBrands.has(brand)) throw unsupported('it is a picture in a film container');
  return brand;
}

async function readMovieScale(reader: ByteReader, box: Box): Promise<number> {
  const view = await readContent(reader, box, 20);
  const isLong = view.getUint8(0) === 1;
  if (isLong && view.byteLength < 32) throw corrupt('its film header is too short');
  const ticksPerSecond = view.getUint32(isLong ? 20 : 12);
  if (ticksPerSecond === 0) throw corrupt('it counts no time');
  return ticksPerSecond;
}

function factsOf(tracks: readonly Track[], brand: string, movieTicksPerSecond: number): MediaFacts {
  const withSamples = tracks.filter(({ samples }) => samples.count > 0);
  const video = withSamples.find(({ handler }) => handler === 'vide');
  const audio = withSamples.find(({ handler }) => handler === 'soun');
  const sound = audio === undefined ? {} : { audioCodec: audio.codec };
  if (video === undefined) {
    if (audio === undefined) throw corrupt('it has no track of pictures or sound');
    const durationMs = playedMs(audio, movieTicksPerSecond);
    return { kind: 'audio', mediaType: 'audio/mp4', extension: 'm4a', durationMs, ...sound };
  }
  const { width, height, orientation, samples, codec } = video;
  if (width === 0 || height === 0) throw corrupt('its pictures have no size');
  if (samples.ticks === 0 && samples.count > 1) throw corrupt('its pictures take no time');
  // Other tracks of pictures count as well: the longest decides how long the film is.
  const durations = withSamples
    .filter(({ handler }) => handler === 'vide')
    .map((track) => playedMs(track, movieTicksPerSecond));
  const isQuickTime = brand === 'qt  ';
  return {
    kind: 'video',
    mediaType: isQuickTime ? 'video/quicktime' : 'video/mp4',
    extension: isQuickTime ? 'mov' : 'mp4',
    width,
    height,
    frames: samples.count,
    durationMs: Math.max(...durations),
    frameRate: frameRateOf(samples.count, samples.ticks / video.ticksPerSecond),
    videoCodec: codec,
    ...(orientation === undefined ? {} : { orientation }),
    ...sound,
  };
}

function frameRateOf(frames: number, seconds: number): number {
  return seconds === 0 ? 0 : Math.round((frames / seconds) * 1000) / 1000;
}
