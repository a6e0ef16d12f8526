/** A copy of a layer that fades in over it during the film: a soft background over the sharp one. */

export type Veil = { readonly fromSeconds: number; readonly toSeconds: number };

/** In 256ths, so that mixing is integer. */
const whole = 256;

/** How much of it is seen: 0 nothing, 256 all. Without a veil a layer is there from the beginning. */
export function veilShare(veil: Veil | undefined, seconds: number): number {
  if (veil === undefined) return whole;
  const t = Math.min(1, Math.max(0, (seconds - veil.fromSeconds) / (veil.toSeconds - veil.fromSeconds)));
  return Math.round(whole * t * t * t * (t * (6 * t - 15) + 10));
}

/** Whether it has come in altogether. */
export function isWhole(veil: Veil | undefined, seconds: number): boolean {
  return veilShare(veil, seconds) === whole;
}

type Veiled = { readonly veil?: Veil | undefined; readonly alpha?: unknown };

/** The layers that a moment needs: none that has not come yet, and none that is covered all over. */
export function shownLayers<Item extends Veiled>(layers: readonly Item[], seconds: number): readonly Item[] {
  const there = layers.filter(({ veil }) => veilShare(veil, seconds) > 0);
  const cover = there.findLastIndex(
    ({ veil, alpha }) => veil !== undefined && alpha === undefined && isWhole(veil, seconds),
  );
  return cover < 0 ? there : there.slice(cover);
}

/** Draws by `draw`, and lets only `share` 256ths of what it changed be seen. */
export function drawVeiled(out: Uint8Array, share: number, draw: () => void): void {
  if (share >= whole) {
    draw();
    return;
  }
  const before = out.slice();
  draw();
  for (let index = 0; index < out.length; index++) {
    const there = before[index] ?? 0;
    out[index] = there + ((((out[index] ?? 0) - there) * share + 128) >> 8);
  }
}
