// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Whether the outline of a matte runs where the picture has edges: what a thing ends at is seen, what a model imagines is not. */
import { labAt, type RgbImage } from '../raster/colour.ts';
import type { Plane } from '../raster/plane.ts';

/** Central difference in Lab below which there is no edge; measured outlines of people have 40 to 70, of blurs 5. */
const faintEdge = 12;
/** An edge this far from the outline, in pixels of a picture 512 wide, is still its own. */
const reach = 4;

/** Whether the colour changes across or down. Only what lies along an outline is ever asked for. */
function isEdge({ width, data }: RgbImage, index: number, one: Float64Array, other: Float64Array): boolean {
  let jump = 0;
  for (const step of [1, width]) {
    labAt(data, index - step, one);
    labAt(data, index + step, other);
    jump += (one[0]! - other[0]!) ** 2 + (one[1]! - other[1]!) ** 2 + (one[2]! - other[2]!) ** 2;
  }
  return jump > faintEdge * faintEdge;
}

/** Share of the outline, 0..1, that has no edge of the picture beside it. The matte has the size of the image. */
export function faintOutline(image: RgbImage, matte: Plane): number {
  const { width, height, data } = matte;
  const [one, other] = [new Float64Array(3), new Float64Array(3)];
  /** 1 where there is none, 2 where there is one, 0 where nobody asked yet. */
  const edges = new Uint8Array(width * height);
  const hasEdgeNear = (centre: number) => {
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const index = centre + dy * width + dx;
        if (edges[index] === 0) edges[index] = isEdge(image, index, one, other) ? 2 : 1;
        if (edges[index] === 2) return true;
      }
    }
    return false;
  };
  let outline = 0;
  let faint = 0;
  // Not at the border, where the picture cuts things off.
  for (let y = 6; y < height - 6; y++) {
    for (let x = 6; x < width - 6; x++) {
      const index = y * width + x;
      const inside = data[index]! > 0.5;
      if (inside === data[index + 1]! > 0.5 && inside === data[index + width]! > 0.5) continue;
      outline++;
      if (!hasEdgeNear(index)) faint++;
    }
  }
  return outline === 0 ? 1 : faint / outline;
}
