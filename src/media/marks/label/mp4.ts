/**
 * The label in MP4 and MOV: as the XMP packet of a `uuid` box at the end (XMP part 3, 1.2.7), and, where the film's tables
 * allow it, as the key `AIGC` of `moov/meta` (QuickTime File Format, metadata), where players look. No sample moves
 * against another; when the tables before them grow, their chunk offsets are written anew.
 */
import { type Box, createBoxBudget, makeBox, readBoxes } from '../format/boxes.ts';
import { type Edit, insert, overwrite } from '../format/edits.ts';
import { brokenFile, type FileReader } from '../format/file-reader.ts';
import { addToPacket, makePacket, readPacket } from './label-text.ts';
import { hasLabelKey, planLabelKey } from './mp4-key.ts';
import { readMovie } from './mp4-movie.ts';
import { type LabelPlan, maximumPacketBytes } from './plan.ts';

const uuidBytes = 16;
const xmpUuid = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex');
/** C2PA 2.2, A.5. */
const manifestUuid = Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex');

export async function planMp4(file: FileReader, text: string): Promise<LabelPlan> {
  const budget = createBoxBudget();
  const boxes = await readBoxes(file, 0, file.sizeBytes, budget);
  let packet: { readonly box: Box; readonly bytes: Buffer } | undefined;
  for (const box of boxes) {
    if (box.type !== 'uuid' || box.end - box.contentStart < uuidBytes) continue;
    const id = await file.at(box.contentStart, uuidBytes);
    if (id.equals(manifestUuid)) return { state: 'is signed' };
    if (id.equals(xmpUuid) && packet === undefined) packet = { box, bytes: await readXmp(file, box) };
  }
  const { isLabelled, isSigned } = readPacket(packet?.bytes ?? Buffer.alloc(0));
  if (isSigned) return { state: 'is signed' };
  const movie = await readMovie(file, boxes, budget);
  if (isLabelled || (await hasLabelKey(file, movie, budget))) return { state: 'has label' };
  return {
    state: 'labelled',
    edits: [
      ...(await planLabelKey(file, movie, budget, text)),
      ...planXmp(boxes, packet?.box, packet === undefined ? makePacket(text) : addToPacket(packet.bytes, text)),
    ],
  };
}

async function readXmp(file: FileReader, { contentStart, end }: Box): Promise<Buffer> {
  const start = contentStart + uuidBytes;
  if (end - start > maximumPacketBytes) throw brokenFile('its XMP metadata are too large');
  // A copy: the next read may drop the page it lies in.
  return Buffer.from(await file.at(start, end - start));
}

/** The packet goes to the end; the old one's box becomes free space, so that nothing moves. */
function planXmp(boxes: readonly Box[], old: Box | undefined, packet: Uint8Array): Edit[] {
  const last = boxes.at(-1);
  if (last === undefined) throw brokenFile('it has no boxes');
  const edits: Edit[] = [];
  if (old !== undefined) edits.push(overwrite(old.offset + 4, Buffer.from('free', 'latin1')));
  if (last.isOpen) edits.push(overwrite(last.offset, sizeOf(last)));
  // The index of fragments is looked for at the very end (ISO/IEC 14496-12 8.8.11).
  const place = last.type === 'mfra' ? last.offset : last.end;
  return [...edits, insert(place, makeBox('uuid', xmpUuid, packet))];
}

/** A box that reached to the end of the file gets a size, for something follows it now. */
function sizeOf({ offset, end }: Box): Uint8Array {
  if (end - offset > 0xffff_ffff) throw brokenFile('its last box has no size');
  const size = Buffer.alloc(4);
  size.writeUInt32BE(end - offset);
  return size;
}
