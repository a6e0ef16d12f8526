/** AVI: the header list, and the chunks themselves for its length. Source: AVI RIFF file reference (Microsoft), OpenDML 1.02. */
import type { MediaFacts } from '../../../core/media.ts';
import { type ByteReader, textAt } from '../byte-reader.ts';
import { corrupt, truncated } from '../problems.ts';

const maximumStreams = 8;
const maximumHeaderChunks = 1000;
/** Pictures and packets of sound; a film of 100 MB has a few thousand. */
const maximumDataChunks = 200_000;
/** The index counts when what it names fills the data but for this much padding. */
const uncountedBytes = 64 * 1024;

type Chunk = { readonly id: string; readonly form: string; readonly start: number; readonly end: number };

type Stream = {
  readonly type: string;
  readonly scale: number;
  readonly rate: number;
  width: number;
  height: number;
  codec: string;
};

export async function probeAvi(reader: ByteReader): Promise<MediaFacts> {
  let streams: readonly Stream[] = [];
  let frames = 0;
  let video = -1;
  // A file above 1 GB, or one that was never closed, has further RIFF lists behind the first.
  for await (const riff of readChunks(reader, 0, reader.sizeBytes, { left: 16 })) {
    if (riff.id !== 'RIFF') break;
    const lists: Chunk[] = [];
    let index: Chunk | undefined;
    for await (const chunk of readChunks(reader, riff.start, riff.end, { left: maximumHeaderChunks })) {
      if (chunk.form === 'hdrl') streams = await readStreams(reader, chunk);
      if (chunk.form === 'movi') lists.push(chunk);
      if (chunk.id === 'idx1') index = chunk;
    }
    video = streams.findIndex(({ type }) => type === 'vids');
    for (const list of lists) frames += await countFrames(reader, list, index, video);
  }
  const stream = streams[video];
  if (stream === undefined) throw corrupt('it has no stream of pictures');
  if (frames === 0) throw truncated('it has no pictures');
  if (stream.width === 0 || stream.height === 0) throw corrupt('its pictures have no size');
  if (stream.scale === 0 || stream.rate === 0) throw corrupt('it counts no time');
  const audioCodec = streams.find(({ type }) => type === 'auds')?.codec;
  return {
    kind: 'video',
    mediaType: 'video/x-msvideo',
    extension: 'avi',
    width: stream.width,
    height: stream.height,
    frames,
    durationMs: Number(
      (BigInt(frames) * BigInt(stream.scale) * 1000n + BigInt(stream.rate) - 1n) / BigInt(stream.rate),
    ),
    frameRate: Math.round((stream.rate / stream.scale) * 1000) / 1000,
    videoCodec: stream.codec,
    ...(audioCodec === undefined ? {} : { audioCodec }),
  };
}

/** The chunks between two offsets. Throws `truncated` when one reaches beyond the end of the file. */
async function* readChunks(
  reader: ByteReader,
  start: number,
  end: number,
  budget: { left: number },
): AsyncGenerator<Chunk, void, undefined> {
  for (let offset = start; offset + 8 <= end; ) {
    budget.left -= 1;
    if (budget.left < 0) throw corrupt('it has too many chunks');
    const head = await reader.view(offset, Math.min(12, reader.sizeBytes - offset));
    const id = textAt(head, 0, 4);
    const length = head.getUint32(4, true);
    const isList = (id === 'LIST' || id === 'RIFF') && head.byteLength === 12 && length >= 4;
    const chunkEnd = offset + 8 + length;
    if (chunkEnd > reader.sizeBytes) throw truncated('an AVI chunk is not whole');
    if (chunkEnd > end) throw corrupt('a chunk outgrows the list around it');
    yield { id, form: isList ? textAt(head, 8, 4) : '', start: offset + (isList ? 12 : 8), end: chunkEnd };
    offset = chunkEnd + (length % 2);
  }
}

