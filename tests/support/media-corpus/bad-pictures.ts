/** Pictures that lie, burst, or are only nearly what they seem. */
import { deflateSync } from 'node:zlib';
import { chunk, contentOf, patched, png, pngSignature, riffChunk, uint32, uint32Little } from './bytes.ts';
import { animation, picture } from './good-pictures.ts';
import { bad, type MediaCase } from './media-case.ts';

const jpeg = () => picture(300, 200).jpeg().toBuffer();

/** The frame header of a baseline JPEG says another size. */
async function resizedJpeg(width: number, height: number): Promise<Buffer> {
  const file = await jpeg();
  return patched(
    file,
    contentOf(file, '\xff\xc0') + 3,
    Buffer.from([height >> 8, height & 255, width >> 8, width & 255]),
  );
}

function edges(): MediaCase[] {
  const sized = (rule: 'tooSmall' | 'ratio', width: number, height: number) => [
    bad('image', `png ${width}x${height}`, () => picture(width, height).png().toBuffer(), rule),
    bad('image', `jpeg ${width}x${height}`, () => picture(width, height).jpeg().toBuffer(), rule),
    bad('image', `webp ${width}x${height}`, () => picture(width, height).webp().toBuffer(), rule),
  ];
  return [
    ...sized('tooSmall', 127, 128),
    ...sized('tooSmall', 128, 127),
    ...sized('tooSmall', 1, 1),
    ...sized('ratio', 128, 513),
    ...sized('ratio', 513, 128),
    ...sized('ratio', 2001, 500),
    bad(
      'image',
      'turned jpeg 513x128',
      () => picture(513, 128).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      'ratio',
    ),
    bad(
      'image',
      'turned jpeg 127x200',
      () => picture(127, 200).withMetadata({ orientation: 8 }).jpeg().toBuffer(),
      'tooSmall',
    ),
  ];
}

const lyingPngs: readonly MediaCase[] = [
  bad(
    'image',
    'png of 50000x50000 in a few bytes',
    () => png({ width: 50_000, height: 50_000, data: deflateSync(Buffer.alloc(50_001)) }),
    'tooLarge',
  ),
  bad(
    'image',
    'png of 7072x7072',
    () => png({ width: 7072, height: 7072, data: deflateSync(Buffer.alloc(100)) }),
    'tooLarge',
  ),
  bad(
    'image',
    'png of the largest numbers',
    () => png({ width: 0x7fff_ffff, height: 0x7fff_ffff, data: Buffer.alloc(9) }),
    'tooLarge',
    'ratio',
  ),
  bad(
    'image',
    'png of numbers beyond the largest',
    () => png({ width: 0xffff_ffff, height: 0xffff_ffff, data: Buffer.alloc(9) }),
    'corrupt',
  ),
  bad('image', 'png without an area', () => png({ width: 0, height: 200 }), 'corrupt'),
  bad(
    'image',
    'png with fewer rows than it says',
    () => png({ width: 300, height: 300, data: deflateSync(Buffer.alloc(301 * 20)) }),
    'corrupt',
  ),
  bad('image', 'png of a wrong checksum', () => patched(png({ width: 200, height: 200 }), 29, uint32(1)), 'corrupt'),
  bad(
    'image',
    'png of data with a wrong checksum',
    () => {
      const file = png({ width: 200, height: 200 });
      return patched(file, contentOf(file, 'IEND') - 12, uint32(7));
    },
    'corrupt',
  ),
  bad('image', 'png of an impossible depth', () => png({ width: 200, height: 200, depth: 3 }), 'corrupt'),
  bad('image', 'png of an impossible colour', () => png({ width: 200, height: 200, colourType: 5 }), 'corrupt'),
  bad('image', 'png of an unknown order of rows', () => png({ width: 200, height: 200, interlace: 9 }), 'corrupt'),
  bad(
    'image',
    'png with a wrong filter',
    () => png({ width: 200, height: 200, data: deflateSync(Buffer.alloc(201 * 200, 9)) }),
    'corrupt',
  ),
  bad(
    'image',
    'png whose data are no zlib',
    () => png({ width: 200, height: 200, data: Buffer.alloc(500, 7) }),
    'corrupt',
  ),
  bad(
    'image',
    'png whose data refer to nothing',
    () => png({ width: 200, height: 200, data: Buffer.from('789cffffffffffff', 'hex') }),
    'corrupt',
  ),
  bad(
    'image',
    'png without data',
    () =>
      Buffer.concat([pngSignature, png({ width: 200, height: 200 }).subarray(8, 33), chunk('IEND', Buffer.alloc(0))]),
    'corrupt',
  ),
  bad(
    'image',
    'png without a header',
    () => Buffer.concat([pngSignature, chunk('IEND', Buffer.alloc(0)), Buffer.alloc(40)]),
    'corrupt',
  ),
  bad('image', 'png of a palette without one', () => png({ width: 200, height: 200, colourType: 3 }), 'corrupt'),
  bad(
    'image',
    'png with a chunk beyond the end',
    () => {
      const file = png({ width: 200, height: 200, notes: chunk('tEXt', Buffer.alloc(20)) });
      return patched(file, 33, uint32(0x7fff_fff0));
    },
    'truncated',
  ),
  bad(
    'image',
    'png with endless notes',
    () => png({ width: 200, height: 200, notes: Buffer.concat(Array(10_001).fill(chunk('tEXt', Buffer.alloc(0)))) }),
    'corrupt',
  ),
  bad(
    'image',
    'png with 4000 million frames',
    () => png({ width: 200, height: 200, notes: chunk('acTL', Buffer.concat([uint32(0xffff_ffff), uint32(0)])) }),
    'tooLarge',
  ),
  bad(
    'image',
    'png with 6000 frames',
    () => png({ width: 200, height: 200, notes: chunk('acTL', Buffer.concat([uint32(6000), uint32(0)])) }),
    'tooLarge',
  ),
];

