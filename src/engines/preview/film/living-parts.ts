// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Which parts of a layer may move by themselves: leaves, sky, water, and the loose rim of a subject. Pure. */

import {
  boxBlur,
  clamp,
  createPlane,
  mapPlane,
  mix,
  type Plane,
  resizePlane,
  smoothstep,
  softBlur,
} from '../raster/plane.ts';
import type { Yuv420 } from '../raster/yuv420.ts';

/** Parts are found on a picture of this width: finer than this nothing sways apart from what is beside it. */
const partsWidth = 240;
/** Texture is judged on twice that: leaves are small. */
const textureScale = 2;

/** Averages boxes of an 8-bit plane: 0..1. */
export function shrinkBytes(
  bytes: Uint8Array,
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
): Plane {
  const out = createPlane(toWidth, toHeight);
  for (let y = 0; y < toHeight; y++) {
    const top = Math.floor((y * height) / toHeight);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * height) / toHeight));
    for (let x = 0; x < toWidth; x++) {
      const left = Math.floor((x * width) / toWidth);
      const right = Math.max(left + 1, Math.floor(((x + 1) * width) / toWidth));
      let sum = 0;
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) sum += bytes[row * width + column]!;
      }
      out.data[y * toWidth + x] = sum / ((bottom - top) * (right - left) * 255);
    }
  }
  return out;
}

/** A small copy of a layer, and what its texture is like. */
export type Look = {
  readonly width: number;
  readonly height: number;
  readonly luma: Plane;
  readonly blue: Plane;
  readonly red: Plane;
  /** Mean squares of the slopes to the right and down over a neighbourhood. */
  readonly across: Plane;
  readonly down: Plane;
  /** Fine texture: its strength, and how far it runs one way, 0 (leaves) to 1 (a mast). */
  readonly texture: Plane;
  readonly oneWay: Plane;
};

type Slopes = { readonly across: Plane; readonly down: Plane };

function slopesOf({ width, height, data }: Plane): Slopes {
  const across = createPlane(width, height);
  const down = createPlane(width, height);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      across.data[at] = (data[at + 1]! - data[at - 1]!) / 2;
      down.data[at] = (data[at + width]! - data[at - width]!) / 2;
    }
  }
  return { across, down };
}

const times = (one: Plane, other: Plane) => mapPlane(one, (value, index) => value * other.data[index]!);

/** A wall's edge is straight within a few pixels, a leaf's is not: judged there, then averaged over the neighbourhood. */
function textureOf({ across, down }: Slopes): { texture: Plane; oneWay: Plane } {
  const a = softBlur(times(across, across), 2, 2);
  const d = softBlur(times(down, down), 2, 2);
  const both = softBlur(times(across, down), 2, 2);
  const energy = mapPlane(a, (value, index) => value + d.data[index]!);
  const directed = mapPlane(a, (value, index) => Math.hypot(value - d.data[index]!, 2 * both.data[index]!));
  const around = softBlur(energy, 5, 2);
  const directedAround = softBlur(directed, 5, 2);
  return {
    texture: mapPlane(around, (value) => Math.sqrt(Math.max(0, value))),
    oneWay: mapPlane(directedAround, (value, index) => value / (around.data[index]! + 1e-6)),
  };
}

export function lookAt(pixels: Yuv420): Look {
  const width = partsWidth;
  const height = Math.max(16, Math.round((partsWidth * pixels.height) / pixels.width));
  const half = [pixels.width >> 1, pixels.height >> 1] as const;
  const fine = shrinkBytes(pixels.luma, pixels.width, pixels.height, width * textureScale, height * textureScale);
  const luma = resizePlane(boxBlur(fine, 1), width, height);
  const slopes = slopesOf(luma);
  const { texture, oneWay } = textureOf(slopesOf(fine));
  return {
    width,
    height,
    luma,
    blue: shrinkBytes(pixels.blue, ...half, width, height),
    red: shrinkBytes(pixels.red, ...half, width, height),
    across: softBlur(times(slopes.across, slopes.across), 3, 2),
    down: softBlur(times(slopes.down, slopes.down), 3, 2),
    texture: resizePlane(texture, width, height),
    oneWay: resizePlane(oneWay, width, height),
  };
}

