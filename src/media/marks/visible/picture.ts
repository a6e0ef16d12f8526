/** The visible mark on pictures, and pictures as marks, drawn by sharp in processes of their own. */
import { fileURLToPath } from 'node:url';
import { GatewayError } from '../../../core/errors.ts';
import type { StoredFile } from '../../../core/media-ports.ts';
import type { CallOptions } from '../../../core/ports.ts';
import { type Program, runProgram } from './child.ts';
import { type Mark, type MarkRaster, markRoom } from './mark-raster.ts';

/** A picture of 50 megapixels takes a few seconds. */
const wallMs = 60_000;
const extensions = new Set(['png', 'jpg', 'webp']);
const environment = { LANG: 'C.UTF-8', VIPS_BLOCK_UNTRUSTED: '1', MALLOC_ARENA_MAX: '2' };

const paths = {
  picture: fileURLToPath(new URL('./picture-process.ts', import.meta.url)),
  mark: fileURLToPath(new URL('./mark-process.ts', import.meta.url)),
} as const;

function nodeProgram(name: keyof typeof paths, args: readonly (string | number)[]): Program {
  return {
    path: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', paths[name], ...args.map(String)],
    environment,
    wallMs,
  };
}

/** Throws as Marker says. */
export async function* drawOnPicture(
  bytes: AsyncIterable<Uint8Array>,
  { facts, sizeBytes }: Pick<StoredFile, 'facts' | 'sizeBytes'>,
  { corner, picture = new Uint8Array() }: Mark,
  { signal }: CallOptions,
): AsyncGenerator<Uint8Array, void> {
  if (!extensions.has(facts.extension)) {
    throw new GatewayError('invalid_input', `cannot be drawn on: it is ${facts.extension}`);
  }
  const program = nodeProgram('picture', [sizeBytes, corner]);
  yield* runProgram({ ...program, extraInput: picture }, bytes, signal);
}

/** A picture as the mark of a film of this size. Throws as Marker says. */
export async function rasterizePicture(
  picture: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  { signal }: CallOptions,
): Promise<MarkRaster> {
  async function* once() {
    yield picture;
  }
  const program = nodeProgram('mark', [width, height]);
  const output = Buffer.concat(await Array.fromAsync(runProgram(program, once(), signal)));
  const head = 8;
  return {
    width: output.readUInt32LE(0),
    height: output.readUInt32LE(4),
    rgba: output.subarray(head),
    space: markRoom(width, height).space,
  };
}
