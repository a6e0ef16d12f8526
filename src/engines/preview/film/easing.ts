/** Easing of camera moves. */

/** Share of the time that is spent speeding up, and again slowing down. */
const ramp = 0.25;

/** Integral of the quintic smootherstep 6x^5 - 15x^4 + 10x^3 from 0. */
function rampDistance(x: number): number {
  return x * x * x * x * (x * x - 3 * x + 2.5);
}

/**
 * A trapezoid of velocity with quintic ramps, integrated: constant speed in the middle, speed and acceleration zero at
 * both ends, continuous up to the second derivative (and beyond), so that a move never jerks. Maps 0..1 to 0..1.
 */
export function ease(t: number): number {
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  const whole = 1 - ramp;
  if (t < ramp) return (ramp * rampDistance(t / ramp)) / whole;
  if (t > 1 - ramp) return 1 - (ramp * rampDistance((1 - t) / ramp)) / whole;
  return (t - ramp / 2) / whole;
}
