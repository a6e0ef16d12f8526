// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Depth of field: a blurred copy of the background, faded in after frame 0, which is the photograph. */
import type { FocusKind } from '../prompt/focus.ts';
import {
  createPlane,
  mapPlane,
  type Plane,
  resizePlane,
  rowResizer,
  samplePlane,
  smoothstep,
  softBlur,
} from '../raster/plane.ts';
import type { Yuv420 } from '../raster/yuv420.ts';
import type { Layer } from './layers.ts';
import type { LivingScene } from './life.ts';
import { shrinkBytes } from './living-parts.ts';
import type { Veil } from './veil.ts';

/** Of the circle that a point becomes, in widths. */
const blurRadius = 0.009;
/** The blur is made on a smaller copy: nothing finer than its circle is left in it. */
const smaller = 4;

/** When the background goes soft. A rack of focus waits until the sharp one has been seen. */
function veilFor(kind: FocusKind, seconds: number): Veil {
  return kind === 'rack'
    ? { fromSeconds: seconds * 0.35, toSeconds: seconds * 0.35 + Math.min(1.2, seconds * 0.3) }
    : { fromSeconds: 0, toSeconds: Math.min(1.8, seconds * 0.6) };
}

/**
 * Blurs a plane where `weight` says, so that what weighs nothing (the subject) does not run into what is around it. Light
 * adds up, not its gamma-coded value: squares come near enough, and lamps become discs.
 */
function blurBytes(bytes: Uint8Array, width: number, height: number, weight: Plane, isLight: boolean): Uint8Array {
  const small = shrinkBytes(bytes, width, height, weight.width, weight.height);
  const radius = Math.max(1, Math.round(blurRadius * weight.width));
  const weights = softBlur(weight, radius);
  const sums = softBlur(
    mapPlane(small, (value, index) => (isLight ? value * value : value) * weight.data[index]!),
    radius,
  );
  const soft = mapPlane(sums, (sum, index) => {
    const mean = sum / Math.max(1e-4, weights.data[index]!);
    return isLight ? Math.sqrt(Math.max(0, mean)) : mean;
  });
  return toBytes(soft, width, height);
}

function toBytes(plane: Plane, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height);
  const row = new Float32Array(width);
  const resize = rowResizer(plane, width, height);
  for (let y = 0; y < height; y++) {
    resize(y, row);
    for (let x = 0; x < width; x++) out[y * width + x] = Math.min(255, Math.max(0, Math.round(row[x]! * 255)));
  }
  return out;
}

function blurPixels({ width, height, luma, blue, red }: Yuv420, weight: Plane): Yuv420 {
  const half = [width >> 1, height >> 1] as const;
  return {
    width,
    height,
    luma: blurBytes(luma, width, height, weight, true),
    blue: blurBytes(blue, ...half, weight, false),
    red: blurBytes(red, ...half, weight, false),
  };
}

/** How much farther than the subject something is when it begins to be soft, and when it is as soft as it gets. */
const softFrom = 0.06;
const softTo = 0.26;

/** The scene with a soft background that comes in; `still` is where the subject of a scene of one layer is, if anywhere. */
export function withDepthOfField(
  scene: LivingScene,
  kind: FocusKind | undefined,
  seconds: number,
  still: Plane | undefined,
): LivingScene {
  const [background, ...rest] = scene.layers;
  if (kind === undefined || background === undefined) return scene;
  const { pixels, nearness } = background;
  const width = Math.max(2, Math.round(pixels.width / smaller));
  const height = Math.max(2, Math.round(pixels.height / smaller));
  const hasSubject = rest.length > 0;
  const subject = hasSubject || still === undefined ? createPlane(width, height) : resizePlane(still, width, height);
  const weight = mapPlane(subject, (value) => 1.02 - value);
  const soft = { ...background, pixels: blurPixels(pixels, weight), veil: veilFor(kind, seconds) };
  if (hasSubject) return { ...scene, layers: [background, soft, ...rest] };

  // One layer: soft is what lies behind the subject, or behind what the camera looks at.
  const { focusX, focusY } = scene.geometry;
  const focus = samplePlane(nearness, focusX * nearness.width, focusY * nearness.height);
  const far = mapPlane(nearness, (value) => smoothstep(focus - softFrom, focus - softTo, value));
  const alpha = mapPlane(resizePlane(far, width, height), (value, index) => value * (1 - subject.data[index]!));
  const veil: Layer = {
    ...soft,
    alpha: {
      luma: toBytes(alpha, pixels.width, pixels.height),
      chroma: toBytes(alpha, pixels.width >> 1, pixels.height >> 1),
    },
  };
  return { ...scene, layers: [background, veil] };
}
