/** Brings a layered scene to life as the prompt says: which parts move, how, and what the film's metadata tell of it. */
import type { LifeKind } from '../prompt/life.ts';
import type { Shot } from '../prompt/shot.ts';
import { between, randomStream } from '../random.ts';
import { createPlane, mapPlane, type Plane, resizePlane } from '../raster/plane.ts';
import { drawFlicker, type FlickerPlan, planFlicker } from './flicker.ts';
import type { Layer, LayeredScene } from './layers.ts';
import {
  chestOf,
  foliageOf,
  groundOf,
  lookAt,
  plantOf,
  rimOf,
  shrinkBytes,
  skinOf,
  skyOf,
  spread,
  waterOf,
} from './living-parts.ts';
import type { Sway, Wave } from './sway.ts';
import { drawRipples, type LayerPositions, planWater, type WaterPlan } from './water.ts';

/** What is drawn into finished frames; the rest of the life of a scene is in its layers' sways. */
export type LifePlan = {
  readonly water?: WaterPlan | undefined;
  readonly flicker?: FlickerPlan | undefined;
  readonly frameRate: number;
  /** What was asked for and found in the picture. */
  readonly living: readonly LifeKind[];
};

export type LivingScene = LayeredScene & { readonly life: LifePlan };

export type LifeRequest = {
  readonly shot: Pick<Shot, 'life'>;
  /** The subject is a plant and may sway as a whole. */
  readonly isPlant?: boolean;
  readonly seed: number;
  readonly frames: number;
  readonly frameRate: number;
  /** What must keep still in a scene of one layer, 0..1 over it: the subject, for it may have a face. */
  readonly still?: Plane | undefined;
  /** What is known of a painted scene: its horizon, as a share of the height, and whether grass covers all below it. */
  readonly painted?: { readonly horizon: number; readonly isGrown: boolean };
};

/** Wind: long waves bend, short ones flutter. Slow enough that no edge is seen to tremble. */
function windWaves(seed: number, size: number): Wave[] {
  const random = randomStream(seed, 'wind');
  const way = random() < 0.5 ? -1 : 1;
  const wave = (share: number, length: number, rate: number): Wave => {
    const turn = (2 * Math.PI) / length;
    return {
      sizeX: size * share,
      sizeY: size * share * between(random, 0.15, 0.35),
      across: way * turn * between(random, 0.85, 1.15),
      down: turn * between(random, -0.6, 0.6),
      rate: way * 2 * Math.PI * rate * between(random, 0.9, 1.1),
      phase: between(random, 0, 2 * Math.PI),
    };
  };
  return [wave(1, 0.62, 0.33), wave(0.62, 0.3, 0.5), wave(0.24, 0.17, 0.85)];
}

/** All of it to one side and back, hardly bent. */
function plantWaves(seed: number): Wave[] {
  const random = randomStream(seed, 'plant');
  return [
    { size: 0.0075, rate: 0.27 },
    { size: 0.0024, rate: 0.61 },
  ].map(({ size, rate }) => ({
    sizeX: size,
    sizeY: 0.12 * size,
    across: between(random, -1, 1),
    down: between(random, 0.5, 1.5),
    rate: 2 * Math.PI * rate * between(random, 0.9, 1.1),
    phase: between(random, 0, 2 * Math.PI),
  }));
}

const windSize = 0.0042;
const hairSize = 0.0034;

/** A calm breath, in turns per second, and how far it lifts, in widths. */
const breath = { rate: 0.27, size: 0.0017 };

/** Widths per second, and never more than this in a whole film: the sky is stretched by it. */
const clouds = { drift: 0.008, most: 0.045 };

function cloudDrift(seed: number, seconds: number): number {
  const way = randomStream(seed, 'clouds')() < 0.5 ? -1 : 1;
  return way * Math.min(clouds.drift, clouds.most / Math.max(1, seconds));
}

type Part = { readonly kind: LifeKind; readonly sway: Sway };

function hasAny(mask: Plane): boolean {
  return mask.data.some((value) => value > 0.1);
}

