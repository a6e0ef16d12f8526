// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Pull-push (Gortler et al., "The Lumigraph", 1996): fills what is unknown smoothly from what is known. */
import { clamp, createPlane, type Plane } from './plane.ts';

type Level = { readonly width: number; readonly height: number; readonly channels: Plane[]; readonly weight: Plane };

function pull(level: Level): Level {
  const width = (level.width + 1) >> 1;
  const height = (level.height + 1) >> 1;
  const weight = createPlane(width, height);
  const channels = level.channels.map(() => createPlane(width, height));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const target = y * width + x;
      let sum = 0;
      for (let corner = 0; corner < 4; corner++) {
        const sourceX = Math.min(level.width - 1, 2 * x + (corner & 1));
        const sourceY = Math.min(level.height - 1, 2 * y + (corner >> 1));
        const source = sourceY * level.width + sourceX;
        const share = level.weight.data[source]!;
        sum += share;
        for (let channel = 0; channel < channels.length; channel++) {
          channels[channel]!.data[target]! += share * level.channels[channel]!.data[source]!;
        }
      }
      weight.data[target] = Math.min(1, sum);
      if (sum > 0) for (const channel of channels) channel.data[target]! /= sum;
    }
  }
  return { width, height, channels, weight };
}

/** Fills the unknown share of every pixel of `fine` from `coarse`, in place. */
function push(fine: Level, coarse: Level): void {
  for (let y = 0; y < fine.height; y++) {
    const v = clamp((y - 0.5) / 2, 0, coarse.height - 1);
    const top = v | 0;
    const bottom = Math.min(coarse.height - 1, top + 1);
    const down = v - top;
    for (let x = 0; x < fine.width; x++) {
      const index = y * fine.width + x;
      const known = fine.weight.data[index]!;
      if (known >= 1) continue;
      const u = clamp((x - 0.5) / 2, 0, coarse.width - 1);
      const left = u | 0;
      const right = Math.min(coarse.width - 1, left + 1);
      const across = u - left;
      for (let channel = 0; channel < fine.channels.length; channel++) {
        const from = coarse.channels[channel]!.data;
        const upper = from[top * coarse.width + left]! * (1 - across) + from[top * coarse.width + right]! * across;
        const lower =
          from[bottom * coarse.width + left]! * (1 - across) + from[bottom * coarse.width + right]! * across;
        const to = fine.channels[channel]!.data;
        to[index] = known * to[index]! + (1 - known) * (upper * (1 - down) + lower * down);
      }
    }
  }
}

/** Filled copies of the channels; `weight` says how much of each pixel is known, 0..1. */
export function pullPush(channels: readonly Plane[], weight: Plane): Plane[] {
  const { width, height } = weight;
  const copies = channels.map((plane) => ({ width, height, data: Float32Array.from(plane.data) }));
  const levels: Level[] = [{ width, height, channels: copies, weight }];
  for (let last = levels[0]!; last.width > 1 || last.height > 1; last = levels.at(-1)!) levels.push(pull(last));
  for (let index = levels.length - 2; index >= 0; index--) push(levels[index]!, levels[index + 1]!);
  return copies;
}
