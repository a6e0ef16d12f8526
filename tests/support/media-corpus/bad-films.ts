/** Films whose tables lie, and boxes that no parser should trust. */
import { box, contentOf, patched, riffChunk, uint32, uint32Little } from './bytes.ts';
import { fastMp4, fragmentedMp4, measuredMp4, plainAvi, plainMov, plainMp4 } from './films.ts';
import { bad, good, type MediaCase } from './media-case.ts';

/** A film with `bytes` written at `offset` behind the name of a box. */
const mp4With = (name: string, offset: number, bytes: Uint8Array) => async () => {
  const film = await plainMp4();
  return patched(film, contentOf(film, name) + offset, bytes);
};
const aviWith = (name: string, offset: number, bytes: Uint8Array) => async () => {
  const film = await plainAvi();
  return patched(film, contentOf(film, name) + offset, bytes);
};

const tables: readonly MediaCase[] = [
  bad('video', 'mp4 of more times than samples', mp4With('stts', 8, uint32(9)), 'corrupt'),
  bad('video', 'mp4 of fewer times than samples', mp4With('stts', 8, uint32(2)), 'corrupt'),
  bad('video', 'mp4 with endless times', mp4With('stts', 4, uint32(0xffff_ffff)), 'corrupt'),
  bad(
    'video',
    'mp4 of samples that last for ever',
    async () => {
      const film = await measuredMp4(8000);
      return patched(film, contentOf(film, 'stts') + 12, uint32(0xffff_ffff));
    },
    'tooLong',
    'corrupt',
  ),
  bad('video', 'mp4 of samples that take no time', mp4With('stts', 12, uint32(0)), 'corrupt'),
  bad('video', 'mp4 of 4000 million samples', mp4With('stsz', 8, uint32(0xffff_ffff)), 'corrupt'),
  bad('video', 'mp4 of samples all alike and huge', mp4With('stsz', 4, uint32(0x7fff_ffff)), 'truncated'),
  bad('video', 'mp4 of a huge sample', mp4With('stsz', 12, uint32(0x7fff_ffff)), 'truncated'),
  bad('video', 'mp4 of samples beyond its end', mp4With('stco', 8, uint32(0xffff_ff00)), 'truncated'),
  bad('video', 'mp4 of endless chunks', mp4With('stco', 4, uint32(0xffff_ffff)), 'corrupt'),
  bad('video', 'mp4 whose chunks begin late', mp4With('stsc', 8, uint32(7)), 'corrupt'),
  bad('video', 'mp4 of endless runs of chunks', mp4With('stsc', 4, uint32(0xffff_ffff)), 'corrupt'),
  bad('video', 'mp4 of empty chunks', mp4With('stsc', 12, uint32(0)), 'corrupt'),
  bad('video', 'mp4 that counts no time', mp4With('mdhd', 12, uint32(0)), 'corrupt'),
  bad('video', 'mp4 whose film counts no time', mp4With('mvhd', 12, uint32(0)), 'corrupt'),
  bad('video', 'mp4 of other descriptions than pictures', mp4With('stsd', 4, uint32(0)), 'corrupt'),
  bad('video', 'mp4 of endless descriptions', mp4With('stsd', 4, uint32(0xffff_ffff)), 'corrupt'),
  bad('video', 'mp4 that says it is wider', mp4With('stsd', 40, Buffer.from([1, 0, 0, 128])), 'corrupt'),
  bad('video', 'mp4 that says it is too small', mp4With('stsd', 40, Buffer.from([0, 127, 0, 128])), 'tooSmall'),
  bad('video', 'mp4 that says it is huge', mp4With('stsd', 40, Buffer.from([255, 255, 255, 255])), 'tooLarge'),
  bad('video', 'mp4 without a size', mp4With('stsd', 40, Buffer.alloc(4)), 'corrupt'),
  bad('video', 'mp4 of data in another file', mp4With('url ', 0, uint32(0)), 'unsupported'),
  bad('video', 'mp4 of an unknown codec', mp4With('stsd', 12, Buffer.from('zzzz')), 'corrupt'),
  bad(
    'video',
    'mp4 whose data are zeros',
    async () => {
      const film = Buffer.from(await fastMp4());
      return film.fill(0, contentOf(film, 'mdat'));
    },
    'corrupt',
  ),
  bad('video', 'mp4 with endless edits', mp4With('elst', 4, uint32(0xffff_ffff)), 'corrupt'),
  good('video', 'mp4 whose header says an hour', mp4With('mvhd', 16, uint32(3_600_000)), { durationMs: 1000 }),
  bad(
    'video',
    'mp4 of 9 s whose headers say 1 s',
    async () => {
      const film = await plainMp4({ seconds: 9 });
      const inner = patched(film, contentOf(film, 'mdhd') + 16, uint32(1));
      return patched(inner, contentOf(film, 'mvhd') + 16, uint32(1000));
    },
    'tooLong',
  ),
  good(
    'video',
    'mp4 of 9 s of which an edit shows 1 s',
    async () => {
      const film = await plainMp4({ seconds: 9 });
      return patched(film, contentOf(film, 'elst') + 8, uint32(1000));
    },
    { durationMs: 1000 },
  ),
  bad(
    'video',
    'mp4 of runs beyond its end',
    async () => {
      const film = await fragmentedMp4();
      return patched(film, contentOf(film, 'trun') + 8, uint32(0x7fff_0000));
    },
    'truncated',
  ),
  bad(
    'video',
    'mp4 of endless runs',
    async () => {
      const film = await fragmentedMp4();
      return patched(film, contentOf(film, 'trun') + 4, uint32(0xffff_ffff));
    },
    'corrupt',
  ),
];

