// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * From the camera's pose to where each part of the frame is taken from: an inverse warp known at the corners of 16-pixel
 * cells, linear within them. A pose is smooth, so the error stays far below a pixel, at 1/256 of the cost.
 */
import { type Plane, samplePlane } from '../raster/plane.ts';
import type { Pose } from './camera.ts';
import { atRest, type Coast } from './glide.ts';
import { addSway, type Sway, type SwayNow, swaysAt } from './sway.ts';

/** Pixels of the frame per cell of the grid; the kernel relies on it being a power of two. */
export const cellBits = 4;
export const cellSize = 1 << cellBits;

/** What the warp needs to know of a layer besides its pixels. */
export type LayerGeometry = {
  /** Nearness 0 (far) to 1 (near) over the whole layer, a few hundred pixels wide. */
  readonly nearness: Plane;
  /** What moves in it by itself. */
  readonly sways?: readonly Sway[];
};

export type SceneGeometry = {
  /** Size of the film. */
  readonly width: number;
  readonly height: number;
  /** Size of the layers' pixels: the same shape, up to 1.25 times as large. */
  readonly sourceWidth: number;
  readonly sourceHeight: number;
  /** Point the camera looks at, in shares of width and height. */
  readonly focusX: number;
  readonly focusY: number;
  /** Nearness of the subject: what an orbit turns around. */
  readonly focusNearness: number;
};

/** Source positions of the grid's corners, 0..1 over the layer (0 and 1 are its outer edges), x and y interleaved. */
export type Grid = { readonly columns: number; readonly rows: number; readonly positions: Float64Array };

export function gridSize(width: number, height: number): { columns: number; rows: number } {
  return { columns: Math.ceil(width / cellSize), rows: Math.ceil(height / cellSize) };
}

/** Inverse distance of the farthest and the nearest point: the scene is five times as deep as it is close. */
const farInverse = 0.2;
const nearInverse = 1;

function inverseDistance(nearness: number): number {
  return farInverse + (nearInverse - farInverse) * nearness;
}

/** The scene with the nearness that its subject has where the camera looks at it, so that a locked move keeps it in place. */
export function lockOn(scene: SceneGeometry, layers: readonly LayerGeometry[]): SceneGeometry {
  const nearness = layers.at(-1)?.nearness;
  if (nearness === undefined) return scene;
  const { focusX, focusY } = scene;
  return { ...scene, focusNearness: samplePlane(nearness, focusX * nearness.width, focusY * nearness.height) };
}

/** The position looked up depends on the distance found there; the search settles to a hundredth of a pixel in four rounds. */
const searchRounds = 4;

/** Moves are told in widths; up and down they follow the height, as a wide picture has little room there. */
function uprightShare(aspect: number): number {
  return aspect < 1 ? Math.min(1, 1.2 * aspect) : aspect ** 0.8;
}

/** A film whose longer side is larger is searched at every second corner: nearness is known to 320 pixels in any film. */
const denseUpTo = 1400;

/** All corners, or only those that `reachOf` looks at to find the outermost: a twentieth of them. The others stay 0. */
export type Extent = 'whole' | 'border';

/**
 * The border has one row or column where the frame begins, and two where it ends: between those it does. Of a row that is
 * no part of it, this many columns after the first are left out.
 */
function skippedColumns(extent: Extent, row: number, { columns, rows }: Pick<Grid, 'columns' | 'rows'>): number {
  return extent === 'whole' || row === 0 || row > rows - 2 ? 0 : Math.max(0, columns - 2);
}

/** Where each corner of the frame is taken from in a layer. */
export function buildGrid(pose: Pose, scene: SceneGeometry, layer: LayerGeometry, extent: Extent = 'whole'): Grid {
  const { columns, rows } = gridSize(scene.width, scene.height);
  if (Math.max(scene.width, scene.height) <= denseUpTo) {
    return searchGrid(pose, scene, layer, { columns, rows, step: cellSize }, extent);
  }
  const coarse = { columns: (columns + 1) >> 1, rows: (rows + 1) >> 1, step: 2 * cellSize };
  return refineGrid(searchGrid(pose, scene, layer, coarse, extent), columns, rows, extent);
}