/** A scene as it was, with what lives in it. Nothing moves in frame 0. */
export function enliven(scene: LayeredScene, request: LifeRequest): LivingScene {
  const { shot, seed, frames, frameRate, painted, isPlant = false } = request;
  const kinds = shot.life;
  const seconds = frames / frameRate;
  const flicker = planFlicker(kinds, seed, seconds);
  const lights = kinds.filter((kind) => ['candle', 'fire', 'neon', 'lightning'].includes(kind));
  const still: LivingScene = { ...scene, life: { flicker, frameRate, living: lights } };
  const [background, ...rest] = scene.layers;
  if (background === undefined || kinds.length === lights.length) return still;

  const look = lookAt(background.pixels);
  const { width, height } = look;
  const subject = rest.at(-1);
  const matte = subject?.alpha === undefined ? undefined : smallMatte(subject, width, height);
  const none = createPlane(width, height);
  const kept = request.still === undefined ? none : resizePlane(request.still, width, height);
  const skin = skinOf(look);
  const held = mapPlane(kept, (value, index) => Math.max(value, skin.data[index] ?? 0));

  const behind: Part[] = [];
  const before: Part[] = [];
  if (kinds.includes('wind')) {
    const leaves = painted?.isGrown ? groundOf(look, painted.horizon, held) : foliageOf(look, held);
    behind.push({ kind: 'wind', sway: { mask: leaves, waves: windWaves(seed, windSize), drift: 0 } });
    if (isPlant && (matte !== undefined || request.still !== undefined)) {
      const whole = { mask: plantOf(matte ?? kept), waves: plantWaves(seed), drift: 0 };
      (matte === undefined ? behind : before).push({ kind: 'wind', sway: whole });
    } else if (matte !== undefined && subject !== undefined) {
      const rim = rimOf(matte, skinOf(lookAt(subject.pixels)));
      before.push({ kind: 'wind', sway: { mask: rim, waves: windWaves(seed + 1, hairSize), drift: 0 } });
    }
  }
  const sky = kinds.includes('clouds') ? skyOf(look, held) : undefined;
  if (sky !== undefined) {
    behind.push({ kind: 'clouds', sway: { mask: sky, waves: [], drift: cloudDrift(seed, seconds) } });
  }
  if (kinds.includes('breath') && matte !== undefined && subject !== undefined) {
    const chest = chestOf(matte, skinOf(lookAt(subject.pixels)));
    before.push({ kind: 'breath', sway: { mask: chest, waves: [breathWave(seed)], drift: 0 } });
  }
  const found = kinds.includes('ripples') ? waterOf(look, held, painted?.horizon) : undefined;
  const clear = matte === undefined ? undefined : mapPlane(spread(matte, width * 0.03), (value) => 1 - value);
  const water = found === undefined ? undefined : planWater(found.mask, clear, found.waterline, seed);

  const moving = [...behind, ...before].filter(({ sway }) => hasAny(sway.mask));
  const living = new Set([...moving.map(({ kind }) => kind), ...(water === undefined ? [] : ['ripples' as const])]);
  const swayed = (layer: Layer, parts: readonly Part[]): Layer => ({
    ...layer,
    sways: parts.map(({ sway }) => sway).filter(({ mask: where }) => hasAny(where)),
  });
  return {
    ...scene,
    layers: scene.layers.map((layer) =>
      layer === background ? swayed(layer, behind) : layer === subject ? swayed(layer, before) : layer,
    ),
    life: {
      water,
      flicker,
      frameRate,
      living: kinds.filter((kind) => living.has(kind) || lights.includes(kind)),
    },
  };
}

function smallMatte(layer: Layer, width: number, height: number): Plane {
  const { pixels, alpha } = layer;
  return shrinkBytes(alpha?.luma ?? new Uint8Array(), pixels.width, pixels.height, width, height);
}

function breathWave(seed: number): Wave {
  const phase = randomStream(seed, 'breath')() * 2 * Math.PI;
  return { sizeX: 0, sizeY: breath.size, across: 0, down: 0, rate: 2 * Math.PI * breath.rate, phase };
}

/** Draws into a finished frame what no grid can: `placed` are its layers, the farthest first. */
export function drawLife(
  { water, flicker, frameRate }: LifePlan,
  frame: number,
  placed: readonly LayerPositions[],
  out: Uint8Array,
  width: number,
  height: number,
): void {
  const [under] = placed;
  const over = placed.length > 1 ? placed.at(-1) : undefined;
  if (water !== undefined && under !== undefined) {
    drawRipples(water, frame / frameRate, under, over, out, width, height);
  }
  if (flicker !== undefined) drawFlicker(flicker, frame / frameRate, out.subarray(0, width * height));
}
