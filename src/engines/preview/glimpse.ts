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

function shrink(frame: FramePicture) {
  const scale = Math.max(1, Math.max(frame.width, frame.height) / longSide);
  const width = Math.max(1, Math.floor(frame.width / scale));
  const height = Math.max(1, Math.floor(frame.height / scale));
  const data = new Uint8ClampedArray(width * height * 3);
  for (let row = 0; row < height; row++) {
    copyRow(frame, Math.floor((row + 0.5) * scale), scale, data.subarray(3 * row * width, 3 * (row + 1) * width));
  }
  return { data, width, height };
}

/** Every `scale`th pixel of row `y`, in colour. */
function copyRow({ pixels, width, height }: FramePicture, y: number, scale: number, out: Uint8ClampedArray): void {
  const area = width * height;
  for (let at = 0, column = 0; at < out.length; at += 3, column++) {
    const x = Math.floor((column + 0.5) * scale);
    const chroma = (y >> 1) * (width >> 1) + (x >> 1);
    const light = ((pixels[y * width + x]! - 16) * 255) / 219;
    const blue = ((pixels[area + chroma]! - 128) * 255) / 224;
    const red = ((pixels[area + (area >> 2) + chroma]! - 128) * 255) / 224;
    out[at] = light + 1.5748 * red;
    out[at + 1] = light - 0.1873 * blue - 0.4681 * red;
    out[at + 2] = light + 1.8556 * blue;
  }
}