const start = box('ftyp', Buffer.from('isom\0\0\0\0'));

/** Boxes in boxes; only the outermost length is right when `isLying`. */
function nested(depth: number): Buffer {
  let inner = Buffer.alloc(0);
  const heads = Array.from({ length: depth }, (_, level) => box('trak', inner, 8 * (depth - level)));
  inner = Buffer.concat(heads);
  return box('moov', inner);
}

const boxes: readonly MediaCase[] = [
  bad('video', 'mp4 of nothing', () => start, 'truncated'),
  bad('video', 'mp4 of a box of 1 byte', () => Buffer.concat([start, box('moov', Buffer.alloc(8), 4)]), 'corrupt'),
  bad('video', 'mp4 of an endless box', () => Buffer.concat([start, box('free', Buffer.alloc(8), 0)]), 'truncated'),
  bad(
    'video',
    'mp4 of an empty box in a box',
    () =>
      Buffer.concat([
        start,
        box('moov', Buffer.concat([box('trak', Buffer.alloc(0), 0), Buffer.alloc(8)])),
        box('free'),
      ]),
    'corrupt',
  ),
  bad(
    'video',
    'mp4 of a box of 2^63 bytes',
    () => Buffer.concat([start, box('mdat', Buffer.from('7fffffffffffffff0000000000000000', 'hex'), 1)]),
    'corrupt',
  ),
  bad(
    'video',
    'mp4 of a box of 2^53 bytes',
    () => Buffer.concat([start, box('mdat', Buffer.from('001ffffffffffff0', 'hex'), 1)]),
    'truncated',
    'corrupt',
  ),
  bad(
    'video',
    'mp4 of a long box of 0 bytes',
    () => Buffer.concat([start, box('mdat', Buffer.alloc(8), 1)]),
    'corrupt',
  ),
  bad(
    'video',
    'mp4 of a box beyond the end',
    () => Buffer.concat([start, box('moov', Buffer.alloc(8), 0x7fff_fff0)]),
    'truncated',
  ),
  bad(
    'video',
    'mp4 of a box that outgrows its parent',
    () => Buffer.concat([start, box('moov', box('trak', Buffer.alloc(8), 5000)), Buffer.alloc(9000)]),
    'corrupt',
    'truncated',
  ),
  bad('video', 'mp4 of 10001 boxes', () => Buffer.concat([start, ...Array(10_001).fill(box('free'))]), 'corrupt'),
  bad('video', 'mp4 of boxes 10000 deep', () => Buffer.concat([start, nested(10_000)]), 'corrupt'),
  bad(
    'video',
    'mp4 of nine tracks',
    async () => {
      const film = await plainMp4();
      const at = contentOf(film, 'trak') - 8;
      const trak = film.subarray(at, at + film.readUInt32BE(at));
      const header = film.subarray(contentOf(film, 'mvhd') - 8, contentOf(film, 'mvhd') + 100);
      return Buffer.concat([
        film.subarray(0, contentOf(film, 'moov') - 8),
        box('moov', Buffer.concat([header, ...Array(9).fill(trak)])),
      ]);
    },
    'unsupported',
  ),
  bad(
    'video',
    'mp4 of two lists of tracks',
    async () => {
      const film = await plainMp4();
      return Buffer.concat([film, film.subarray(contentOf(film, 'moov') - 8)]);
    },
    'corrupt',
  ),
  bad(
    'video',
    'mp4 of compressed tables',
    () => Buffer.concat([start, box('moov', box('cmov', Buffer.alloc(20)))]),
    'unsupported',
  ),
  bad(
    'video',
    'mov that leads to another',
    () =>
      Buffer.concat([
        box('ftyp', Buffer.from('qt  \0\0\0\0')),
        box('moov', box('rmra', box('rmda', box('rdrf', Buffer.from('\0\0\0\0url \0\0\0\x10file:///etc/passwd'))))),
      ]),
    'truncated',
  ),
  bad(
    'video',
    'mp4 without tracks',
    async () => {
      const film = await plainMp4();
      const header = film.subarray(contentOf(film, 'mvhd') - 8, contentOf(film, 'mvhd') + 100);
      return Buffer.concat([start, box('moov', header)]);
    },
    'corrupt',
  ),
  bad(
    'video',
    'mp4 with sound only',
    async () => {
      const film = await plainMp4();
      return patched(film, contentOf(film, 'hdlr') + 8, Buffer.from('soun'));
    },
    'kind',
  ),
  bad('video', 'heic', () => box('ftyp', Buffer.from('heic\0\0\0\0mif1heic')), 'unsupported'),
  bad('video', 'avif', () => box('ftyp', Buffer.from('avif\0\0\0\0mif1avif')), 'unsupported'),
];

