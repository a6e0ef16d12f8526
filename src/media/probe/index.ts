/** Reads facts from the bytes of a stored file; a declared type or a name never decides. */
import { GatewayError } from '../../core/errors.ts';
import type { BlobKey } from '../../core/ids.ts';
import type { MediaFacts } from '../../core/media.ts';
import type { Blobs, CallOptions, Prober } from '../../core/ports.ts';
import { imageHeaderBytes, readImageHeader } from './image-header.ts';
import { probeMp4 } from './mp4.ts';

export function createProber(blobs: Blobs): Prober {
  return {
    async probe(key, sizeBytes, options) {
      const head = await readRange(blobs, key, 0, Math.min(sizeBytes, imageHeaderBytes) - 1, options);
      const facts = readImage(head) ?? (isMp4(head) ? await readMp4(blobs, key, sizeBytes, options) : undefined);
      if (facts !== undefined) return facts;
      throw new GatewayError('invalid_input', 'is not a PNG, JPEG, WebP, MP4 or MOV file, whatever it is called');
    },
  };
}

function readImage(head: Uint8Array): MediaFacts | undefined {
  try {
    return readImageHeader(head);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new GatewayError('invalid_input', 'has a broken picture header', { cause: error });
  }
}

/** ISO base media files begin with a `ftyp` box (ISO/IEC 14496-12 4.3). */
function isMp4(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(4, 8)).toString('latin1') === 'ftyp';
}

async function readMp4(blobs: Blobs, key: BlobKey, sizeBytes: number, options: CallOptions): Promise<MediaFacts> {
  try {
    return await probeMp4(sizeBytes, (start, end) => readRange(blobs, key, start, end - 1, options));
  } catch (error) {
    options.signal.throwIfAborted();
    throw new GatewayError('invalid_input', 'is not a film that can be read', { cause: error });
  }
}

async function readRange(
  blobs: Blobs,
  key: BlobKey,
  start: number,
  end: number,
  options: CallOptions,
): Promise<Uint8Array> {
  if (end < start) return new Uint8Array();
  return Buffer.concat(await Array.fromAsync(blobs.read(key, { ...options, start, end })));
}
