// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Light that is not steady: one table over luma per frame. Bright parts follow it most, shadows hardly. */
import type { LifeKind } from '../prompt/life.ts';
import { randomStream } from '../random.ts';
import { fadeIn } from './sway.ts';

type Flame = {
  /** Share of the light that comes and goes. */
  readonly depth: number;
  /** Waves: turns per second. */
  readonly rates: readonly number[];
};

const flames: Partial<Record<LifeKind, Flame>> = {
  candle: { depth: 0.055, rates: [0.9, 2.3, 4.1] },
  fire: { depth: 0.085, rates: [1.3, 3.1, 5.3] },
  neon: { depth: 0.03, rates: [0.7, 5.7, 7.9] },
};

/** A flash of lightning: how bright, and how long it takes to fade. */
const flash = { light: 0.42, decaySeconds: 0.16, everySeconds: 2.6, echoSeconds: 0.19 };

export type FlickerPlan = {
  readonly waves: readonly { readonly size: number; readonly rate: number; readonly phase: number }[];
  /** Seconds at which lightning strikes. */
  readonly flashes: readonly number[];
};

export function planFlicker(kinds: readonly LifeKind[], seed: number, seconds: number): FlickerPlan | undefined {
  const random = randomStream(seed, 'flicker');
  const waves = kinds.flatMap((kind) => {
    const flame = flames[kind];
    if (flame === undefined) return [];
    return flame.rates.map((rate, index) => ({
      size: flame.depth / (index + 1.6),
      rate: 2 * Math.PI * rate * (0.85 + 0.3 * random()),
      phase: 2 * Math.PI * random(),
    }));
  });
  const flashes: number[] = [];
  if (kinds.includes('lightning')) {
    // At least one in every film, and none in frame 0.
    let at = Math.min(0.25 + 0.5 * random(), seconds * 0.4);
    for (; at < seconds; at += flash.everySeconds * (0.6 + 0.9 * random())) flashes.push(at, at + flash.echoSeconds);
  }
  return waves.length + flashes.length === 0 ? undefined : { waves, flashes };
}

/** How much brighter than the photograph a moment is: 0 as bright. */
export function flickerAt({ waves, flashes }: FlickerPlan, seconds: number): number {
  let light = 0;
  for (const { size, rate, phase } of waves) light += size * Math.sin(rate * seconds + phase);
  light *= fadeIn(seconds);
  for (const [index, at] of flashes.entries()) {
    const since = seconds - at;
    // Up within a frame or two, and down slowly: a jump in both directions would look like a fault.
    if (since > -0.06) {
      const rise = Math.min(1, (since + 0.06) / 0.06);
      const size = index % 2 === 0 ? 1 : 0.55;
      light += flash.light * size * rise * Math.exp(-Math.max(0, since) / flash.decaySeconds);
    }
  }
  return light;
}

/** Draws the light of a moment into a plane of luma (limited range). */
export function drawFlicker(plan: FlickerPlan, seconds: number, luma: Uint8Array): void {
  const light = flickerAt(plan, seconds);
  if (Math.abs(light) < 1e-4) return;
  const table = Uint8Array.from({ length: 256 }, (_, value) => {
    const share = Math.min(1, Math.max(0, (value - 16) / 219));
    // Grows with the light there is, and less near white: neither shadows nor highlights wash out.
    const lit = share + light * share ** 0.8 * (1 - share * 0.75) * 1.25;
    return Math.round(16 + 219 * Math.min(1, Math.max(0, lit)));
  });
  for (let index = 0; index < luma.length; index++) luma[index] = table[luma[index]!]!;
}