const avis: readonly MediaCase[] = [
  bad('video', 'avi that counts no time', aviWith('vidsFMP4', 12, uint32Little(0)), 'corrupt'),
  bad('video', 'avi of no rate', aviWith('vidsFMP4', 16, uint32Little(0)), 'corrupt'),
  bad('video', 'avi of a slow rate', aviWith('vidsFMP4', 12, uint32Little(0x7fff_ffff)), 'tooLong'),
  good('video', 'avi whose header says an hour', aviWith('vidsFMP4', 24, uint32Little(28_800)), { durationMs: 1000 }),
  bad('video', 'avi without a width', aviWith('strf', 8, uint32Little(0)), 'corrupt'),
  bad('video', 'avi that says it is wider', aviWith('strf', 8, uint32Little(300)), 'corrupt'),
  bad('video', 'avi that says it is huge', aviWith('strf', 8, uint32Little(0x7fff_ffff)), 'tooLarge', 'ratio'),
  bad('video', 'avi of a list beyond the end', aviWith('RIFF', 0, uint32Little(0xffff_fff0)), 'truncated'),
  bad(
    'video',
    'avi of 9 s with the index of 1 s',
    async () => {
      const film = await plainAvi({ seconds: 9, size: '256x256' });
      const at = contentOf(film, 'idx1');
      return patched(film, at, uint32Little(16)).fill(0, at + 20);
    },
    'tooLong',
    'corrupt',
    'truncated',
  ),
  bad('video', 'avi without pictures', () => riffChunk('RIFF', Buffer.from('AVI ')), 'corrupt'),
  bad(
    'video',
    'avi of endless chunks',
    () =>
      riffChunk('RIFF', Buffer.concat([Buffer.from('AVI '), ...Array(1001).fill(riffChunk('JUNK', Buffer.alloc(0)))])),
    'corrupt',
  ),
];

const others: readonly MediaCase[] = [
  bad('video', 'mov turned and too narrow', () => plainMov({ size: '128x520' }), 'ratio'),
  bad('video', 'mp4 126x128', () => plainMp4({ size: '126x128' }), 'tooSmall'),
  bad('video', 'avi 520x128', () => plainAvi({ size: '520x128' }), 'ratio'),
];

export const badFilms: readonly MediaCase[] = [...tables, ...boxes, ...avis, ...others];
