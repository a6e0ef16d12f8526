// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Whether the outline of a matte runs where the picture has edges: what a thing ends at is seen, what a model imagines is not. */
import { type RgbImage, type RgbPlanes, toLab } from '../raster/colour.ts';
import type { Plane } from '../raster/plane.ts';

/** Central difference in Lab below which there is no edge; measured outlines of people have 40 to 70, of blurs 5. */
const faintEdge = 12;
/** An edge this far from the outline, in pixels of a picture 512 wide, is still its own. */
const reach = 4;

/** Squared central difference across and down. */
function jumpAt([light, a, b]: RgbPlanes, index: number): number {
  const { width } = light;
  return (
    (light.data[index + 1]! - light.data[index - 1]!) ** 2 +
    (light.data[index + width]! - light.data[index - width]!) ** 2 +
    (a.data[index + 1]! - a.data[index - 1]!) ** 2 +
    (a.data[index + width]! - a.data[index - width]!) ** 2 +
    (b.data[index + 1]! - b.data[index - 1]!) ** 2 +
    (b.data[index + width]! - b.data[index - width]!) ** 2
  );
}

/** Share of the outline, 0..1, that has no edge of the picture beside it. The matte has the size of the image. */
export function faintOutline(image: RgbImage, matte: Plane): number {
  const { width, height, data } = matte;
  const lab = toLab(image);
  const isEdge = new Uint8Array(width * height);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      if (jumpAt(lab, y * width + x) > faintEdge * faintEdge) isEdge[y * width + x] = 1;
    }
  }
  const hasEdgeNear = (centre: number) => {
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) if (isEdge[centre + dy * width + dx]) return true;
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