const lyingJpegs: readonly MediaCase[] = [
  bad('image', 'jpeg that says 65500x65500', () => resizedJpeg(65_500, 65_500), 'tooLarge'),
  bad('image', 'jpeg that says 7100x7100', () => resizedJpeg(7100, 7100), 'tooLarge'),
  bad('image', 'jpeg that says it is higher', () => resizedJpeg(300, 900), 'corrupt'),
  bad('image', 'jpeg that says it is wider', () => resizedJpeg(900, 300), 'corrupt'),
  bad('image', 'jpeg without a height', () => resizedJpeg(300, 0), 'corrupt'),
  bad('image', 'jpeg without a width', () => resizedJpeg(0, 300), 'corrupt'),
  bad(
    'image',
    'jpeg of 12 bits',
    async () => patched(await jpeg(), contentOf(await jpeg(), '\xff\xc0') + 2, Buffer.from([12])),
    'unsupported',
  ),
  bad(
    'image',
    'lossless jpeg',
    async () => patched(await jpeg(), contentOf(await jpeg(), '\xff\xc0') - 1, Buffer.from([0xc3])),
    'unsupported',
  ),
  bad(
    'image',
    'jpeg of seven colours',
    async () => patched(await jpeg(), contentOf(await jpeg(), '\xff\xc0') + 7, Buffer.from([7])),
    'corrupt',
  ),
  bad('image', 'jpeg with an empty segment', () => Buffer.from('\xff\xd8\xff\xe0\0\0\xff\xd9', 'latin1'), 'corrupt'),
  bad(
    'image',
    'jpeg of nothing but fill bytes',
    () => Buffer.concat([Buffer.from('\xff\xd8', 'latin1'), Buffer.alloc(20_000, 0xff)]),
    'corrupt',
  ),
  bad(
    'image',
    'jpeg of nothing but notes',
    () =>
      Buffer.concat([
        Buffer.from('\xff\xd8', 'latin1'),
        ...Array(10_002).fill(Buffer.from('\xff\xfe\0\x02', 'latin1')),
      ]),
    'corrupt',
  ),
  bad('image', 'jpeg that ends at once', () => Buffer.from('\xff\xd8\xff\xd9\0\0\0\0', 'latin1'), 'corrupt'),
  bad(
    'image',
    'jpeg without tables',
    async () => {
      const file = await jpeg();
      return patched(file, contentOf(file, '\xff\xdb') - 1, Buffer.from([0xfe]));
    },
    'corrupt',
  ),
  bad(
    'image',
    'jpeg whose data are zeros',
    async () => {
      const file = Buffer.from(await jpeg());
      return file.fill(0, contentOf(file, '\xff\xda') + 12, file.byteLength - 2);
    },
    'corrupt',
  ),
];

