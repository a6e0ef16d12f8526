// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** A small JPEG of a frame that goes to the encoder, for whoever watches the render. */
import sharp from 'sharp';

/** Planar 4:2:0, BT.709 limited range. Its memory is reused once the encoder has it. */
export type FramePicture = { readonly pixels: Uint8Array; readonly width: number; readonly height: number };

const longSide = 320;
const quality = 70;

/** Copies every so-manyth pixel at once; only the encoding waits. */
export async function encodeGlimpse(frame: FramePicture): Promise<Uint8Array> {
  const { data, width, height } = shrink(frame);
  return await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
}

function shrink({ pixels, width, height }: FramePicture) {
  const scale = Math.max(1, Math.max(width, height) / longSide);
  const smallWidth = Math.max(1, Math.floor(width / scale));
  const smallHeight = Math.max(1, Math.floor(height / scale));
  const data = new Uint8ClampedArray(smallWidth * smallHeight * 3);
  const area = width * height;
  const half = width >> 1;
  for (let row = 0; row < smallHeight; row++) {
    const y = Math.floor((row + 0.5) * scale);
    for (let column = 0; column < smallWidth; column++) {
      const x = Math.floor((column + 0.5) * scale);
      const chroma = (y >> 1) * half + (x >> 1);
      const light = ((pixels[y * width + x]! - 16) * 255) / 219;
      const blue = ((pixels[area + chroma]! - 128) * 255) / 224;
      const red = ((pixels[area + (area >> 2) + chroma]! - 128) * 255) / 224;
      const at = (row * smallWidth + column) * 3;
      data[at] = light + 1.5748 * red;
      data[at + 1] = light - 0.1873 * blue - 0.4681 * red;
      data[at + 2] = light + 1.8556 * blue;
    }
  }
  return { data, width: smallWidth, height: smallHeight };
}
