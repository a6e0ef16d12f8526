/** Where each reference stands in the frame. Pure: sizes in, boxes out. */
import { between, type Random } from '../random.ts';

/** How a reference is put into the scene. */
export type CutoutKind =
  /** Cut off by the lower edge of its photograph: a portrait, a half figure. Stands at the frame's lower edge. */
  | 'half-figure'
  /** Whole in its photograph: stands on the ground. */
  | 'standing'
  /** Nothing in it could be cut out with confidence: it is merged as a piece of the scene. */
  | 'merged';

export type LayoutItem = {
  readonly kind: CutoutKind;
  /** Width over height. */
  readonly ratio: number;
  /** The side at which its photograph cut it off, when it is one. */
  readonly cutSide: 'left' | 'right' | undefined;
};

export type Slot = {
  /** Pixels of the frame; may reach beyond it. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Order of painting: farthest first. */
  readonly depth: number;
  /** It stands at the edge of the frame at which it was cut off. */
  readonly atEdge: boolean;
};

/** Share of the frame's height a lone reference takes. */
const loneHeight: Record<CutoutKind, number> = { 'half-figure': 0.86, standing: 0.62, merged: 0.92 };
/** Where things that stand on the ground touch it, as a share of the height. */
const floorLine = 0.92;

/**
 * One reference stands near the middle, to the side that `lightX` (share of the width) leaves free; several share the
 * width, the outer ones a little smaller and further back.
 */
export function layOut(
  items: readonly LayoutItem[],
  width: number,
  height: number,
  lightX: number,
  random: Random,
): Slot[] {
  const count = items.length;
  const shrink = count === 1 ? 1 : count === 2 ? 0.88 : count === 3 ? 0.78 : Math.max(0.58, 0.86 - count * 0.05);
  return items.map((item, index) => {
    const centrality = count === 1 ? 1 : 1 - Math.abs((index + 0.5) / count - 0.5) * 2;
    const size = loneHeight[item.kind] * shrink * (0.9 + 0.1 * centrality) * between(random, 0.97, 1.02);
    // Neighbours may overlap, the more the more there are: small figures in a row would look like stamps.
    const lonely = item.kind === 'half-figure' ? 1.06 : 0.92;
    const room = count === 1 ? width * lonely : (width / count) * (1.2 + 0.1 * count);
    let tall = height * size;
    let wide = tall * item.ratio;
    if (wide > room) {
      wide = room;
      tall = wide / item.ratio;
    }
    const lone = 0.5 + (lightX < 0.5 ? 1 : -1) * between(random, 0.03, 0.09);
    const centre = count === 1 ? (width > height ? lone : 0.5) : 0.5 + ((index + 0.5) / count - 0.5) * 0.92;
    const bottom = item.kind === 'standing' ? height * (floorLine - 0.05 * (1 - centrality)) : height;
    const roundedWidth = Math.max(8, Math.round(wide));
    const isOutermost = index === (item.cutSide === 'left' ? 0 : count - 1);
    const atEdge = item.cutSide !== undefined && isOutermost;
    const free = Math.round(centre * width - wide / 2);
    const left = !atEdge ? free : item.cutSide === 'left' ? 0 : width - roundedWidth;
    const roundedHeight = Math.max(8, Math.round(tall));
    return {
      left,
      top: Math.round(bottom) - roundedHeight,
      width: roundedWidth,
      height: roundedHeight,
      depth: (item.kind === 'merged' ? -1 : 0) + centrality,
      atEdge,
    };
  });
}
