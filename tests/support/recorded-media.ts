/** Files that recorded requests name beside those of every media server: pictures at the edges of the rules, longer films. */
import { execFileSync } from 'node:child_process';
import sharp from 'sharp';
import { photoDataUri } from './photos.ts';

const picture = (width: number, height: number, background: string): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();

export async function makeRecordedFiles(): Promise<Readonly<Record<string, Uint8Array>>> {
  const make = (...wishes: string[]): Buffer =>
    execFileSync('ffmpeg', ['-v', 'error', '-nostdin', ...wishes, '-'], { maxBuffer: 1e8 });
  const moving = ['-f', 'lavfi', '-i', 'testsrc=size=384x384:rate=24:duration=5'];
  const tone = (seconds: number) => ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`];
  const streamed = ['-pix_fmt', 'yuv420p', '-movflags', 'frag_keyframe+empty_moov', '-f', 'mp4'];
  return {
    '/first.png': await picture(320, 240, 'teal'),
    '/last.png': await picture(320, 240, 'orange'),
    '/tall.png': await picture(270, 480, 'olive'),
    '/mark.png': await picture(160, 128, 'white'),
    '/small.png': await picture(100, 100, 'teal'),
    '/strip.png': await picture(900, 150, 'teal'),
    '/words.png': Buffer.from('no picture at all'),
    '/film.mp4': make(...moving, ...tone(5), ...streamed),
    '/voice.mp3': make(...tone(12), '-f', 'mp3'),
  };
}

/** Texts at the edges of the rules, and a picture within the body. */
export const recordedTexts: Readonly<Record<string, string>> = {
  text2001: 'x'.repeat(2_001),
  text5000: 'x'.repeat(5_000),
  text5001: 'x'.repeat(5_001),
  text1048577: 'x'.repeat(1_048_577),
  cats2000: '\u{1F408}'.repeat(2_000),
  dataUri: photoDataUri('chelsea.png'),
  /** As one of Vtrix's pages prints them. */
  bareDataUri: photoDataUri('chelsea.png').replace('base64,', 'base64'),
};
