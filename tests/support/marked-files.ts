/** Pictures and films in many shapes, made by sharp and ffmpeg, and what programs that are not ours say of them. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';

export type MadeFile = { readonly name: string; readonly extension: string; readonly bytes: Buffer };

/** Noise with an edge in it: nothing a codec could flatten. */
function pixels(width: number, height: number, channels: 3 | 4): Buffer {
  return Buffer.from(
    Uint8Array.from({ length: width * height * channels }, (_, at) => (at * 7919 + (at >> 5) * 31) & 255),
  );
}

function picture(width = 61, height = 37, channels: 3 | 4 = 3) {
  return sharp(pixels(width, height, channels), { raw: { width, height, channels } });
}

const xmp = (text: string) =>
  '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
  '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ' +
  `xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:source>${text}</dc:source></rdf:Description></rdf:RDF></x:xmpmeta>` +
  '<?xpacket end="w"?>';

/** What every file that had metadata before must still say after. */
export const oldSource = 'a source of long ago';

/** A camera's facts: where, with what, and which way up. */
const camera = {
  IFD0: { Make: 'Secret Camera', Model: 'Secret Model', Orientation: '6' },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '51/1 30/1 3230/100',
    GPSLongitudeRef: 'W',
    GPSLongitude: '0/1 7/1 4366/100',
  },
};

export async function makePictures(): Promise<MadeFile[]> {
  const made: [string, string, Sharp][] = [
    ['plain', 'png', picture().png()],
    ['alpha', 'png', picture(33, 47, 4).png()],
    ['palette', 'png', picture().png({ palette: true, colours: 16 })],
    ['deep', 'png', picture().toColourspace('rgb16').png()],
    ['xmp', 'png', picture().withXmp(xmp(oldSource)).png()],
    ['baseline', 'jpg', picture().jpeg()],
    ['progressive', 'jpg', picture(256, 200).jpeg({ progressive: true })],
    ['grey', 'jpg', picture().greyscale().jpeg()],
    ['xmp', 'jpg', picture().withXmp(xmp(oldSource)).jpeg()],
    ['camera', 'jpg', picture(64, 48).withExif(camera).withXmp(xmp(oldSource)).withIccProfile('p3').jpeg()],
    ['lossy', 'webp', picture().webp()],
    ['lossless', 'webp', picture().webp({ lossless: true })],
    ['alpha', 'webp', picture(33, 47, 4).webp({ lossless: true })],
    ['camera', 'webp', picture(64, 48).withExif(camera).withXmp(xmp(oldSource)).webp()],
    ['camera', 'png', picture(64, 48).withExif(camera).withXmp(xmp(oldSource)).png()],
  ];
  const files = await Promise.all(
    made.map(async ([name, extension, image]) => ({
      name: `${name}.${extension}`,
      extension,
      bytes: await image.toBuffer(),
    })),
  );
  const frames = sharp(pixels(40, 90, 4), { raw: { width: 40, height: 90, channels: 4, pageHeight: 30 } });
  const animation = await frames.webp({ lossless: true, delay: [50, 50, 50] }).toBuffer();
  return [...files, { name: 'animated.webp', extension: 'webp', bytes: animation }];
}

const inputs = ['-f', 'lavfi', '-i', 'testsrc2=s=128x96:r=12:d=1', '-f', 'lavfi', '-i', 'sine=d=1'];
const codecs = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-pix_fmt',
  'yuv420p',
  '-c:a',
  'aac',
  '-fflags',
  '+bitexact',
];

/** By name, and how ffmpeg is told to lay the file out. */
const films: readonly (readonly [name: string, extension: string, options: readonly string[]])[] = [
  ['late tables', 'mp4', []],
  ['early tables', 'mp4', ['-movflags', '+faststart']],
  ['own keys', 'mp4', ['-movflags', '+faststart+use_metadata_tags', '-metadata', 'source=a source of long ago']],
  ['fragments', 'mp4', ['-movflags', '+frag_keyframe+empty_moov+default_base_moof']],
  ['silent', 'mp4', ['-an', '-movflags', '+faststart']],
  ['late tables', 'mov', []],
  ['early tables', 'mov', ['-movflags', '+faststart']],
];

export function makeFilms(directory: string): MadeFile[] {
  return films.map(([name, extension, options]) => {
    const path = join(directory, `made.${extension}`);
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...inputs, ...codecs, ...options, path]);
    return { name: `${name}.${extension}`, extension, bytes: readFileSync(path) };
  });
}

/** What exiftool says of each file, by its name. */
export function readByExiftool(
  directory: string,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Map<string, Record<string, unknown>> {
  const paths = files.map(({ name, bytes }) => {
    const path = join(directory, name.replaceAll(' ', '-'));
    writeFileSync(path, bytes);
    return path;
  });
  const output = execFileSync('exiftool', ['-json', '-G1', '-a', '-n', '-ee', ...paths], { maxBuffer: 16 << 20 });
  const answers = JSON.parse(output.toString()) as Record<string, unknown>[];
  return new Map(files.map(({ name }, index) => [name, answers[index] ?? {}]));
}

/** The decoded pixels of every frame. */
export async function decodePicture(bytes: Uint8Array): Promise<string> {
  const { data, info } = await sharp(bytes, { animated: true, failOn: 'error' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return `${info.width}x${info.height}x${info.channels} ${data.toString('base64')}`;
}

/** A hash of each packet and of each decoded frame, by ffmpeg. */
export function hashFilm(directory: string, bytes: Uint8Array): string {
  const path = join(directory, 'hashed.mp4');
  writeFileSync(path, bytes);
  const run = (...more: string[]) =>
    execFileSync('ffmpeg', [
      '-v',
      'error',
      '-xerror',
      '-i',
      path,
      '-map',
      '0',
      ...more,
      '-f',
      'framemd5',
      '-',
    ]).toString();
  return run('-c', 'copy') + run();
}

/** What ffprobe says of the whole film. */
export function readFilmTags(directory: string, bytes: Uint8Array): Record<string, string> {
  const path = join(directory, 'tags.mp4');
  writeFileSync(path, bytes);
  const output = execFileSync('ffprobe', ['-v', 'error', '-show_format', '-of', 'json', path]).toString();
  return (JSON.parse(output) as { format: { tags?: Record<string, string> } }).format.tags ?? {};
}
