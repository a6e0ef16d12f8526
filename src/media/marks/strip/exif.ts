/** The one EXIF fact that changes how a picture looks: its orientation (EXIF 2.32 4.6). */

const headBytes = 8;
const entryBytes = 12;
const orientationTag = 0x0112;
const shortType = 3;

/** The orientation 2..8 in a TIFF structure; undefined when it says nothing, or that the picture lies as it is stored. */
export function readOrientation(tiff: Buffer): number | undefined {
  if (tiff.byteLength < headBytes) return undefined;
  const isLittle = tiff.readUInt16BE(0) === 0x4949;
  const short = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (directory + 2 > tiff.byteLength) return undefined;
  const count = short(directory);
  for (let entry = 0; entry < count; entry += 1) {
    const at = directory + 2 + entry * entryBytes;
    if (at + entryBytes > tiff.byteLength) return undefined;
    if (short(at) !== orientationTag) continue;
    const value = short(at + 8);
    return value >= 2 && value <= 8 ? value : undefined;
  }
  return undefined;
}

/** A TIFF structure that holds the orientation and nothing else. */
export function makeOrientation(orientation: number): Uint8Array {
  const tiff = Buffer.alloc(headBytes + 2 + entryBytes + 4);
  tiff.write('MM', 0, 'latin1');
  tiff.writeUInt16BE(42, 2);
  tiff.writeUInt32BE(headBytes, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(orientationTag, 10);
  tiff.writeUInt16BE(shortType, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  return tiff;
}
