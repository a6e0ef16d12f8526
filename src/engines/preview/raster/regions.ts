// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
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
      for (const next of [x > 0 ? index - 1 : -1, x < width - 1 ? index + 1 : -1, index - width, index + width]) {
        if (next < 0 || next >= mask.length || !mask[next] || isSeen[next]) continue;
        isSeen[next] = 1;
        region.push(next);
      }
    }
    visit(region);
  }
}
