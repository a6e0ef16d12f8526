/** How parts of a layer move by themselves: leaves in the wind, drifting clouds, a breathing chest. */
import { type Plane, samplePlane } from '../raster/plane.ts';

/** A wave that runs over the layer. Lengths are shares of the layer's width, angles radians, times seconds. */
export type Wave = {
  readonly sizeX: number;
  readonly sizeY: number;
  /** Radians per width of the layer. */
  readonly across: number;
  readonly down: number;
  /** Radians per second. */
  readonly rate: number;
  readonly phase: number;
};

export type Sway = {
  /** Where, and how much, 0..1: over the whole layer, smooth, 0 at its border, so that nothing from outside is reached. */
  readonly mask: Plane;
  readonly waves: readonly Wave[];
  /** What moves on and on: widths per second. */
  readonly drift: number;
};

/** Everything at rest in frame 0, which is the photograph, and in full motion after this. */
const fadeSeconds = 1.4;

/** Quintic: speed and acceleration are 0 at both ends, so that nothing jerks into life. */
export function fadeIn(seconds: number, length = fadeSeconds): number {
  const t = Math.min(1, Math.max(0, seconds / length));
  return t * t * t * (t * (6 * t - 15) + 10);
}

/** A way that starts at rest and goes on at 1 per second. */
function driftWay(seconds: number): number {
  return (seconds * seconds) / (seconds + fadeSeconds);
}

/** The waves of one moment: what does not depend on the place is worked out once per frame. */
export type SwayNow = {
  readonly mask: Plane;
  readonly waves: readonly Wave[];
  readonly turns: readonly number[];
  readonly strength: number;
  readonly shift: number;
};

export function swaysAt(sways: readonly Sway[] | undefined, seconds: number): readonly SwayNow[] {
  if (sways === undefined || seconds <= 0) return [];
  const strength = fadeIn(seconds);
  return sways.map(({ mask, waves, drift }) => ({
    mask,
    waves,
    turns: waves.map(({ rate, phase }) => phase - rate * seconds),
    strength,
    shift: drift * driftWay(seconds),
  }));
}

/** Adds to `out` how far the place (u right, v down, 0..1 over the layer; `aspect` is height by width) is taken from. */
export function addSway(sways: readonly SwayNow[], u: number, v: number, aspect: number, out: Float64Array): void {
  out[0] = 0;
  out[1] = 0;
  for (const { mask, waves, turns, strength, shift } of sways) {
    const share = samplePlane(mask, u * mask.width, v * mask.height);
    if (share < 1e-4) continue;
    let x = 0;
    let y = 0;
    for (const [index, wave] of waves.entries()) {
      const value = Math.sin(wave.across * u + wave.down * v * aspect + (turns[index] ?? 0));
      x += wave.sizeX * value;
      y += wave.sizeY * value;
    }
    out[0] += share * (strength * x - shift);
    out[1] += (share * strength * y) / aspect;
  }
}
