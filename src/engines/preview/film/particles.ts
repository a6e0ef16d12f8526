// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * What falls and floats in the air of a film: drawn into the finished planes, some behind the subject, some in front of it.
 * Where each particle is follows from the seed and the time alone, so frames can be drawn in any order.
 */
import type { AmbientKind } from '../prompt/ambient.ts';
import { randomStream } from '../random.ts';
import { clamp, smoothstep } from '../raster/plane.ts';
import type { Pose } from './camera.ts';

type Look = {
  /** How many there are in a frame of 16:9. */
  readonly count: number;
  /** Radius of the nearest and the farthest, as shares of the frame's height. */
  readonly radius: readonly [near: number, far: number];
  /** How much longer than wide; above 1 it is drawn along its way. */
  readonly stretch: number;
  /** Heights of the frame per second, to the right and down, of the nearest. */
  readonly speed: readonly [x: number, y: number];
  /** How far it sways, as a share of the height, and how often a second. */
  readonly sway: readonly [far: number, rate: number];
  readonly opacity: number;
  /** BT.709 limited range; luma is scaled by how bright the scene is unless it glows. */
  readonly colour: readonly [luma: number, blue: number, red: number];
  readonly glows: boolean;
};

const looks: Readonly<Record<AmbientKind, Look>> = {
  rain: {
    count: 900,
    radius: [0.0021, 0.0009],
    stretch: 26,
    speed: [-0.16, 2.1],
    sway: [0, 0],
    opacity: 0.46,
    colour: [226, 131, 126],
    glows: false,
  },
  snow: {
    count: 420,
    radius: [0.017, 0.0028],
    stretch: 1,
    speed: [0.02, 0.17],
    sway: [0.02, 0.35],
    opacity: 0.95,
    colour: [235, 129, 127],
    glows: false,
  },
  dust: {
    count: 150,
    radius: [0.011, 0.0022],
    stretch: 1,
    speed: [0.012, -0.006],
    sway: [0.012, 0.2],
    opacity: 0.55,
    colour: [225, 118, 134],
    glows: false,
  },
  embers: {
    count: 130,
    radius: [0.0085, 0.0026],
    stretch: 1.8,
    speed: [0.03, -0.26],
    sway: [0.03, 0.6],
    opacity: 1,
    colour: [190, 70, 190],
    glows: true,
  },
  petals: {
    count: 90,
    radius: [0.023, 0.007],
    stretch: 1.7,
    speed: [0.07, 0.12],
    sway: [0.035, 0.4],
    opacity: 0.95,
    colour: [206, 122, 145],
    glows: false,
  },
  leaves: {
    count: 60,
    radius: [0.028, 0.009],
    stretch: 2,
    speed: [0.1, 0.15],
    sway: [0.045, 0.45],
    opacity: 0.96,
    colour: [128, 88, 168],
    glows: false,
  },
  fireflies: {
    count: 60,
    radius: [0.0085, 0.0032],
    stretch: 1,
    speed: [0.01, -0.008],
    sway: [0.04, 0.22],
    opacity: 1,
    colour: [214, 84, 136],
    glows: true,
  },
};

type Particle = {
  readonly look: Look;
  /** 0 far, 1 near. */
  readonly near: number;
  readonly x: number;
  readonly y: number;
  readonly phase: number;
  readonly pace: number;
};

export type ParticlePlan = {
  readonly particles: readonly Particle[];
  /** How bright the scene is, 0..1. */
  readonly brightness: number;
  readonly frameRate: number;
  /** Where nothing may hang before a face. */
  readonly focusX: number;
  readonly focusY: number;
};

export type ParticleOptions = Omit<ParticlePlan, 'particles'> & { readonly seed: number; readonly aspect: number };

/** `aspect` is width by height. */
export function planParticles(
  kinds: readonly AmbientKind[],
  { seed, aspect, ...plan }: ParticleOptions,
): ParticlePlan | undefined {
  if (kinds.length === 0) return undefined;
  const particles = kinds.flatMap((kind) => {
    const random = randomStream(seed, `particles ${kind}`);
    const look = looks[kind];
    return Array.from({ length: Math.round((look.count * aspect * 9) / 16) }, () => ({
      look,
      // Few are near: the air is deep.
      near: random() ** 1.8,
      x: random(),
      y: random(),
      phase: random() * 2 * Math.PI,
      pace: 0.7 + 0.6 * random(),
    }));
  });
  return { ...plan, particles: particles.sort((one, other) => one.near - other.near) };
}

export type Planes = { readonly out: Uint8Array; readonly width: number; readonly height: number };

/** They come into being within this, so that the first frame is the photograph itself. */
const fadeSeconds = 0.9;
/** Nearer than this they pass before the subject. */
const frontFrom = 0.35;

export type Band = 'behind' | 'front' | 'all';

