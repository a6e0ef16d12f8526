// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Pull-push (Gortler et al., "The Lumigraph", 1996): fills what is unknown smoothly from what is known. */
import { clamp, createPlane, type Plane } from './plane.ts';

type Level = { readonly width: number; readonly height: number; readonly channels: Plane[]; readonly weight: Plane };

function pull({ width: fineWidth, height: fineHeight, channels: fine, weight: fineWeight }: Level): Level {
  const width = (fineWidth + 1) >> 1;
  const height = (fineHeight + 1) >> 1;
  const weight = createPlane(width, height);
  const channels = fine.map(() => createPlane(width, height));
  const shares = fineWeight.data;
  for (const [channel, { data }] of channels.entries()) {
    const from = fine[channel]!.data;
    for (let y = 0; y < height; y++) {
      const upper = 2 * y * fineWidth;
      const lower = Math.min(fineHeight - 1, 2 * y + 1) * fineWidth;
      for (let x = 0; x < width; x++) {
        const left = 2 * x;
        const right = Math.min(fineWidth - 1, left + 1);
        const a = shares[upper + left]!;
        const b = shares[upper + right]!;
        const c = shares[lower + left]!;
        const d = shares[lower + right]!;
        const sum = a + b + c + d;
        if (sum === 0) continue;
        const values =
          a * from[upper + left]! + b * from[upper + right]! + c * from[lower + left]! + d * from[lower + right]!;
        data[y * width + x] = values / sum;
        if (channel === 0) weight.data[y * width + x] = Math.min(1, sum);
      }
    }
  }
  return { width, height, channels, weight };
}

/** Fills the unknown share of every pixel of `fine` from `coarse`, in place. */
function push(fine: Level, coarse: Level): void {
  const shares = fine.weight.data;
  // The same for every row.
  const lefts = new Int32Array(fine.width);
  const rights = new Int32Array(fine.width);
  const acrosses = new Float64Array(fine.width);
  for (let x = 0; x < fine.width; x++) {
    const u = clamp((x - 0.5) / 2, 0, coarse.width - 1);
    lefts[x] = u | 0;
    rights[x] = Math.min(coarse.width - 1, lefts[x]! + 1);
    acrosses[x] = u - lefts[x]!;
  }
  for (const [channel, { data: to }] of fine.channels.entries()) {
    const from = coarse.channels[channel]!.data;
    for (let y = 0; y < fine.height; y++) {
      const v = clamp((y - 0.5) / 2, 0, coarse.height - 1);
      const top = v | 0;
      const upperRow = top * coarse.width;
      const lowerRow = Math.min(coarse.height - 1, top + 1) * coarse.width;
      const down = v - top;
      const row = y * fine.width;
      for (let x = 0; x < fine.width; x++) {
        const known = shares[row + x]!;
        if (known >= 1) continue;
        const left = lefts[x]!;
        const right = rights[x]!;
        const across = acrosses[x]!;
        const upper = from[upperRow + left]! * (1 - across) + from[upperRow + right]! * across;
        const lower = from[lowerRow + left]! * (1 - across) + from[lowerRow + right]! * across;
        to[row + x] = known * to[row + x]! + (1 - known) * (upper * (1 - down) + lower * down);
      }
    }
  }
}

/** Filled copies of the channels; `weight` says how much of each pixel is known, 0..1. */
export function pullPush(channels: readonly Plane[], weight: Plane): Plane[] {
  const { width, height } = weight;
  const copies = channels.map((plane) => ({ width, height, data: plane.data.slice() }));
  const levels: Level[] = [{ width, height, channels: copies, weight }];
  for (let last = levels[0]!; last.width > 1 || last.height > 1; last = levels.at(-1)!) levels.push(pull(last));
  for (let index = levels.length - 2; index >= 0; index--) push(levels[index]!, levels[index + 1]!);
  return copies;
}
