/** The verifying decode of pictures: sharp, in a process of its own. */
import { fileURLToPath } from 'node:url';
import type { MediaFacts } from '../../core/media.ts';
import type { Limits, Program } from './limited-process.ts';

/** What the decoding process says of a picture. */
export type PictureVerdict =
  | { readonly isSound: true; readonly width: number; readonly height: number; readonly frames: number }
  | { readonly isSound: false; readonly reason: string };

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const processPath = pathOf('./picture-process.js');
const previewPath = pathOf('./preview-process.js');
/** A WebP of 512 pixels a side and the best quality is smaller. */
const maximumPreviewBytes = 1024 * 1024;

/** Without its compiler V8 reserves no code space, which would count as memory; nor can anybody make code at run time. */
const nodeFlags = ['--jitless', '--v8-pool-size=1', '--max-old-space-size=64', '--disable-warning=ExperimentalWarning'];

/** Two arenas and a fixed threshold keep glibc from hoarding the large buffers of the decoders. */
const environment = {
  LANG: 'C.UTF-8',
  VIPS_BLOCK_UNTRUSTED: '1',
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '262144',
};

export function pictureProgram(facts: MediaFacts, sizeBytes: number, limits: Omit<Limits, 'fileBytes'>): Program {
  const { width = 0, height = 0, frames = 1 } = facts;
  return {
    path: process.execPath,
    args: [...nodeFlags, processPath, String(sizeBytes), String(width * height * frames)],
    environment,
    limits: { ...limits, fileBytes: 0 },
  };
}

/** Makes the thumbnail of a picture of so many pixels; its longer side will be `longestSide` at the most. */
export function previewProgram(
  pixels: number,
  sizeBytes: number,
  longestSide: number,
  limits: Omit<Limits, 'fileBytes'>,
): Program {
  return {
    path: process.execPath,
    args: [...nodeFlags, previewPath, String(sizeBytes), String(pixels), String(longestSide)],
    environment,
    limits: { ...limits, fileBytes: 0 },
    maximumOutputBytes: maximumPreviewBytes,
  };
}

/** What is wrong with the picture, as a clause; undefined when it is what its header says. */
export function judgePicture(output: string, facts: MediaFacts): string | undefined {
  const verdict = JSON.parse(output) as PictureVerdict;
  if (!verdict.isSound) return 'its picture data cannot be decoded';
  // An animated PNG is decoded as the one picture that every reader of PNG sees.
  const isSame = verdict.width === facts.width && verdict.height === facts.height;
  return isSame ? undefined : 'its picture has another size than its header says';
}