async function readStreams(reader: ByteReader, header: Chunk): Promise<readonly Stream[]> {
  const budget = { left: maximumHeaderChunks };
  const streams: Stream[] = [];
  for await (const list of readChunks(reader, header.start, header.end, budget)) {
    if (list.form !== 'strl') continue;
    if (streams.length === maximumStreams) throw corrupt(`it has more than ${maximumStreams} streams`);
    let stream: Stream | undefined;
    for await (const chunk of readChunks(reader, list.start, list.end, budget)) {
      if (chunk.id === 'strh') stream = await readStreamHeader(reader, chunk);
      if (chunk.id === 'strf' && stream !== undefined) await readFormat(reader, chunk, stream);
    }
    if (stream === undefined) throw corrupt('a stream has no header');
    streams.push(stream);
  }
  return streams;
}

async function readStreamHeader(reader: ByteReader, { start, end }: Chunk): Promise<Stream> {
  if (end - start < 28) throw corrupt('the header of a stream is too short');
  const view = await reader.view(start, 28);
  const type = textAt(view, 0, 4);
  return { type, scale: view.getUint32(20, true), rate: view.getUint32(24, true), width: 0, height: 0, codec: '' };
}

const pictureCodecs: Readonly<Record<string, string>> = {
  h264: 'avc',
  x264: 'avc',
  avc1: 'avc',
  hevc: 'hevc',
  xvid: 'mpeg4',
  fmp4: 'mpeg4',
  divx: 'mpeg4',
  mjpg: 'mjpeg',
};
const soundCodecs: Readonly<Record<number, string>> = { 1: 'pcm', 3: 'pcm', 85: 'mp3', 255: 'aac', 8192: 'ac3' };

async function readFormat(reader: ByteReader, { start, end }: Chunk, stream: Stream): Promise<void> {
  if (stream.type === 'vids') {
    if (end - start < 20) throw corrupt('the format of its pictures is too short');
    const view = await reader.view(start, 20);
    const name = textAt(view, 16, 4).toLowerCase();
    stream.width = Math.abs(view.getInt32(4, true));
    stream.height = Math.abs(view.getInt32(8, true));
    stream.codec = pictureCodecs[name] ?? (view.getUint32(16) === 0 ? 'raw' : name.replace(/[^ -~]/g, '').trim());
  } else if (stream.type === 'auds' && end - start >= 2) {
    const tag = (await reader.view(start, 2)).getUint16(0, true);
    stream.codec = soundCodecs[tag] ?? `0x${tag.toString(16)}`;
  }
}

/** How many pictures a list of data holds: by the index when it names all of the data, else by a walk over them. */
async function countFrames(reader: ByteReader, movi: Chunk, index: Chunk | undefined, video: number): Promise<number> {
  const isPicture = (id: string) => Number(id.slice(0, 2)) === video && /d[bc]$/.test(id);
  if (index !== undefined) {
    const { frames, bytes } = await readIndex(reader, index, isPicture);
    if (Math.abs(movi.end - movi.start - bytes) <= uncountedBytes) return frames;
  }
  let frames = 0;
  const budget = { left: maximumDataChunks };
  const waiting = [movi];
  for (let list = waiting.pop(); list !== undefined; list = waiting.pop()) {
    for await (const chunk of readChunks(reader, list.start, list.end, budget)) {
      if (chunk.form === 'rec ') waiting.push(chunk);
      else if (isPicture(chunk.id)) frames += 1;
    }
  }
  return frames;
}

async function readIndex(reader: ByteReader, { start, end }: Chunk, isPicture: (id: string) => boolean) {
  const count = Math.floor((end - start) / 16);
  if (count > maximumDataChunks) throw corrupt('its index has too many entries');
  const view = await reader.view(start, count * 16);
  let frames = 0;
  let bytes = 0;
  for (let entry = 0; entry < count; entry += 1) {
    const length = view.getUint32(entry * 16 + 12, true);
    if (isPicture(textAt(view, entry * 16, 4))) frames += 1;
    bytes += 8 + length + (length % 2);
  }
  return { frames, bytes };
}