/** A grid with every cell of `coarse` cut in four, as far as `columns` and `rows` reach. */
function refineGrid(coarse: Grid, columns: number, rows: number, extent: Extent): Grid {
  const { positions: from } = coarse;
  const positions = new Float64Array((columns + 1) * (rows + 1) * 2);
  const stride = (coarse.columns + 1) * 2;
  for (let row = 0, index = 0; row <= rows; row++) {
    const above = (row >> 1) * stride;
    const below = above + (row & 1) * stride;
    const skipped = skippedColumns(extent, row, { columns, rows });
    for (let column = 0; column <= columns; column++, index += 2) {
      if (column === 1) {
        index += 2 * skipped;
        column += skipped;
      }
      const left = (column >> 1) * 2;
      const right = left + (column & 1) * 2;
      // All four are the same corner, or two pairs are, unless this is the middle of a cell.
      positions[index] = (from[above + left]! + from[above + right]! + from[below + left]! + from[below + right]!) / 4;
      positions[index + 1] =
        (from[above + left + 1]! + from[above + right + 1]! + from[below + left + 1]! + from[below + right + 1]!) / 4;
    }
  }
  return { columns, rows, positions };
}

type Corners = { readonly columns: number; readonly rows: number; readonly step: number };

/** What is the same for all corners of a grid. */
type Search = {
  readonly pose: Pose;
  readonly coast: Coast;
  readonly nearness: Plane;
  readonly sways: readonly SwayNow[];
  readonly width: number;
  readonly step: number;
  readonly aspect: number;
  readonly cos: number;
  readonly sin: number;
  readonly still: number;
  readonly zoom: number;
  readonly anchorX: number;
  readonly anchorY: number;
  readonly panX: number;
  readonly panY: number;
  readonly upright: number;
  /** Room for one sway. */
  readonly offset: Float64Array;
};

function searchGrid(
  pose: Pose,
  scene: SceneGeometry,
  layer: LayerGeometry,
  { columns, rows, step }: Corners,
  extent: Extent,
): Grid {
  const { width, height } = scene;
  const aspect = height / width;
  const subjectInverse = inverseDistance(scene.focusNearness);
  // A dolly zoom: the lens takes back what the way did to the subject's size, so that only its surroundings change.
  const zoom = pose.zoom * (1 - pose.hold * pose.travel * subjectInverse);
  const search: Search = {
    pose,
    coast: pose.coast ?? atRest,
    nearness: layer.nearness,
    sways: swaysAt(layer.sways, pose.seconds),
    width,
    step,
    aspect,
    cos: Math.cos(pose.roll),
    sin: Math.sin(pose.roll),
    still: pose.lock * subjectInverse,
    zoom,
    // What grows, grows from here. A move that is locked to the subject keeps it exactly where it is.
    anchorX: (scene.focusX - 0.5) * pose.anchor,
    anchorY: (scene.focusY - 0.5) * aspect * pose.anchor,
    panX: pose.panX / zoom,
    panY: pose.panY / zoom,
    upright: uprightShare(aspect),
    offset: new Float64Array(2),
  };
  const grid = { columns, rows, positions: new Float64Array((columns + 1) * (rows + 1) * 2) };
  for (let row = 0; row <= rows; row++) {
    // Corners sit on pixel centres (of pixels 0, 16, 32 ... or 0, 32, 64 ...): half a pixel lost here would blur every frame.
    searchRow(search, ((row * step + 0.5) / height - 0.5) * aspect, skippedColumns(extent, row, grid), grid, row);
  }
  return grid;
}

