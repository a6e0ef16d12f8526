/** Reads facts from the bytes of a stored file; a declared type or a name never decides. */

import type { MediaFacts } from '../../core/media.ts';
import type { Blobs, Prober } from '../../core/media-ports.ts';
import { mediaError } from '../../core/media-rules.ts';
import { type ByteReader, createByteReader, textAt } from './byte-reader.ts';
import { probeAvi } from './film/avi.ts';
import { isIsoMedia, probeIso } from './film/iso.ts';
import { probeMatroska } from './film/matroska.ts';
import { probeGlb, textFacts, zipFacts } from './other.ts';
import { probeBmp } from './picture/bmp.ts';
import { probeGif } from './picture/gif.ts';
import { probeJpeg } from './picture/jpeg.ts';
import { probePng } from './picture/png.ts';
import { probeTiff } from './picture/tiff.ts';
import { probeWebp } from './picture/webp.ts';
import { hasZipEnd, refuseDocuments, tailBytes } from './polyglot.ts';
import { unsupported } from './problems.ts';
import { probeFlac } from './sound/flac.ts';
import { probeMp3, readMp3Frame } from './sound/mp3.ts';
import { probeWav } from './sound/wav.ts';

export function createProber(blobs: Blobs): Prober {
  return {
    probe: (key, sizeBytes, { isTextTaken = false, ...options }) => {
      const reader = createByteReader(sizeBytes, async (start, end) =>
        end <= start
          ? new Uint8Array()
          : Buffer.concat(await Array.fromAsync(blobs.read(key, { ...options, start, end: end - 1 }))),
      );
      return probeMedia(reader, isTextTaken);
    },
  };
}

type Probe = (reader: ByteReader) => Promise<MediaFacts>;

/** As much as any signature needs, and as is looked through for other documents. */
const headBytes = 4096;

/** Finds the kind by its signature. Throws GatewayError `invalid_input` as Prober says. */
async function probeMedia(reader: ByteReader, isTextTaken: boolean): Promise<MediaFacts> {
  const head = await reader.view(0, Math.min(reader.sizeBytes, headBytes));
  const probe = recognise(head);
  if (probe === undefined) {
    const facts = isTextTaken ? textFacts(head) : undefined;
    if (facts !== undefined) return facts;
    const predicate = 'is not a PNG, JPEG, WebP, MP4 or other file of a kind that is taken, whatever it is called';
    throw mediaError({ rule: 'unsupported', predicate });
  }
  const length = Math.min(reader.sizeBytes, tailBytes);
  const isZip = hasZipEnd(await reader.view(reader.sizeBytes - length, length));
  if (probe === 'zip') return zipFacts(isZip);
  if (isZip) throw unsupported('it is an archive as well');
  refuseDocuments(head);
  return await probe(reader);
}

/** Signatures as the formats define them; each parser cites its own. */
const signatures: readonly (readonly [string, Probe | 'zip'])[] = [
  ['\x89PNG\r\n\x1a\n', probePng],
  ['\xff\xd8\xff', probeJpeg],
  ['GIF87a', probeGif],
  ['GIF89a', probeGif],
  ['BM', probeBmp],
  ['II*\0', probeTiff],
  ['MM\0*', probeTiff],
  ['\x1aE\xdf\xa3', probeMatroska],
  ['fLaC', probeFlac],
  ['ID3', probeMp3],
  ['glTF', probeGlb],
  ['PK\x03\x04', 'zip'],
  ['PK\x05\x06', 'zip'],
];
const riffForms: Readonly<Record<string, Probe>> = { WEBP: probeWebp, 'AVI ': probeAvi, WAVE: probeWav };

function recognise(head: DataView): Probe | 'zip' | undefined {
  const start = textAt(head, 0, Math.min(12, head.byteLength));
  const known = signatures.find(([signature]) => start.startsWith(signature));
  if (known !== undefined) return known[1];
  if (start.startsWith('RIFF')) return riffForms[start.slice(8, 12)];
  if (isIsoMedia(head)) return probeIso;
  return head.byteLength >= 4 && readMp3Frame(head.getUint32(0)) !== undefined ? probeMp3 : undefined;
}
