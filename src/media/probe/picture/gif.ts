/** GIF: the screen, and one look at every block, for nothing else tells how many frames there are. Source: GIF89a. */
import type { MediaFacts } from '../../../core/media.ts';
import type { ByteReader } from '../byte-reader.ts';
import { corrupt, truncated } from '../problems.ts';
import { imageFacts } from './image-facts.ts';

const blocks = { extension: 0x21, image: 0x2c, trailer: 0x3b } as const;
const graphicControl = 0xf9;
const maximumFrames = 10_000;

export async function probeGif(reader: ByteReader): Promise<MediaFacts> {
  const screen = await reader.view(0, 13);
  let width = screen.getUint16(6, true);
  let height = screen.getUint16(8, true);
  let hasAlpha = false;
  let frames = 0;
  let offset = 13 + colourTableBytes(screen.getUint8(10));
  for (;;) {
    const block = (await reader.view(offset, 1)).getUint8(0);
    if (block === blocks.trailer) break;
    if (block === blocks.extension) {
      const head = await reader.view(offset, 4);
      if (head.getUint8(1) === graphicControl && (head.getUint8(3) & 1) === 1) hasAlpha = true;
      offset = await skipSubBlocks(reader, offset + 2);
    } else if (block === blocks.image) {
      const frame = await reader.view(offset, 10);
      // A frame may reach beyond the screen; a decoder that makes room for it must not be surprised.
      width = Math.max(width, frame.getUint16(1, true) + frame.getUint16(5, true));
      height = Math.max(height, frame.getUint16(3, true) + frame.getUint16(7, true));
      frames += 1;
      if (frames > maximumFrames) throw corrupt(`it has more than ${maximumFrames} frames`);
      offset = await skipSubBlocks(reader, offset + 10 + colourTableBytes(frame.getUint8(9)) + 1);
    } else {
      throw corrupt('it has an unknown GIF block');
    }
  }
  if (frames === 0) throw truncated('it has no picture data');
  return imageFacts('gif', width, height, { hasAlpha, frames });
}

function colourTableBytes(packed: number): number {
  return (packed & 0x80) === 0 ? 0 : 3 * 2 ** ((packed & 7) + 1);
}

/** The place behind the empty block that ends a row of blocks. */
async function skipSubBlocks(reader: ByteReader, start: number): Promise<number> {
  let offset = start;
  for (;;) {
    const length = (await reader.view(offset, 1)).getUint8(0);
    offset += 1 + length;
    if (length === 0) return offset;
  }
}
