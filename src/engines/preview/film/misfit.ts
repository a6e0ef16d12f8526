// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Pieces that fill a hole may be nothing like what ends at it: then the smooth fill is better. */
import { boxBlur, createPlane, mix, type Plane, smoothstep } from '../raster/plane.ts';
import { carryMeans } from './carry-means.ts';

/** As near to the rim of the hole as this share of the width it is judged what fills it, by means along twice as much. */
const rimShare = 0.02;
/**
 * Beside an even rim, pieces that are brighter or darker by more than this are no continuation of it; from `to` on none of
 * them shows. The subject takes some of its surroundings along, which would be seen against them as an outline.
 */
const misfit = { from: 0.03, to: 0.07 } as const;

/**
 * What was filled in, with the smooth fill in its place where its brightness (green) is not that of the rim; `sharpness` is 0
 * where the surroundings are even, 1 where they have texture: there stripes and leaves may well begin with another colour.
 */
export function withoutMisfits(
  filled: readonly Plane[],
  smooth: readonly Plane[],
  known: Plane,
  sharpness: Float32Array,
): Plane[] {
  const { width, height } = known;
  const brighter = misfitOf(filled[1]!, smooth[1]!, known);
  return filled.map(({ data }, channel) => {
    const out = { width, height, data: data.slice() };
    for (let from = 0; from < data.length; from += width) {
      withholdRow(out.data, smooth[channel]!.data, known.data, brighter.data, sharpness, from, width);
    }
    return out;
  });
}

/** How much brighter the smooth fill is beside the rim, where it has the rim's own colours; carried inwards. */
function misfitOf(filled: Plane, smooth: Plane, known: Plane): Plane {
  const { width, height } = known;
  const near = boxBlur(known, Math.max(2, Math.round(width * rimShare)));
  const differences = createPlane(width, height);
  const isJudged = createPlane(width, height);
  for (let from = 0; from < known.data.length; from += width) {
    judgeRow(filled.data, smooth.data, known.data, near.data, differences.data, isJudged.data, from, width);
  }
  return carryMeans(differences, isJudged, width * rimShare);
}

// A row at a time: see `raster/box-blur.ts`.

function judgeRow(
  filled: Float32Array,
  smooth: Float32Array,
  known: Float32Array,
  near: Float32Array,
  differences: Float32Array,
  isJudged: Float32Array,
  from: number,
  width: number,
): void {
  for (let index = from; index < from + width; index++) {
    if (known[index]! > 0 || near[index]! < 1e-3) continue;
    differences[index] = smooth[index]! - filled[index]!;
    isJudged[index] = 1;
  }
}

function withholdRow(
  data: Float32Array,
  smooth: Float32Array,
  known: Float32Array,
  brighter: Float32Array,
  sharpness: Float32Array,
  from: number,
  width: number,
): void {
  for (let index = from; index < from + width; index++) {
    if (known[index]! > 0) continue;
    const share = smoothstep(misfit.from, misfit.to, Math.abs(brighter[index]!)) * (1 - sharpness[index]!);
    data[index] = mix(data[index]!, smooth[index]!, share);
  }
}
