/** How large an enlargement is to be. Pure. */
import { type PixelSize, readResolution, shortSides } from './output-size.ts';
import { refuseField } from './protocol.ts';

/** What is enlarged may become larger than what is composed. */
const enlargedSides = { ...shortSides, '8k': 4320 } as const;

function nearestEven(pixels: number): number {
  return 2 * Math.round(pixels / 2);
}

/**
 * The size whose short side is that of `resolution` (`1080p` unless told), in the shape of the original, both sides even.
 * Throws RenderError `invalid_input` naming `resolution` when that is no more than there is, or more than `most` pixels.
 */
export function enlargedSize(original: PixelSize, resolution: unknown, most: number): PixelSize & { scale: number } {
  const is8k = typeof resolution === 'string' && /^8k$/i.test(resolution.trim());
  const name = is8k ? '8k' : (readResolution(resolution) ?? '1080p');
  const short = Math.min(original.width, original.height);
  const scale = enlargedSides[name] / short;
  const sizeText = `${original.width}x${original.height}`;
  if (scale <= 1)
    throw refuseField('resolution', `resolution must exceed the input: ${name} does not exceed ${sizeText}.`);
  const width = nearestEven(original.width * scale);
  const height = nearestEven(original.height * scale);
  if (width * height > most) {
    throw refuseField(
      'resolution',
      `${name} of ${sizeText} would be ${width}x${height}, more than the preview engine makes.`,
    );
  }
  return { width, height, scale };
}
