/** WebM and Matroska: the tracks, and the time of every block of the film. Sources: RFC 8794 (EBML), RFC 9559. */
import type { MediaFacts } from '../../../core/media.ts';
import { type ByteReader, textAt } from '../byte-reader.ts';
import { corrupt, truncated } from '../problems.ts';

const ids = {
  header: 0x1a45dfa3,
  documentType: 0x4282,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  tracks: 0x1654ae6b,
  track: 0xae,
  trackNumber: 0xd7,
  trackType: 0x83,
  codec: 0x86,
  frameNanoseconds: 0x23e383,
  video: 0xe0,
  width: 0xb0,
  height: 0xba,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  blockDuration: 0x9b,
} as const;

/** These are entered; all others are stepped over. Depth costs nothing, for nothing is remembered on the way. */
const parents: ReadonlySet<number> = new Set([
  ids.segment,
  ids.info,
  ids.tracks,
  ids.track,
  ids.video,
  ids.cluster,
  ids.blockGroup,
]);
const maximumElements = 200_000;
const maximumTracks = 8;

type Track = { number: number; type: number; codec: string; width: number; height: number; frameNanoseconds: number };

export async function probeMatroska(reader: ByteReader): Promise<MediaFacts> {
  const header = await readElement(reader, 0);
  const documentType = await readDocumentType(reader, header);
  const tracks: Track[] = [];
  const shown = new Map<number, { first: number; last: number; frames: number }>();
  let scale = 1_000_000;
  let clusterTime = 0;
  let offset = header.end;
  for (let count = 0; offset < reader.sizeBytes; count += 1) {
    if (count === maximumElements) throw corrupt('it has too many elements');
    const { id, start, end, isUnknown } = await readElement(reader, offset);
    if (parents.has(id)) {
      if (id === ids.track) {
        if (tracks.length === maximumTracks) throw corrupt(`it has more than ${maximumTracks} tracks`);
        tracks.push({ number: 0, type: 0, codec: '', width: 0, height: 0, frameNanoseconds: 0 });
      }
      if (!isUnknown && end > reader.sizeBytes) throw truncated('a part of it is not whole');
      offset = start;
      continue;
    }
    if (isUnknown || end > reader.sizeBytes) throw truncated('an element is not whole');
    const number = () => readUnsigned(reader, start, end);
    const track = tracks.at(-1);
    if (id === ids.timestampScale) scale = await number();
    else if (id === ids.timestamp) clusterTime = await number();
    else if (id === ids.simpleBlock || id === ids.block) {
      const { trackNumber, time } = await readBlock(reader, start, end);
      const at = clusterTime + time;
      const seen = shown.get(trackNumber) ?? { first: at, last: at, frames: 0 };
      const next = { first: Math.min(seen.first, at), last: Math.max(seen.last, at), frames: seen.frames + 1 };
      if (shown.size < maximumTracks || shown.has(trackNumber)) shown.set(trackNumber, next);
    } else if (track !== undefined) await readTrackField(reader, track, id, start, end, number);
    offset = end;
  }
  if (scale === 0) throw corrupt('it counts no time');
  return factsOf(documentType, tracks, shown, scale);
}

async function readDocumentType(reader: ByteReader, header: Element): Promise<string> {
  if (header.id !== ids.header || header.isUnknown || header.end - header.start > 4096)
    throw corrupt('its header is wrong');
  for (let offset = header.start; offset < header.end; ) {
    const { id, start, end } = await readElement(reader, offset);
    if (id === ids.documentType) return await readText(reader, start, end);
    offset = end;
  }
  throw corrupt('its header names no type');
}

type Element = { readonly id: number; readonly start: number; readonly end: number; readonly isUnknown: boolean };

async function readElement(reader: ByteReader, offset: number): Promise<Element> {
  const view = await reader.view(offset, Math.min(12, reader.sizeBytes - offset));
  if (view.byteLength < 2) throw truncated('an element is not whole');
  const idBytes = Math.clz32(view.getUint8(0)) - 23;
  if (idBytes > 4 || view.byteLength <= idBytes) throw corrupt('an element has no valid name');
  let id = 0;
  for (let index = 0; index < idBytes; index += 1) id = id * 256 + view.getUint8(index);
  const { value, bytes, isUnknown } = readVariable(view, idBytes);
  const start = offset + idBytes + bytes;
  return { id, start, end: start + value, isUnknown };
}

