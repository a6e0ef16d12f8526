/** Files that are two things at once, and files that are something else. `canary` is what some of them try to reach. */
import { deflateSync, gzipSync } from 'node:zlib';
import { box, chunk, png, zip } from './bytes.ts';
import { encode, plainMp4 } from './films.ts';
import { picture } from './good-pictures.ts';
import { bad, good, type MediaCase } from './media-case.ts';

export type Canary = { readonly path: string; readonly url: string };

const jpegWith = async (note: string) => {
  const file = await picture(300, 200).jpeg().toBuffer();
  const text = Buffer.from(note);
  const length = Buffer.from([(text.byteLength + 2) >> 8, (text.byteLength + 2) & 255]);
  return Buffer.concat([file.subarray(0, 2), Buffer.from([0xff, 0xfe]), length, text, file.subarray(2)]);
};
const pngWith = (type: string, note: string | Buffer) =>
  png({ width: 200, height: 200, notes: chunk(type, Buffer.from(note)) });

const twofold: readonly MediaCase[] = [
  bad('image', 'png and zip', () => Buffer.concat([png({ width: 200, height: 200 }), zip()]), 'unsupported'),
  bad('image', 'jpeg and zip', async () => Buffer.concat([await jpegWith(''), zip()]), 'unsupported'),
  bad(
    'image',
    'webp and zip',
    async () => Buffer.concat([await picture(200, 200).webp().toBuffer(), zip()]),
    'unsupported',
  ),
  bad('video', 'mp4 and zip', async () => Buffer.concat([await plainMp4(), zip()]), 'unsupported'),
  bad('image', 'jpeg and HTML', () => jpegWith('<html><script>alert(1)</script>'), 'unsupported'),
  bad('image', 'jpeg and a script', () => jpegWith('*/=1;<SCRIPT src=//x>'), 'unsupported'),
  bad('image', 'jpeg and SVG', () => jpegWith('<svg onload=alert(1)>'), 'unsupported'),
  bad('image', 'jpeg and PDF', () => jpegWith('%PDF-1.7\n1 0 obj'), 'unsupported'),
  bad('image', 'png and HTML', () => pngWith('tEXt', '<!DOCTYPE html><body onload=x>'), 'unsupported'),
  bad('image', 'png and PDF', () => pngWith('tEXt', 'a\0%PDF-1.4'), 'unsupported'),
  bad(
    'image',
    'gif and a script',
    () => Buffer.from('GIF89a/*\0\0\0\0*/=1;alert(1)//;'),
    'unsupported',
    'corrupt',
    'truncated',
  ),
  bad(
    'video',
    'mp4 and HTML',
    async () => {
      const film = await plainMp4();
      const length = film.readUInt32BE(0);
      return Buffer.concat([
        film.subarray(0, length),
        box('free', Buffer.from('<html><script>')),
        film.subarray(length),
      ]);
    },
    'unsupported',
  ),
];

