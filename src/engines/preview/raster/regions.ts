// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Masks: 1 where something is, 0 elsewhere; and the connected regions of one. */
import { neighbour, type Plane } from './plane.ts';

/** 1 where the plane is above `limit`. (`Uint8Array.from` with a function walks an iterator, ten times as slow.) */
export function maskAbove({ width, height, data }: Plane, limit: number): Uint8Array {
  const mask = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) maskRow(data, limit, y * width, (y + 1) * width, mask);
  return mask;
}

function maskRow(data: Float32Array, limit: number, from: number, to: number, mask: Uint8Array): void {
  for (let index = from; index < to; index++) mask[index] = data[index]! > limit ? 1 : 0;
}

/** Calls `visit` with the pixels of each connected region of a mask, in the order of their first ones. */
export function eachRegion(mask: Uint8Array, width: number, visit: (region: readonly number[]) => void): void {
  const isSeen = new Uint8Array(mask.length);
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || isSeen[start]) continue;
    const region = [start];
    isSeen[start] = 1;
    for (let place = 0; place < region.length; place++) {
      const index = region[place]!;
      const x = index % width;
      for (let side = 0; side < 4; side++) {
        const next = neighbour(index, side, x, width);
        if (next < 0 || next >= mask.length || !mask[next] || isSeen[next]) continue;
        isSeen[next] = 1;
        region.push(next);
      }
    }
    visit(region);
  }
}
