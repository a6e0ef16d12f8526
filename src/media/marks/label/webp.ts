/** The label in WebP: in the XMP packet of the `XMP ` chunk, which needs the extended header (RFC 9649 2.7). */
import { type Edit, insert, overwrite } from '../format/edits.ts';
import { brokenFile, type FileReader } from '../format/file-reader.ts';
import { makeExtendedHeader, makeRiffChunk, readWebp, resizeRiff, webpFlags } from '../format/webp.ts';
import { addToPacket, makePacket, readPacket } from './label-text.ts';
import { type LabelPlan, maximumPacketBytes } from './plan.ts';

/** C2PA 2.2, A.3.4. */
const manifestChunk = 'C2PA';
const headerBytes = 12;

export async function planWebp(file: FileReader, text: string): Promise<LabelPlan> {
  const { chunks, end } = await readWebp(file);
  if (chunks.some(({ type }) => type === manifestChunk)) return { state: 'is signed' };
  const edits: Edit[] = [];
  const extended = chunks.find(({ type }) => type === 'VP8X');
  if (extended === undefined) {
    const header = await makeExtendedHeader(file, chunks);
    header[8] = (header[8] ?? 0) | webpFlags.xmp;
    edits.push(insert(headerBytes, header));
  } else {
    const flags = (await file.at(extended.contentStart, 1)).readUInt8(0);
    edits.push(overwrite(extended.contentStart, Uint8Array.of(flags | webpFlags.xmp)));
  }
  const old = chunks.find(({ type }) => type === 'XMP ');
  if (old === undefined) {
    edits.push(insert(end, makeRiffChunk('XMP ', makePacket(text))));
  } else {
    if (old.contentBytes > maximumPacketBytes) throw brokenFile('its XMP metadata are too large');
    const packet = await file.at(old.contentStart, old.contentBytes);
    const { isLabelled, isSigned } = readPacket(packet);
    if (isSigned) return { state: 'is signed' };
    if (isLabelled) return { state: 'has label' };
    const inserted = makeRiffChunk('XMP ', addToPacket(packet, text));
    edits.push({ offset: old.offset, removedBytes: old.end - old.offset, inserted });
  }
  return { state: 'labelled', edits: [resizeRiff(end, edits), ...edits] };
}