/** Spreads what is above 0 outwards by about `radius` pixels, with a soft edge. */
export function spread(plane: Plane, radius: number): Plane {
  return mapPlane(softBlur(plane, Math.max(1, Math.round(radius / 2)), 2), (value) => smoothstep(0.02, 0.3, value));
}

/** 0 at the layer's border, 1 a twentieth of the width inside: what moves at the border would reach outside. */
export function insideBorder(plane: Plane, margin = 0.05): Plane {
  const { width, height } = plane;
  const edge = margin * width;
  return mapPlane(plane, (value, index) => {
    const x = (index % width) + 0.5;
    const y = Math.floor(index / width) + 0.5;
    return value * smoothstep(0, edge, Math.min(x, width - x, y, height - y) - 1);
  });
}

/** A picture that has the colour of skin all over is an old print, and its colour says nothing. */
const mostSkin = 0.4;

/** Where the colour of skin is, with a wide margin (ranges: Chai and Ngan, 1999). */
export function skinOf({ luma, blue, red, width }: Look): Plane {
  const skin = mapPlane(luma, (light, index) => {
    const b = blue.data[index]! * 255;
    const r = red.data[index]! * 255;
    return light > 0.18 && b >= 77 && b <= 126 && r >= 134 && r <= 173 ? 1 : 0;
  });
  const area = skin.data.reduce((sum, value) => sum + value, 0) / skin.data.length;
  if (area > mostSkin) return createPlane(luma.width, luma.height);
  return spread(boxBlur(skin, 1), width * 0.035);
}

/** Of the direction of texture: below the one it is leaves, above the other it is built. */
const straight = [0.34, 0.46] as const;

/**
 * Fine texture without a direction, as leaves, grass and needles have it. What runs one way is a wall, a mast or a road,
 * and must not bend. `still` is kept as it is.
 */
export function foliageOf({ texture, oneWay, luma, width }: Look, still: Plane): Plane {
  const raw = mapPlane(
    luma,
    (_, index) =>
      smoothstep(0.018, 0.045, texture.data[index]!) * (1 - smoothstep(straight[0], straight[1], oneWay.data[index]!)),
  );
  // Single tufts do not make a tree: what sways is a whole.
  const whole = mapPlane(softBlur(raw, Math.round(width * 0.02), 2), (value) => smoothstep(0.2, 0.6, value));
  const kept = mapPlane(whole, (value, index) => value * (1 - still.data[index]!));
  return insideBorder(softBlur(kept, Math.round(width * 0.012), 2));
}

/** Level ground that is grown all over, below a horizon that is known: near blades sway further. */
export function groundOf({ luma, width, height }: Look, horizon: number, still: Plane): Plane {
  return insideBorder(
    mapPlane(luma, (_, index) => {
      const down = (Math.floor(index / width) + 0.5) / height;
      return smoothstep(horizon, 1, down) * (1 - still.data[index]!);
    }),
  );
}

