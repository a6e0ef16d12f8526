/** Where each reference stands in the frame. Pure: sizes in, boxes out. */
import type { Wish } from '../prompt/placement.ts';
import { between, type Random } from '../random.ts';

/** How a reference is put into the scene. */
export type CutoutKind =
  /** Cut off by the lower edge of its photograph: a portrait, a half figure. Stands at the frame's lower edge. */
  | 'half-figure'
  /** Whole in its photograph: stands on the ground. */
  | 'standing'
  /** Nothing in it could be cut out with confidence: it stays whole, as a print with a border. */
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
const loneHeight: Record<CutoutKind, number> = { 'half-figure': 0.86, standing: 0.62, merged: 0.7 };
/** Where things that stand on the ground touch it, as a share of the height. */
const floorLine = 0.92;
/** Prints hang a little above the middle. */
const printLine = 0.47;

/** Size of what is nearer or farther than the one it is named with, and what a wish for size means. */
const sizeOf = { front: 0.8, behind: 0.86, held: 0.36, large: 1.25, small: 0.55 } as const;

type Place = { readonly column: number; readonly aside: number; readonly depth: number; readonly size: number };

/**
 * One reference stands near the middle, to the side that `lightX` (share of the width) leaves free; several share the
 * width from left to right, the outer ones a little smaller and behind. Wishes of the prompt go first: sides order the
 * columns, what is in front of, behind or held by another shares the column of that one.
 */
export function layOut(
  items: readonly LayoutItem[],
  width: number,
  height: number,
  lightX: number,
  random: Random,
  wishes: readonly Wish[] = [],
): Slot[] {
  const prints = items.flatMap(({ kind }, index) => (kind === 'merged' ? [index] : []));
  const isCollection =
    items.length >= wallFrom && prints.length > 1 && wishes.every(({ relation }) => relation === undefined);
  if (!isCollection) return layInColumns(items, width, height, lightX, random, wishes);
  const figures = items.flatMap(({ kind }, index) => (kind === 'merged' ? [] : [index]));
  const standing = layInColumns(
    figures.map((index) => items[index] as LayoutItem),
    width,
    height,
    lightX,
    random,
    figures.map((index) => wishes[index] ?? {}),
  );
  const hanging = hangPrints(
    prints.map((index) => (items[index] as LayoutItem).ratio),
    width,
    height,
    figures.length > 0 ? 0.44 : 0.94,
  );
  return items.map((_, index) => {
    const figure = figures.indexOf(index);
    return (figure >= 0 ? standing[figure] : hanging[prints.indexOf(index)]) as Slot;
  });
}

/** From so many references on, prints hang in rows of their own above the figures; side by side they would be stamps. */
const wallFrom = 4;

/** Prints in one or two rows, all of a row equally high, together as large as fits above the line `low`. */
function hangPrints(ratios: readonly number[], width: number, height: number, low: number): Slot[] {
  const top = 0.06 * height;
  const gap = 0.03 * Math.min(width, height);
  const byRows = (count: number) => {
    const perRow = Math.ceil(ratios.length / count);
    const most = (low * height - top - gap * (count - 1)) / count;
    const rows = Array.from({ length: count }, (_, row) => ratios.slice(row * perRow, (row + 1) * perRow));
    const high = Math.min(
      most,
      ...rows.map((row) => (0.9 * width - gap * (row.length - 1)) / row.reduce((sum, ratio) => sum + ratio, 0)),
    );
    return { rows, high };
  };
  const [one, two, three] = [1, 2, 3].map(byRows) as [
    ReturnType<typeof byRows>,
    ReturnType<typeof byRows>,
    ReturnType<typeof byRows>,
  ];
  const { rows, high } = [two, three].reduce((best, other) => (other.high > best.high * 1.05 ? other : best), one);
  const start = top + (low * height - top - rows.length * high - (rows.length - 1) * gap) / 2;
  return rows.flatMap((row, index) => {
    let left = (width - row.reduce((sum, ratio) => sum + ratio * high, 0) - gap * (row.length - 1)) / 2;
    return row.map((ratio): Slot => {
      const slot = {
        left: Math.round(left),
        top: Math.round(start + index * (high + gap)),
        width: Math.round(ratio * high),
        height: Math.round(high),
        depth: -2,
        atEdge: false,
      };
      left += ratio * high + gap;
      return slot;
    });
  });
}

