// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** A figure drawn over the frames of a film: it moves of itself, and no camera moves around it. All integer where it counts. */
import type { Yuv420 } from '../raster/yuv420.ts';
import { type Idle, shiftAt } from './idle.ts';

type Texture = {
  readonly pixels: Uint8Array;
  readonly alpha: Uint8Array;
  readonly width: number;
  readonly height: number;
};

export type Figure = { readonly planes: readonly Texture[]; readonly idle: Idle | undefined };

export function figureOf(
  { luma, blue, red, width, height }: Yuv420,
  alpha: { readonly luma: Uint8Array; readonly chroma: Uint8Array },
  idle: Idle | undefined,
): Figure {
  const chroma = { alpha: alpha.chroma, width: width >> 1, height: height >> 1 };
  const planes = [
    { pixels: luma, alpha: alpha.luma, width, height },
    { pixels: blue, ...chroma },
    { pixels: red, ...chroma },
  ];
  return { planes, idle };
}

const unmoved = { x: 0, y: 0, lean: 0, stretch: 1, widen: 1 };

/** Draws the figure into a frame (planar I420) of the figure's own size. */
export function drawFigure({ planes, idle }: Figure, seconds: number, out: Uint8Array): void {
  const { x, y, lean, stretch, widen } = idle === undefined ? unmoved : shiftAt(idle, seconds);
  const { footX, footY } = idle ?? { footX: 0, footY: 0 };
  let offset = 0;
  for (const plane of planes) {
    const { width, height } = plane;
    for (let row = 0; row < height; row++) {
      // As moveGrid has it, a row at a time: the place it is taken from is even along it.
      const above = (footY - ((row + 0.5) / height - y)) / stretch;
      const sourceY = Math.round(((footY - above) * height - 0.5) * 65536);
      const firstX = footX + (0.5 / width - x - lean * above - footX) / widen;
      const startX = Math.round((firstX * width - 0.5) * 65536);
      blendRow(plane, sourceY, startX, Math.round(65536 / widen), out, offset + row * width);
    }
    offset += width * height;
  }
}

/** Bilinear, 16.16 fixed point. */
function blendRow(
  { pixels, alpha, width, height }: Texture,
  sourceY: number,
  startX: number,
  stepX: number,
  out: Uint8Array,
  at: number,
): void {
  const y = Math.min(height - 1, sourceY >> 16);
  if (y < 0) return;
  const down = (sourceY >> 8) & 255;
  const upper = y * width;
  const lower = Math.min(height - 1, y + 1) * width;
  for (let column = 0, sourceX = startX; column < width; column++, sourceX += stepX) {
    // The outermost column goes on, as a texture's does.
    const x = Math.max(0, Math.min(width - 1, sourceX >> 16));
    const next = x + 1 < width ? x + 1 : x;
    const [a, b, c, d] = [alpha[upper + x]!, alpha[upper + next]!, alpha[lower + x]!, alpha[lower + next]!];
    if ((a | b | c | d) === 0) continue;
    const across = (sourceX >> 8) & 255;
    const share = bilinear(a, b, c, d, across, down);
    const value = bilinear(
      pixels[upper + x]!,
      pixels[upper + next]!,
      pixels[lower + x]!,
      pixels[lower + next]!,
      across,
      down,
    );
    const index = at + column;
    out[index] = (out[index]! * (255 - share) + value * share + 127) / 255;
  }
}

function bilinear(a: number, b: number, c: number, d: number, across: number, down: number): number {
  const upper = a * (256 - across) + b * across;
  const lower = c * (256 - across) + d * across;
  return (upper * (256 - down) + lower * down + 32768) >> 16;
}