const webp = () => picture(300, 200).webp().toBuffer();
const riff = (...chunks: Buffer[]) => riffChunk('RIFF', Buffer.concat([Buffer.from('WEBP'), ...chunks]));
const uint24 = (value: number) => uint32Little(value).subarray(0, 3);
const canvas = (width: number, height: number, flags = 0) =>
  riffChunk('VP8X', Buffer.concat([uint32Little(flags), uint24(width - 1), uint24(height - 1)]));
const frame = (left: number, top: number, width: number, height: number, content: Buffer) =>
  riffChunk(
    'ANMF',
    Buffer.concat([
      uint24(left / 2),
      uint24(top / 2),
      uint24(width - 1),
      uint24(height - 1),
      uint32Little(10),
      content,
    ]),
  );

const lyingWebps: readonly MediaCase[] = [
  bad('image', 'webp on another canvas', async () => riff(canvas(3000, 2000), (await webp()).subarray(12)), 'corrupt'),
  bad(
    'image',
    'webp on a canvas of 16384x16384',
    async () => riff(canvas(16_384, 16_384), (await webp()).subarray(12)),
    'corrupt',
  ),
  bad('image', 'webp canvas without a picture', () => riff(canvas(300, 200)), 'truncated'),
  bad('image', 'animated webp without frames', () => riff(canvas(300, 200, 2)), 'truncated'),
  bad(
    'image',
    'webp frame outside of its canvas',
    async () => riff(canvas(200, 200, 2), frame(100, 100, 300, 200, (await webp()).subarray(12))),
    'corrupt',
  ),
  bad(
    'image',
    'webp frame of nothing',
    () => riff(canvas(200, 200, 2), frame(0, 0, 200, 200, Buffer.alloc(0))),
    'corrupt',
  ),
  bad(
    'image',
    'webp of 6000 frames',
    async () => {
      const content = frame(0, 0, 200, 200, (await picture(200, 200).webp({ quality: 1 }).toBuffer()).subarray(12));
      return riff(canvas(200, 200, 2), ...Array(6000).fill(content));
    },
    'tooLarge',
  ),
  bad(
    'image',
    'webp of 10001 chunks',
    () => riff(canvas(200, 200), ...Array(10_001).fill(riffChunk('XMP ', Buffer.alloc(0)))),
    'corrupt',
  ),
  bad(
    'image',
    'webp that is longer than the file',
    async () => patched(await webp(), 4, uint32Little(0xffff_fff0)),
    'truncated',
  ),
  bad(
    'image',
    'webp with a chunk that is too long',
    async () => patched(await webp(), 16, uint32Little(0x7fff_fff0)),
    'truncated',
  ),
  bad('image', 'webp without a start code', async () => patched(await webp(), 23, Buffer.from([0, 0, 0])), 'corrupt'),
  bad(
    'image',
    'webp that begins with a difference',
    async () => patched(await webp(), 20, Buffer.from([1])),
    'corrupt',
  ),
  bad(
    'image',
    'lossless webp of another version',
    async () => patched(await picture(300, 200).webp({ lossless: true }).toBuffer(), 24, Buffer.from([0xff])),
    'corrupt',
  ),
  bad(
    'image',
    'animated webp with a broken frame',
    async () => {
      const file = Buffer.from(await animation(200, 150, 3));
      return file.fill(0xff, file.lastIndexOf('ANMF') + 40);
    },
    'corrupt',
    'truncated',
  ),
];

export const badPictures: readonly MediaCase[] = [...edges(), ...lyingPngs, ...lyingJpegs, ...lyingWebps];
