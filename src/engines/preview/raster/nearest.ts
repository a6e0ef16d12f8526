// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** For every pixel the index of a nearest known one (two-pass 8SSED, Danielsson 1980; exact within a pixel). */

export function nearestKnown(known: Uint8Array, width: number, height: number): Int32Array {
  const nearest = new Int32Array(width * height).fill(-1);
  for (let index = 0; index < known.length; index++) if (known[index]) nearest[index] = index;

  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const index = y * width + x;
      if (known[index]) continue;
      if (x > 0) offer(nearest, width, x, y, index - 1);
      if (y > 0) offer(nearest, width, x, y, index - width);
      if (y > 0 && x > 0) offer(nearest, width, x, y, index - width - 1);
      if (y > 0 && x < width - 1) offer(nearest, width, x, y, index - width + 1);
    }
    for (let x = width - 2; x >= 0; x--) {
      const index = y * width + x;
      if (!known[index]) offer(nearest, width, x, y, index + 1);
    }
  }
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      const index = y * width + x;
      if (known[index]) continue;
      if (x < width - 1) offer(nearest, width, x, y, index + 1);
      if (y < height - 1) offer(nearest, width, x, y, index + width);
      if (y < height - 1 && x < width - 1) offer(nearest, width, x, y, index + width + 1);
      if (y < height - 1 && x > 0) offer(nearest, width, x, y, index + width - 1);
    }
    for (let x = 1; x < width; x++) {
      const index = y * width + x;
      if (!known[index]) offer(nearest, width, x, y, index - 1);
    }
  }
  return nearest;
}

/** Takes the nearest of the neighbour `from` if it is nearer than what was found before. */
function offer(nearest: Int32Array, width: number, x: number, y: number, from: number): void {
  const candidate = nearest[from]!;
  if (candidate < 0) return;
  const index = y * width + x;
  const current = nearest[index]!;
  const dx = x - (candidate % width);
  const dy = y - ((candidate / width) | 0);
  if (current >= 0) {
    const cx = x - (current % width);
    const cy = y - ((current / width) | 0);
    if (dx * dx + dy * dy >= cx * cx + cy * cy) return;
  }
  nearest[index] = candidate;
}