export function drawParticles(plan: ParticlePlan, frame: number, pose: Pose, band: Band, planes: Planes): void {
  const seconds = frame / plan.frameRate;
  const fade = smoothstep(0, fadeSeconds, seconds);
  if (fade <= 0) return;
  for (const particle of plan.particles) {
    const isFront = particle.near >= frontFrom;
    if (band !== 'all' && isFront !== (band === 'front')) continue;
    const place = placeOf(particle, seconds, pose, planes);
    const free = isFront ? freeOfFace(place, plan, planes) : 1;
    const twinkle = particle.look.glows ? 0.62 + 0.38 * Math.sin(seconds * 3.1 * particle.pace + particle.phase) : 1;
    drawOne(particle, place, fade * free * twinkle, plan.brightness, planes);
  }
}

type Place = { readonly x: number; readonly y: number; readonly angle: number };

/** The light around what glows, in its own radius. */
const haloSize = 4;

/** Wraps around a frame with a margin, so that nothing appears or goes within sight. */
const margin = 0.12;

function wrap(value: number): number {
  const span = 1 + 2 * margin;
  return ((((value + margin) % span) + span) % span) - margin;
}

function placeOf({ look, near, x, y, phase, pace }: Particle, seconds: number, pose: Pose, planes: Planes): Place {
  const { width, height } = planes;
  const share = (0.35 + 0.65 * near) * pace;
  const [far, rate] = look.sway;
  const sway = far * Math.sin(2 * Math.PI * rate * pace * seconds + phase);
  const speedX = look.speed[0] * share;
  const speedY = look.speed[1] * share;
  // The camera's own way moves near things more, as it does with the scene.
  const across = ((speedX * seconds + sway) * height) / width - pose.truckX * (0.4 + 1.4 * near) - pose.panX;
  const down =
    speedY * seconds +
    0.5 * far * Math.cos(2 * Math.PI * rate * 0.7 * seconds + phase) -
    pose.truckY * near -
    pose.panY;
  const angle = look.stretch > 4 || look.glows ? Math.atan2(speedY, speedX) : phase + 1.6 * pace * seconds + 6 * sway;
  return { x: wrap(x + across) * width, y: wrap(y + down) * height, angle };
}

/** 0 right before the face, 1 well beside it. */
function freeOfFace({ x, y }: Place, { focusX, focusY }: ParticlePlan, { width, height }: Planes): number {
  return smoothstep(0.07, 0.2, Math.hypot(x - focusX * width, y - focusY * height) / height);
}

function drawOne(particle: Particle, place: Place, strength: number, brightness: number, planes: Planes): void {
  const { look, near } = particle;
  const { width, height, out } = planes;
  const half = look.radius[1] + (look.radius[0] - look.radius[1]) * near;
  const radius = Math.max(0.75, half * height);
  const length = radius * look.stretch * (look.stretch > 4 ? 0.4 + 0.6 * near : 1);
  // What is larger than the eye expects is out of focus: wider and thinner.
  const opacity = look.opacity * strength * (look.stretch > 4 ? 0.45 + 0.55 * near : 1 - 0.45 * near);
  const light = look.glows ? 1 : 0.35 + 0.65 * Math.sqrt(brightness);
  const luma = Math.round(16 + (look.colour[0] - 16) * light);
  if (look.glows)
    blendSpot(out, 0, width, height, place, length * haloSize, radius * haloSize, opacity * 0.4, luma, true);
  blendSpot(out, 0, width, height, place, length, radius, opacity, luma, look.glows);
  const quarter = (width * height) >> 2;
  const small = { ...place, x: place.x / 2, y: place.y / 2 };
  const chroma: readonly [number, number] = [look.colour[1], look.colour[2]];
  for (const [index, value] of chroma.entries()) {
    const offset = width * height + index * quarter;
    blendSpot(
      out,
      offset,
      width >> 1,
      height >> 1,
      small,
      length / 2,
      Math.max(0.6, radius / 2),
      opacity,
      value,
      false,
    );
  }
}

/** Blends an ellipse with a soft edge towards `value`; a glowing one is only ever brighter than what is there. */
function blendSpot(
  out: Uint8Array,
  offset: number,
  width: number,
  height: number,
  { x, y, angle }: Place,
  length: number,
  radius: number,
  opacity: number,
  value: number,
  glows: boolean,
): void {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const reachX = Math.abs(cos) * length + Math.abs(sin) * radius + 1;
  const reachY = Math.abs(sin) * length + Math.abs(cos) * radius + 1;
  const top = Math.max(0, Math.ceil(y - reachY));
  const bottom = Math.min(height - 1, Math.floor(y + reachY));
  const left = Math.max(0, Math.ceil(x - reachX));
  const right = Math.min(width - 1, Math.floor(x + reachX));
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const along = ((column - x) * cos + (row - y) * sin) / (length + 0.5);
      const aside = ((row - y) * cos - (column - x) * sin) / (radius + 0.5);
      const off = along * along + aside * aside;
      if (off >= 1) continue;
      const index = offset + row * width + column;
      const there = out[index]!;
      if (glows && there >= value) continue;
      out[index] = clamp(Math.round(there + (value - there) * opacity * (1 - off) ** (glows ? 1.5 : 0.8)), 0, 255);
    }
  }
}