/** One row of corners, `screenY` below the middle of the frame. */
function searchRow(search: Search, screenY: number, skipped: number, { columns, positions }: Grid, row: number): void {
  const { pose, coast, nearness, sways, width, step, aspect, offset } = search;
  const { cos, sin, still, zoom, anchorX, anchorY, panX, panY, upright } = search;
  let index = row * (columns + 1) * 2;
  for (let column = 0; column <= columns; column++) {
    if (column === 1) {
      index += 2 * skipped;
      column += skipped;
    }
    const screenX = (column * step + 0.5) / width - 0.5;
    const turnedX = (cos * screenX + sin * screenY) / coast.growth - coast.x;
    const turnedY = (cos * screenY - sin * screenX) / coast.growth - coast.y;
    let u = turnedX;
    let v = turnedY;
    for (let round = 0; round < searchRounds; round++) {
      const near = samplePlane(nearness, (u + 0.5) * nearness.width, (v / aspect + 0.5) * nearness.height);
      const inverse = inverseDistance(near);
      const scale = (1 - pose.travel * inverse) / zoom;
      const shift = inverse - still;
      u = anchorX + (turnedX - anchorX) * scale + panX + pose.truckX * shift;
      v = anchorY + (turnedY - anchorY) * scale + (panY + pose.truckY * shift) * upright;
    }
    const sourceX = u + 0.5;
    const sourceY = v / aspect + 0.5;
    if (sways.length > 0) addSway(sways, sourceX, sourceY, aspect, offset);
    positions[index++] = sourceX + offset[0]!;
    positions[index++] = sourceY + offset[1]!;
  }
}

/** How much of a layer's width and height may be shown, 0..1. */
export type Usable = { readonly across: number; readonly down: number };

/** Half a source pixel less at each side: beyond its centre the outermost pixel would be repeated. */
export function usableOf({ sourceWidth, sourceHeight }: SceneGeometry): Usable {
  return { across: 1 - 1 / sourceWidth, down: 1 - 1 / sourceHeight };
}

/** How far the frame reaches outside the layer: 1 just fits, 1.1 needs a tenth more zoom. Cells past the frame count not. */
export function reachOf(
  grid: Grid,
  scene: SceneGeometry,
  extent: Extent = 'whole',
  usable: Usable = usableOf(scene),
): number {
  const { columns, rows, positions } = grid;
  // The last column and row of cells stick out of the frame; the frame's last pixel lies on this share of them.
  const beyondX = 1 - (scene.width - 1 - cellSize * (columns - 1)) / cellSize;
  const beyondY = 1 - (scene.height - 1 - cellSize * (rows - 1)) / cellSize;
  const stride = (columns + 1) * 2;
  let across = 0;
  let down = 0;
  for (let row = 0; row <= rows; row++) {
    const skipped = skippedColumns(extent, row, grid);
    for (let column = 0; column <= columns; column++) {
      if (column === 1) column += skipped;
      const at = row * stride + column * 2;
      let u = positions[at]!;
      let v = positions[at + 1]!;
      if (column === columns) u += (positions[at - 2]! - u) * beyondX;
      if (row === rows) v += (positions[at + 1 - stride]! - v) * beyondY;
      across = Math.max(across, Math.abs(u - 0.5));
      down = Math.max(down, Math.abs(v - 0.5));
    }
  }
  return Math.max((across * 2) / usable.across, (down * 2) / usable.down);
}

/**
 * The kernel's steps are rounded down, up to 16 of 65536 in all, which from 0 would lead out of the texture: a black pixel
 * in the plain kernel, a wild address in WebAssembly. Too little to change what is drawn.
 */
const leastPosition = 32;

/**
 * The grid in 16.16 fixed point pixels of the source, held inside it; `divide` is 2 for the chroma planes. Chroma is
 * sited on the left luma column and between two rows, and the source was filtered so; halving keeps both.
 */
export function toFixedPoint(grid: Grid, width: number, height: number, out: Int32Array): void {
  const { positions } = grid;
  const mostX = (width - 1) * 65536 - 1;
  const mostY = (height - 1) * 65536 - 1;
  for (let index = 0; index < positions.length; index += 2) {
    const x = Math.round((positions[index]! * width - 0.5) * 65536);
    const y = Math.round((positions[index + 1]! * height - 0.5) * 65536);
    out[index] = x < leastPosition ? leastPosition : x > mostX ? mostX : x;
    out[index + 1] = y < leastPosition ? leastPosition : y > mostY ? mostY : y;
  }
}
