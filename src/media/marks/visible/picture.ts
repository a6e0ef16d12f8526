/** The visible mark on pictures, drawn by sharp in a process of its own. */
import { fileURLToPath } from 'node:url';
import { GatewayError } from '../../../core/errors.ts';
import type { CallOptions, StoredFile } from '../../../core/ports.ts';
import { runProgram } from './child.ts';

const processPath = fileURLToPath(new URL('./picture-process.ts', import.meta.url));
/** A picture of 50 megapixels takes a few seconds. */
const wallMs = 60_000;
const extensions = new Set(['png', 'jpg', 'webp']);
const environment = { LANG: 'C.UTF-8', VIPS_BLOCK_UNTRUSTED: '1', MALLOC_ARENA_MAX: '2' };

/** Throws as Marker says. */
export async function* drawOnPicture(
  bytes: AsyncIterable<Uint8Array>,
  { facts, sizeBytes }: Pick<StoredFile, 'facts' | 'sizeBytes'>,
  { signal }: CallOptions,
): AsyncGenerator<Uint8Array, void> {
  if (!extensions.has(facts.extension)) {
    throw new GatewayError('invalid_input', `cannot be drawn on: it is ${facts.extension}`);
  }
  const args = ['--disable-warning=ExperimentalWarning', processPath, String(sizeBytes)];
  yield* runProgram({ path: process.execPath, args, environment, wallMs }, bytes, signal);
}