/** A number whose leading zero bits say how long it is; all ones mean that the length is not known. */
function readVariable(view: DataView, offset: number): { value: number; bytes: number; isUnknown: boolean } {
  const bytes = Math.clz32(view.getUint8(offset)) - 23;
  if (bytes > 8 || offset + bytes > view.byteLength) throw corrupt('an element has no valid size');
  let value = view.getUint8(offset) & (0xff >> bytes);
  let isUnknown = value === 0xff >> bytes;
  for (let index = 1; index < bytes; index += 1) {
    const byte = view.getUint8(offset + index);
    if (byte !== 0xff) isUnknown = false;
    value = value * 256 + byte;
  }
  if (!isUnknown && !Number.isSafeInteger(value)) throw corrupt('an element has an impossible size');
  return { value, bytes, isUnknown };
}

async function readUnsigned(reader: ByteReader, start: number, end: number): Promise<number> {
  if (end - start > 8) throw corrupt('a number is too long');
  const view = await reader.view(start, end - start);
  let value = 0;
  for (let index = 0; index < view.byteLength; index += 1) value = value * 256 + view.getUint8(index);
  if (!Number.isSafeInteger(value)) throw corrupt('a number is too large');
  return value;
}

async function readText(reader: ByteReader, start: number, end: number): Promise<string> {
  if (end - start > 64) throw corrupt('a name is too long');
  return textAt(await reader.view(start, end - start), 0, end - start).replace(/\0.*$/, '');
}

async function readBlock(reader: ByteReader, start: number, end: number) {
  const view = await reader.view(start, Math.min(12, end - start));
  if (view.byteLength < 4) throw corrupt('a block is too short');
  const { value: trackNumber, bytes } = readVariable(view, 0);
  if (bytes + 2 > view.byteLength) throw corrupt('a block is too short');
  return { trackNumber, time: view.getInt16(bytes) };
}

async function readTrackField(
  reader: ByteReader,
  track: Track,
  id: number,
  start: number,
  end: number,
  number: () => Promise<number>,
): Promise<void> {
  if (id === ids.trackNumber) track.number = await number();
  else if (id === ids.trackType) track.type = await number();
  else if (id === ids.codec) track.codec = codecName(await readText(reader, start, end));
  else if (id === ids.frameNanoseconds) track.frameNanoseconds = await number();
  else if (id === ids.width) track.width = await number();
  else if (id === ids.height) track.height = await number();
}

function codecName(id: string): string {
  const name = id.replace(/^[VA]_/, '').toLowerCase();
  if (name.startsWith('mpeg4/iso/avc')) return 'avc';
  if (name.startsWith('mpegh/iso/hevc')) return 'hevc';
  return name === 'mpeg/l3' ? 'mp3' : name;
}

function factsOf(
  documentType: string,
  tracks: readonly Track[],
  shown: ReadonlyMap<number, { readonly first: number; readonly last: number; readonly frames: number }>,
  scale: number,
): MediaFacts {
  const video = tracks.find(({ type, number }) => type === 1 && shown.has(number));
  const audio = tracks.find(({ type, number }) => type === 2 && shown.has(number));
  const main = video ?? audio;
  const times = main && shown.get(main.number);
  if (main === undefined || times === undefined) throw truncated('it has no pictures and no sound');
  const isVideo = video !== undefined;
  if (isVideo && (main.width === 0 || main.height === 0)) throw corrupt('its pictures have no size');
  const { first, last, frames } = times;
  // The last block lasts as long as the track says, or as those before it did.
  const blockTicks = frames > 1 ? (last - first) / (frames - 1) : 0;
  const lastNanoseconds = main.frameNanoseconds || blockTicks * scale;
  const nanoseconds = (last - first) * scale + lastNanoseconds;
  if (!(nanoseconds < Number.MAX_SAFE_INTEGER)) throw corrupt('its times are impossibly large');
  const isWebm = documentType === 'webm';
  const durationMs = Math.ceil(nanoseconds / 1e6);
  const sound = audio === undefined ? {} : { audioCodec: audio.codec };
  const type = isWebm ? 'webm' : 'x-matroska';
  const extension = isWebm ? 'webm' : 'mkv';
  if (!isVideo) return { kind: 'audio', mediaType: `audio/${type}`, extension, durationMs, ...sound };
  return {
    kind: 'video',
    mediaType: `video/${type}`,
    extension,
    width: main.width,
    height: main.height,
    frames,
    durationMs,
    frameRate: nanoseconds === 0 ? 0 : Math.round((frames * 1e12) / nanoseconds) / 1000,
    videoCodec: main.codec,
    ...sound,
  };
}