/** The sky: from the top of each column down to the first edge. Undefined when there is none to speak of. */
export function skyOf({ luma, across, down, width, height }: Look, still: Plane): Plane | undefined {
  const depths = new Float32Array(width);
  for (let x = 0; x < width; x++) {
    let y = 2;
    while (y < height - 2) {
      const at = y * width + x;
      const jump = Math.abs(luma.data[at + 2 * width - (y > height - 4 ? width : 0)]! - luma.data[at]!);
      const contrast = across.data[at]! + down.data[at]!;
      // In the dark, what stands out little stands out all the same: a wood at night is no sky.
      const most = Math.min(0.0012, (0.1 * luma.data[at]! + 0.004) ** 2);
      if (jump > 0.09 || contrast > most || still.data[at]! > 0.5) break;
      y++;
    }
    depths[x] = y;
  }
  // A mast or a branch cuts a column short; what most of the neighbours see counts.
  const around = Math.max(2, Math.round(width * 0.03));
  const level = depths.map((_, x) => {
    const near = [...depths.slice(Math.max(0, x - around), x + around + 1)].sort((one, other) => one - other);
    return near[Math.floor(near.length * 0.35)]!;
  });
  const mean = level.reduce((sum, value) => sum + value, 0) / width / height;
  if (mean < 0.08) return undefined;
  const raw = createPlane(width, height);
  for (let x = 0; x < width; x++) {
    const end = level[x]!;
    for (let y = 0; y < height; y++) raw.data[y * width + x] = smoothstep(end - 2, end - 2 - height * 0.14, y);
  }
  const soft = softBlur(raw, Math.round(width * 0.02), 2);
  // Sideways it may not reach out of the layer; upwards nothing moves.
  return mapPlane(soft, (value, index) => {
    const x = (index % width) + 0.5;
    return value * (1 - still.data[index]!) * smoothstep(0, width * 0.16, Math.min(x, width - x) - 1);
  });
}

/** The line at which the picture changes most from above to below, as a share of the height. */
function horizonOf({ luma, blue, red, width, height }: Look): number {
  const band = Math.max(2, Math.round(height * 0.05));
  let best = 0.5;
  let most = 0;
  const rows = (plane: Plane) => {
    // Summed up downwards, so that the mean of any stretch of a column is one subtraction.
    const sums = new Float64Array(width * (height + 1));
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) sums[(y + 1) * width + x] = sums[y * width + x]! + plane.data[y * width + x]!;
    }
    return sums;
  };
  const planes = [rows(luma), rows(blue), rows(red)];
  for (let y = Math.round(height * 0.22); y < height * 0.85; y++) {
    const steps = Array.from({ length: width }, (_, x) =>
      planes.reduce((sum, sums) => {
        const above = sums[y * width + x]! - sums[(y - band) * width + x]!;
        const below = sums[Math.min(height, y + band) * width + x]! - sums[y * width + x]!;
        return sum + Math.abs(above - below) / band;
      }, 0),
    ).sort((one, other) => one - other);
    // The median: a boat is not the horizon.
    const step = steps[width >> 1]!;
    if (step > most) {
      most = step;
      best = y / height;
    }
  }
  return best;
}

/** `waterline`: where it begins, as a share of the height. */
export type Water = { readonly mask: Plane; readonly waterline: number };

/**
 * Water: below the horizon, without upright edges (what stands in it or before it has some), and of the colours that
 * prevail there. Undefined when there is none to speak of. `known` is the horizon of a picture that was painted.
 */
export function waterOf(look: Look, still: Plane, known?: number): Water | undefined {
  const horizon = known ?? horizonOf(look);
  const { luma, blue, red, across, down: lines, texture, oneWay, width, height } = look;
  const bin = (index: number) =>
    Math.round(luma.data[index]! * 14) * 1024 +
    Math.round(blue.data[index]! * 30) * 32 +
    Math.round(red.data[index]! * 30);
  const counts = new Map<number, number>();
  const calm = (index: number) => Math.sqrt(across.data[index]!) < 0.03 && still.data[index]! < 0.3;
  const from = Math.round(horizon * height);
  for (let index = from * width; index < width * height; index++) {
    if (calm(index)) counts.set(bin(index), (counts.get(bin(index)) ?? 0) + 1);
  }
  const most = Math.max(1, ...counts.values());
  const raw = mapPlane(luma, (_, index) => {
    const down = Math.floor(index / width) / height;
    if (down < horizon) return 0;
    const upright = 1 - smoothstep(0.022, 0.05, Math.sqrt(Math.max(across.data[index]!, 0.5 * lines.data[index]!)));
    const isLeaf =
      smoothstep(0.01, 0.025, texture.data[index]!) * (1 - smoothstep(straight[0], straight[1], oneWay.data[index]!));
    return (
      (1 - isLeaf) * upright * smoothstep(0.015, 0.12, (counts.get(bin(index)) ?? 0) / most) * (1 - still.data[index]!)
    );
  });
  const whole = mapPlane(softBlur(raw, Math.round(width * 0.014), 2), (value) => smoothstep(0.35, 0.8, value));
  const waterline = known ?? waterlineOf(whole, horizon);
  const soft = mapPlane(softBlur(whole, 2, 2), (value, index) => {
    const down = (Math.floor(index / width) + 0.5) / height;
    return value * smoothstep(waterline, mix(waterline, 1, 0.12), down);
  });
  const area = soft.data.reduce((sum, value) => sum + value, 0) / soft.data.length;
  return area < 0.03 ? undefined : { mask: soft, waterline };
}