/** What a picture carries is never looked up. */
function harmless({ path, url }: Canary): MediaCase[] {
  const packet = `<?xpacket begin=''?><x:xmpmeta><rdf:RDF xmlns:a="${url}"><rdf:li rdf:resource="file://${path}"/></rdf:RDF></x:xmpmeta>`;
  return [
    good('image', 'jpeg with XMP that names a file', () => jpegWith(packet)),
    good('image', 'png with XMP that names a file', () =>
      pngWith('iTXt', Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${packet}`)),
    ),
    good('image', 'png with a note that bursts', () =>
      pngWith('zTXt', Buffer.concat([Buffer.from('a\0\0'), deflateSync(Buffer.alloc(30_000_000))])),
    ),
  ];
}

/** Texts that some readers of media open, with what they lead to. */
function playlists({ path, url }: Canary): readonly (readonly [string, string])[] {
  return [
    ['m3u8 of a file', `#EXTM3U\n#EXTINF:1,\nfile://${path}\n#EXT-X-ENDLIST\n`],
    ['m3u8 of a URL', `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${url}/a.ts\n#EXT-X-ENDLIST\n`],
    ['m3u8 of joined files', `#EXTM3U\n#EXTINF:1,\nconcat:${url}/x.m3u8|file://${path}\n#EXT-X-ENDLIST\n`],
    ['m3u8 of a key', `#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="${url}/key"\n#EXTINF:1,\na.ts\n`],
    ['m3u8 with a mark before it', `\ufeff#EXTM3U\n${url}`],
    ['m3u8 of data', '#EXTM3U\n#EXTINF:1,\ndata:video/mp4;base64,AAAA\n'],
    ['list of files', `ffconcat version 1.0\nfile '${path}'\n`],
    ['list of URLs', `ffconcat version 1.0\nfile '${url}/a.mp4'\n`],
    ['pls', `[playlist]\nFile1=${url}\n`],
    ['asx', `<asx version="3.0"><entry><ref href="${url}"/></entry></asx>`],
    ['xspf', `<playlist><trackList><track><location>${url}</location></track></trackList></playlist>`],
    ['DASH', `<?xml version="1.0"?><MPD><BaseURL>${url}</BaseURL></MPD>`],
    ['SMIL', `<smil><body><video src="${url}"/></body></smil>`],
    [
      'SVG of a URL',
      `<svg xmlns="http://www.w3.org/2000/svg"><image href="${url}/a.png" width="300" height="300"/></svg>`,
    ],
    ['SVG with an entity', `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a SYSTEM "file://${path}">]><svg>&a;</svg>`],
    ['SVG of many entities', `<!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><svg><text>&b;</text></svg>`],
    ['MVG', `push graphic-context\nviewbox 0 0 640 480\nfill 'url(${url})'\npop graphic-context`],
    ['HTML', `<!DOCTYPE html><img src="${url}">`],
    ['PDF', `%PDF-1.7\n1 0 obj <</Type /Action /S /URI /URI (${url})>>`],
    ['PostScript', `%!PS-Adobe-3.0\n(${path}) run\n`],
    ['XPM', '/* XPM */\nstatic char * a[] = {"1 1 1 1"};'],
    ['PPM', 'P6\n200 200\n255\n'],
    ['SDP', `v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n`],
    ['subtitles', '1\n00:00:00,000 --> 00:00:01,000\nhello\n'],
    ['ffmetadata', ';FFMETADATA1\ntitle=a\n'],
    ['AviSynth', `AviSource("${path}")`],
    ['shell script', '#!/bin/sh\ncat /etc/passwd\n'],
    ['JSON', '{"a":1}'],
    ['words', 'words'],
  ];
}

/** The first bytes of other formats. */
const foreign: readonly (readonly [string, string])[] = [
  ['gzip', gzipSync('a').toString('latin1')],
  ['bzip2', 'BZh91AY&SY'],
  ['xz', '\xfd7zXZ\0\0'],
  ['7z', '7z\xbc\xaf\x27\x1c\0\0'],
  ['rar', 'Rar!\x1a\x07\x01\0'],
  ['ELF', '\x7fELF\x02\x01\x01'],
  ['Windows program', 'MZ\x90\0\x03\0\0\0'],
  ['Java class', '\xca\xfe\xba\xbe\0\0\0\x34'],
  ['WebAssembly', '\0asm\x01\0\0\0'],
  ['icon', '\0\0\x01\0\x01\0\x10\x10'],
  ['PSD', '8BPS\0\x01\0\0'],
  ['JPEG 2000', '\0\0\0\x0cjP  \r\n\x87\n'],
  ['JPEG XL', '\xff\x0a\xfa\x1f'],
  ['FLV', 'FLV\x01\x05\0\0\0\x09'],
  ['MPEG program stream', '\0\0\x01\xba\x44\0\x04\0'],
  ['MPEG transport stream', `G@\0\x10${'\xff'.repeat(184)}G@\0\x10`],
  ['Ogg', 'OggS\0\x02\0\0\0\0'],
  ['ASF', '\x30\x26\xb2\x75\x8e\x66\xcf\x11'],
  ['AIFF', 'FORM\0\0\0\x20AIFFCOMM'],
  ['MIDI', 'MThd\0\0\0\x06'],
  ['AMR', '#!AMR\n'],
  ['Flash', 'FWS\x0a\0\0\0\0'],
  ['OpenEXR', '\x76\x2f\x31\x01\x02\0\0\0'],
  ['Radiance', '#?RADIANCE\n'],
  ['DICOM', `${'\0'.repeat(128)}DICM`],
  ['SQLite', 'SQLite format 3\0'],
  ['BigTIFF', 'II+\0\x08\0\0\0'],
  ['RIFF of an unknown form', 'RIFF\x10\0\0\0RMID'],
  ['zeros', '\0'.repeat(5000)],
];

/** What we know, and this field does not take. */
const elsewhere: readonly MediaCase[] = [
  bad(
    'image',
    'gif',
    () => encode('a.gif', '-f', 'lavfi', '-i', 'testsrc=size=200x200:rate=5:duration=1'),
    'unsupported',
  ),
  bad(
    'image',
    'bmp',
    () => encode('a.bmp', '-f', 'lavfi', '-i', 'testsrc=size=200x200', '-frames:v', '1'),
    'unsupported',
  ),
  bad(
    'image',
    'tiff',
    () => encode('a.tiff', '-f', 'lavfi', '-i', 'testsrc=size=200x200', '-frames:v', '1'),
    'unsupported',
  ),
  bad('image', 'mp4 as a picture', () => plainMp4(), 'kind'),
  bad('video', 'png as a film', () => png({ width: 200, height: 200 }), 'kind'),
  bad('image', 'zip', () => zip(), 'kind'),
  bad(
    'video',
    'webm',
    () => encode('a.webm', '-f', 'lavfi', '-i', 'testsrc=size=200x200:rate=5:duration=1', '-c:v', 'libvpx'),
    'unsupported',
  ),
  bad(
    'video',
    'mkv',
    () => encode('a.mkv', '-f', 'lavfi', '-i', 'testsrc=size=200x200:rate=5:duration=1', '-c:v', 'libx264'),
    'unsupported',
  ),
  bad('video', 'mp3', () => encode('a.mp3', '-f', 'lavfi', '-i', 'sine=duration=1'), 'kind'),
  bad('video', 'wav', () => encode('a.wav', '-f', 'lavfi', '-i', 'sine=duration=1'), 'kind'),
  bad('image', 'an empty file', () => Buffer.alloc(0), 'unsupported'),
];

export function disguisedFiles(canary: Canary): readonly MediaCase[] {
  return [
    ...twofold,
    ...harmless(canary),
    ...playlists(canary).map(([name, text]) => bad('image', name, () => Buffer.from(text), 'unsupported')),
    ...foreign.map(([name, text]) =>
      bad('video', name, () => Buffer.from(text, 'latin1'), 'unsupported', 'corrupt', 'truncated'),
    ),
    ...elsewhere,
  ];
}
