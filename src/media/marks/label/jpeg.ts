/** The label in JPEG: in the XMP packet of an APP1 segment (XMP part 3, 1.1.3). */
import { type Edit, insert } from '../format/edits.ts';
import type { FileReader } from '../format/file-reader.ts';
import { makeJpegSegment, readJpegSegments, type Segment } from '../format/jpeg.ts';
import { addToPacket, makePacket, readPacket } from './label-text.ts';
import type { LabelPlan } from './plan.ts';

const app0 = 0xe0;
const app1 = 0xe1;
/** JPEG XT boxes: C2PA manifests and nothing else that is common (C2PA 2.2, A.3.1). */
const app11 = 0xeb;
const xmpHead = Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1');
const exifHead = Buffer.from('Exif\0\0', 'latin1');

export async function planJpeg(file: FileReader, text: string): Promise<LabelPlan> {
  let place = 2;
  let packet: { readonly segment: Segment; readonly bytes: Buffer } | undefined;
  for await (const segment of readJpegSegments(file)) {
    if (segment.marker === app11) return { state: 'is signed' };
    // JFIF comes first, then EXIF: some readers look nowhere else for them.
    if (segment.marker === app0 && segment.offset === place) place = segment.end;
    if (segment.marker !== app1) continue;
    const content = await file.at(segment.contentStart, segment.contentBytes);
    if (content.subarray(0, exifHead.byteLength).equals(exifHead) && segment.offset === place) place = segment.end;
    if (packet !== undefined || !content.subarray(0, xmpHead.byteLength).equals(xmpHead)) continue;
    packet = { segment, bytes: Buffer.from(content.subarray(xmpHead.byteLength)) };
    const { isLabelled, isSigned } = readPacket(packet.bytes);
    if (isSigned) return { state: 'is signed' };
    if (isLabelled) return { state: 'has label' };
  }
  if (packet === undefined) return { state: 'labelled', edits: [insert(place, makeXmpSegment(makePacket(text)))] };
  const { segment, bytes } = packet;
  const changed: Edit = {
    offset: segment.offset,
    removedBytes: segment.end - segment.offset,
    inserted: makeXmpSegment(addToPacket(bytes, text)),
  };
  return { state: 'labelled', edits: [changed] };
}

function makeXmpSegment(packet: Uint8Array): Uint8Array {
  return makeJpegSegment(app1, Buffer.concat([xmpHead, packet]));
}