/** Between the horizon and the water there may be a shore: water begins where most of a stretch of rows is water. */
function waterlineOf({ width, height, data }: Plane, horizon: number): number {
  const stretch = Math.max(2, Math.round(height * 0.03));
  const shares = Array.from(
    { length: height },
    (_, y) => data.subarray(y * width, (y + 1) * width).reduce((sum, value) => sum + value, 0) / width,
  );
  for (let y = Math.round(horizon * height); y + stretch < height; y++) {
    const mean = shares.slice(y, y + stretch).reduce((sum, value) => sum + value, 0) / stretch;
    if (mean > 0.62) return y / height;
  }
  return horizon;
}

/** Rows of the topmost and the lowest part of a subject. */
function spanOf({ width, height, data }: Plane): readonly [top: number, bottom: number] {
  let top = height;
  let bottom = 0;
  for (let index = 0; index < data.length; index++) {
    if (data[index]! < 0.5) continue;
    top = Math.min(top, Math.floor(index / width));
    bottom = Math.max(bottom, Math.floor(index / width));
  }
  return [top, bottom];
}

/** A plant as a whole: its foot stands, its top sways most. */
export function plantOf(matte: Plane): Plane {
  const [top, bottom] = spanOf(matte);
  const raw = mapPlane(matte, (value, index) => {
    const rise = clamp((bottom - Math.floor(index / matte.width)) / Math.max(1, bottom - top), 0, 1);
    return value * rise ** 1.4;
  });
  return insideBorder(softBlur(raw, Math.max(1, Math.round(matte.width * 0.012)), 2));
}

/**
 * The loose outer part of a subject, in its upper half: hair, fur, a hat's brim. Inside it falls to nothing within a few
 * percent of the width, and where skin shows it is nothing at all.
 */
export function rimOf(matte: Plane, skin: Plane): Plane {
  const { width } = matte;
  const [top, bottom] = spanOf(matte);
  const depth = softBlur(matte, Math.max(1, Math.round(width * 0.012)), 2);
  const raw = mapPlane(depth, (value, index) => {
    const y = Math.floor(index / width);
    const lower = smoothstep(mix(top, bottom, 0.62), mix(top, bottom, 0.38), y);
    return (1 - smoothstep(0.55, 0.98, value)) * lower * (1 - clamp(skin.data[index]!, 0, 1));
  });
  return insideBorder(softBlur(raw, Math.max(1, Math.round(width * 0.008)), 2));
}

/** The trunk of a subject, below its head: what rises when it breathes. */
export function chestOf(matte: Plane, skin: Plane): Plane {
  const { width } = matte;
  const [top, bottom] = spanOf(matte);
  const raw = mapPlane(matte, (value, index) => {
    const share = (Math.floor(index / width) - top) / Math.max(1, bottom - top);
    return value * smoothstep(0.4, 0.62, share) * (1 - smoothstep(0.75, 1, share)) * (1 - skin.data[index]!);
  });
  return insideBorder(softBlur(raw, Math.round(width * 0.03), 2));
}
