// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Whether the outline of a matte runs where the picture has edges: what a thing ends at is seen, what a model imagines is not. */
import { labAt, type RgbImage } from '../raster/colour.ts';
import type { Plane } from '../raster/plane.ts';

/** Central difference in Lab below which there is no edge; measured outlines of people have 40 to 70, of blurs 5. */
const faintEdge = 12;
/** An edge this far from the outline, in pixels of a picture 512 wide, is still its own. */
const reach = 4;

const noEdge = 1;
const edge = 2;

/** What was found where somebody asked; 0 where nobody did: only what lies along an outline is ever asked for. */
type Edges = {
  readonly image: RgbImage;
  readonly known: Uint8Array;
  readonly one: Float64Array;
  readonly other: Float64Array;
};

/** Square of how far the colours at both sides of a pixel lie apart. */
function jumpAt({ image: { data }, one, other }: Edges, index: number, step: number): number {
  labAt(data, index - step, one);
  labAt(data, index + step, other);
  return (one[0]! - other[0]!) ** 2 + (one[1]! - other[1]!) ** 2 + (one[2]! - other[2]!) ** 2;
}

/** Whether the colour changes across or down in one of so many pixels from `start` on. */
function hasEdgeIn(edges: Edges, start: number, count: number): boolean {
  const { known, image } = edges;
  for (let index = start; index < start + count; index++) {
    if (known[index] === 0) {
      const jump = jumpAt(edges, index, 1) + jumpAt(edges, index, image.width);
      known[index] = jump > faintEdge * faintEdge ? edge : noEdge;
    }
    if (known[index] === edge) return true;
  }
  return false;
}

function hasEdgeNear(edges: Edges, centre: number): boolean {
  const { width } = edges.image;
  for (let row = -reach; row <= reach; row++) {
    if (hasEdgeIn(edges, centre + row * width - reach, 2 * reach + 1)) return true;
  }
  return false;
}

type Outline = { length: number; faint: number };

/** Adds the pixels of the outline that lie in a row. Not at the border, where the picture cuts things off. */
function followRow(edges: Edges, matte: Float32Array, start: number, outline: Outline): void {
  const { width } = edges.image;
  for (let index = start + 6; index < start + width - 6; index++) {
    const inside = matte[index]! > 0.5;
    if (inside === matte[index + 1]! > 0.5 && inside === matte[index + width]! > 0.5) continue;
    outline.length++;
    if (!hasEdgeNear(edges, index)) outline.faint++;
  }
}

/** Share of the outline, 0..1, that has no edge of the picture beside it. The matte has the size of the image. */
export function faintOutline(image: RgbImage, matte: Plane): number {
  const { width, height, data } = matte;
  const known = new Uint8Array(width * height);
  const edges = { image, known, one: new Float64Array(3), other: new Float64Array(3) };
  const outline = { length: 0, faint: 0 };
  for (let y = 6; y < height - 6; y++) followRow(edges, data, y * width, outline);
  return outline.length === 0 ? 1 : outline.faint / outline.length;
}
