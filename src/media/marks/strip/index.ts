/**
 * Takes out of a picture what tells where, when and with what it was taken. Only what is needed to show it stays: the
 * picture data, colour, transparency, animation and orientation. Everything else goes, whatever it is called.
 */
import { type Edit, insert, remove } from '../format/edits.ts';
import type { FileReader } from '../format/file-reader.ts';
import { findJpegEnd, makeJpegSegment, readJpegSegments, startOfScan } from '../format/jpeg.ts';
import { makePngChunk, readPngChunks } from '../format/png.ts';
import { makeRiffChunk, readWebp, resizeRiff, webpFlags } from '../format/webp.ts';
import { makeOrientation, readOrientation } from './exif.ts';

const keptPngChunks = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'acTL', 'fcTL', 'fdAT'],
  ...['cHRM', 'gAMA', 'iCCP', 'sBIT', 'sRGB', 'cICP', 'mDCV', 'cLLI', 'bKGD', 'hIST', 'pHYs', 'sPLT'],
]);
const keptWebpChunks = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
/** More than any camera writes; an orientation beyond it is not looked for. */
const maximumExifBytes = 1024 * 1024;

export async function stripPng(file: FileReader): Promise<Edit[]> {
  const edits: Edit[] = [];
  let end = file.sizeBytes;
  let orientation: number | undefined;
  let dataStart: number | undefined;
  for await (const chunk of readPngChunks(file)) {
    end = chunk.end;
    if (chunk.type === 'IDAT') dataStart ??= chunk.offset;
    if (keptPngChunks.has(chunk.type)) continue;
    edits.push(remove(chunk.offset, chunk.end - chunk.offset));
    if (chunk.type === 'eXIf' && chunk.contentBytes <= maximumExifBytes) {
      orientation ??= readOrientation(await file.at(chunk.contentStart, chunk.contentBytes));
    }
  }
  if (end < file.sizeBytes) edits.push(remove(end, file.sizeBytes - end));
  if (orientation === undefined || dataStart === undefined) return edits;
  return [...edits, insert(dataStart, makePngChunk('eXIf', makeOrientation(orientation)))];
}

const exifHead = Buffer.from('Exif\0\0', 'latin1');
/** JFIF without the thumbnails of its extension, colour profiles, Adobe's colour transform. */
const keptSegments: Readonly<Record<number, Buffer>> = {
  224: Buffer.from('JFIF\0', 'latin1'),
  226: Buffer.from('ICC_PROFILE\0', 'latin1'),
  238: Buffer.from('Adobe', 'latin1'),
};
const app1 = 0xe1;
const comment = 0xfe;

export async function stripJpeg(file: FileReader): Promise<Edit[]> {
  const edits: Edit[] = [];
  let orientation: number | undefined;
  let place = 2;
  for await (const { marker, offset, end, contentStart, contentBytes } of readJpegSegments(file)) {
    if (marker === startOfScan) {
      // Telephones append further pictures with metadata of their own.
      const pictureEnd = await findJpegEnd(file, end);
      if (pictureEnd < file.sizeBytes) edits.push(remove(pictureEnd, file.sizeBytes - pictureEnd));
    }
    const isApplication = marker >= 0xe0 && marker <= 0xef;
    if (!isApplication && marker !== comment) continue;
    const content = await file.at(contentStart, contentBytes);
    const head = keptSegments[marker];
    if (head !== undefined && content.subarray(0, head.byteLength).equals(head)) {
      if (marker === 0xe0 && offset === place) place = end;
      continue;
    }
    edits.push(remove(offset, end - offset));
    if (marker === app1 && content.subarray(0, exifHead.byteLength).equals(exifHead)) {
      orientation ??= readOrientation(content.subarray(exifHead.byteLength));
    }
  }
  if (orientation === undefined) return edits;
  const exif = Buffer.concat([exifHead, makeOrientation(orientation)]);
  return [insert(place, makeJpegSegment(app1, exif)), ...edits];
}

export async function stripWebp(file: FileReader): Promise<Edit[]> {
  const { chunks, end } = await readWebp(file);
  const edits: Edit[] = [];
  let orientation: number | undefined;
  for (const chunk of chunks) {
    if (keptWebpChunks.has(chunk.type)) continue;
    edits.push(remove(chunk.offset, chunk.end - chunk.offset));
    if (chunk.type === 'EXIF' && chunk.contentBytes <= maximumExifBytes) {
      const exif = await file.at(chunk.contentStart, chunk.contentBytes);
      // Some writers keep the head that only JPEG needs.
      const isHeaded = exif.subarray(0, exifHead.byteLength).equals(exifHead);
      orientation ??= readOrientation(isHeaded ? exif.subarray(exifHead.byteLength) : exif);
    }
  }
  const trailer = end < file.sizeBytes ? [remove(end, file.sizeBytes - end)] : [];
  if (edits.length === 0) return trailer;
  if (orientation !== undefined) edits.push(insert(end, makeRiffChunk('EXIF', makeOrientation(orientation))));
  const extended = chunks.find(({ type }) => type === 'VP8X');
  if (extended !== undefined) {
    const flags = (await file.at(extended.contentStart, 1)).readUInt8(0) & ~(webpFlags.xmp | webpFlags.exif);
    const kept = orientation === undefined ? flags : flags | webpFlags.exif;
    edits.push({ offset: extended.contentStart, removedBytes: 1, inserted: Uint8Array.of(kept) });
  }
  return [resizeRiff(end, edits), ...edits, ...trailer];
}