function layInColumns(
  items: readonly LayoutItem[],
  width: number,
  height: number,
  lightX: number,
  random: Random,
  wishes: readonly Wish[],
): Slot[] {
  const places = placesOf(items, wishes);
  const count = Math.max(...places.map(({ column }) => column), 0) + 1;
  const shrink = count === 1 ? 1 : count === 2 ? 0.88 : count === 3 ? 0.78 : Math.max(0.58, 0.86 - count * 0.05);
  return items.map((item, index) => {
    const place = places[index] as Place;
    const centrality = count === 1 ? 1 : 1 - Math.abs((place.column + 0.5) / count - 0.5) * 2;
    const size = loneHeight[item.kind] * shrink * (0.9 + 0.1 * centrality) * between(random, 0.97, 1.02) * place.size;
    // Neighbours may overlap, the more the more there are: small figures in a row would look like stamps.
    const lonely = item.kind === 'half-figure' ? 1.06 : item.kind === 'merged' ? 0.84 : 0.92;
    const crowded = item.kind === 'merged' ? 0.9 : 1.2 + 0.1 * count;
    const room = (count === 1 ? width * lonely : (width / count) * crowded) * Math.min(1, place.size * 1.1);
    let tall = height * Math.min(item.kind === 'half-figure' ? 0.98 : 0.86, size);
    let wide = tall * item.ratio;
    if (wide > room) {
      wide = room;
      tall = wide / item.ratio;
    }
    const lone = loneCentre(item, wishes[index], lightX, random, width > height);
    const middle = count === 1 ? lone : 0.5 + ((place.column + 0.5) / count - 0.5) * 0.92;
    const centre = middle + (place.aside * Math.min(wide, height)) / width;
    const roundedWidth = Math.max(8, Math.round(wide));
    const roundedHeight = Math.max(8, Math.round(tall));
    const isOutermost = place.column === (item.cutSide === 'left' ? 0 : count - 1) && place.aside === 0;
    const sharers = places.filter(({ column, aside }) => column === place.column && aside === 0).length;
    const atEdge = item.cutSide !== undefined && isOutermost && sharers === 1;
    const free = Math.round(centre * width - wide / 2);
    const left = !atEdge ? free : item.cutSide === 'left' ? 0 : width - roundedWidth;
    return {
      left,
      top: topOf(item.kind, roundedHeight, height, centrality, place),
      width: roundedWidth,
      height: roundedHeight,
      depth: (item.kind === 'merged' ? -1 : 0) + centrality + 2 * place.depth,
      atEdge,
    };
  });
}

function loneCentre(
  { kind }: LayoutItem,
  wish: Wish | undefined,
  lightX: number,
  random: Random,
  isWide: boolean,
): number {
  const drift = between(random, 0.03, 0.09);
  if (wish?.side !== undefined) return { left: 0.3, middle: 0.5, right: 0.7 }[wish.side];
  if (!isWide || kind === 'merged') return 0.5;
  return 0.5 + (lightX < 0.5 ? 1 : -1) * drift;
}

function topOf(kind: CutoutKind, tall: number, height: number, centrality: number, { depth, size }: Place): number {
  if (kind === 'half-figure') return height - tall;
  if (size === sizeOf.held) return Math.round(Math.min(height - tall, height * 0.66 - tall / 2));
  if (kind === 'merged') return Math.round(Math.max(0.03 * height, height * printLine - tall / 2));
  // Who stands nearer stands lower in the picture.
  return Math.round(Math.min(0.94, floorLine - 0.05 * (1 - centrality) + 0.03 * depth) * height) - tall;
}

function placesOf(items: readonly LayoutItem[], wishes: readonly Wish[]): Place[] {
  const sharesColumn = (index: number) => {
    const how = wishes[index]?.relation?.how;
    return how === 'front' || how === 'behind' || how === 'held';
  };
  const key = (index: number) => {
    const side = wishes[index]?.side ?? items[index]?.cutSide;
    return side === 'left' ? -1 : side === 'right' ? 1 : 0;
  };
  const columns = items.map((_, index) => index).filter((index) => !sharesColumn(index) || isCircular(index, wishes));
  columns.sort((one, other) => key(one) - key(other) || one - other);
  for (const [index, { relation }] of wishes.entries()) {
    if (relation === undefined || sharesColumn(index) || !columns.includes(relation.to)) continue;
    if (relation.to === index) continue;
    columns.splice(columns.indexOf(index), 1);
    columns.splice(columns.indexOf(relation.to) + (relation.how === 'left' ? 0 : 1), 0, index);
  }
  const columnOf = (index: number): number => {
    const at = columns.indexOf(index);
    return at >= 0 ? at : columnOf(wishes[index]?.relation?.to ?? 0);
  };
  return items.map((_, index) => {
    const { relation, size } = wishes[index] ?? {};
    const wished = size === undefined ? 1 : sizeOf[size];
    const depth = size === 'large' ? 0.5 : size === 'small' ? -0.5 : 0;
    const how = relation?.how;
    const column = columnOf(index);
    if (columns.includes(index)) return { column, aside: 0, depth, size: wished };
    // Aside to where there is more room, so that both are seen.
    const outwards = column < (columns.length - 1) / 2 ? 1 : -1;
    if (how === 'held') return { column, aside: outwards * 0.12, depth: depth + 2, size: sizeOf.held };
    if (how === 'front') return { column, aside: outwards * 0.42, depth: depth + 1, size: wished * sizeOf.front };
    return { column, aside: outwards * 0.5, depth: depth - 1, size: wished * sizeOf.behind };
  });
}

/** A before B and B before A cannot both be true. */
function isCircular(index: number, wishes: readonly Wish[]): boolean {
  const seen = new Set<number>();
  for (let at: number | undefined = index; at !== undefined; at = wishes[at]?.relation?.to) {
    if (seen.has(at)) return true;
    seen.add(at);
  }
  return false;
}
