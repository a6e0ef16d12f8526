// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * What falls and floats in the air of a film: drawn into the finished planes, some behind the subject, some in front of it.
 * Where each particle is follows from the seed and the time alone, so frames can be drawn in any order.
 */
import type { AmbientKind } from '../prompt/ambient.ts';
import { randomStream } from '../random.ts';
import { smoothstep } from '../raster/plane.ts';
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
  readonly colour: Ycc;
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

/** A frame in planar 4:2:0, or a picture with three bytes a pixel. */
export type Planes = { readonly out: Uint8Array; readonly width: number; readonly height: number };

/** They come into being within this, so that the first frame is the photograph itself. */
const fadeSeconds = 0.9;
/** Nearer than this they pass before the subject. */
const frontFrom = 0.35;

export type Band = 'behind' | 'front' | 'all';

/** Draws what is in the air at a frame of a film; `planes` is planar 4:2:0. */
export function drawParticles(plan: ParticlePlan, frame: number, pose: Pose, band: Band, planes: Planes): void {
  const seconds = frame / plan.frameRate;
  const fade = smoothstep(0, fadeSeconds, seconds);
  if (fade > 0) drawAll(plan, seconds, pose, band, fade, planes, surfacesOfFrame(planes));
}

const stillSeconds = 5;
const stillPose: Pose = {
  truckX: 0,
  truckY: 0,
  panX: 0,
  panY: 0,
  travel: 0,
  zoom: 1,
  roll: 0,
  lock: 0,
  hold: 0,
  anchor: 1,
  seconds: 0,
};

/** Draws what is in the air into a picture with three bytes a pixel. */
export function drawParticlesOnPicture(plan: ParticlePlan, picture: Planes): void {
  drawAll(plan, stillSeconds, stillPose, 'all', 1, picture, surfacesOfPicture(picture));
}

function drawAll(
  plan: ParticlePlan,
  seconds: number,
  pose: Pose,
  band: Band,
  fade: number,
  planes: Planes,
  surfaces: readonly Surface[],
): void {
  for (const particle of plan.particles) {
    const isFront = particle.near >= frontFrom;
    if (band !== 'all' && isFront !== (band === 'front')) continue;
    const place = placeOf(particle, seconds, pose, planes);
    const free = isFront ? freeOfFace(place, plan, planes) : 1;
    const twinkle = particle.look.glows ? 0.62 + 0.38 * Math.sin(seconds * 3.1 * particle.pace + particle.phase) : 1;
    drawOne(particle, place, fade * free * twinkle, plan.brightness, planes.height, surfaces);
  }
}

/** One channel of what is drawn on: where it lies, and how it takes its value from a colour. */
type Surface = {
  readonly out: Uint8Array;
  readonly offset: number;
  /** Bytes from one pixel to the next. */
  readonly step: number;
  readonly width: number;
  readonly height: number;
  /** Pixels of the frame per pixel of this. */
  readonly scale: 1 | 2;
  /** A glow never darkens what tells brightness. */
  readonly isLight: boolean;
  readonly valueOf: (colour: Ycc) => number;
};

/** BT.709 in limited range. */
type Ycc = readonly [luma: number, blue: number, red: number];

function surfacesOfFrame({ out, width, height }: Planes): Surface[] {
  const half = { out, step: 1, width: width >> 1, height: height >> 1, scale: 2, isLight: false } as const;
  const area = width * height;
  return [
    { out, offset: 0, step: 1, width, height, scale: 1, isLight: true, valueOf: ([luma]) => luma },
    { ...half, offset: area, valueOf: ([, blue]) => blue },
    { ...half, offset: area + (area >> 2), valueOf: ([, , red]) => red },
  ];
}

function surfacesOfPicture({ out, width, height }: Planes): Surface[] {
  const whole = { out, step: 3, width, height, scale: 1, isLight: true } as const;
  // ITU-R BT.709, back from limited range.
  const light = ([luma]: Ycc) => ((luma - 16) * 255) / 219;
  const blue = ([, value]: Ycc) => ((value - 128) * 255) / 224;
  const red = ([, , value]: Ycc) => ((value - 128) * 255) / 224;
  return [
    { ...whole, offset: 0, valueOf: (ycc) => light(ycc) + 1.5748 * red(ycc) },
    { ...whole, offset: 1, valueOf: (ycc) => light(ycc) - 0.1873 * blue(ycc) - 0.4681 * red(ycc) },
    { ...whole, offset: 2, valueOf: (ycc) => light(ycc) + 1.8556 * blue(ycc) },
  ];
}

type Place = { readonly x: number; readonly y: number; readonly angle: number };

/** The light around what glows, in its own radius. */
const haloSize = 4;
const haloStrength = 0.4;

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

/** Thinner than this it would flicker from pixel to pixel. */
const thinnest = { luma: 0.75, chroma: 0.6 };

function drawOne(
  { look, near }: Particle,
  place: Place,
  strength: number,
  brightness: number,
  height: number,
  surfaces: readonly Surface[],
): void {
  const isStreak = look.stretch > 4;
  const half = look.radius[1] + (look.radius[0] - look.radius[1]) * near;
  const radius = Math.max(thinnest.luma, half * height);
  const length = radius * look.stretch * (isStreak ? 0.4 + 0.6 * near : 1);
  // What is larger than the eye expects is out of focus: wider and thinner.
  const opacity = look.opacity * strength * (isStreak ? 0.45 + 0.55 * near : 1 - 0.45 * near);
  const light = look.glows ? 1 : 0.35 + 0.65 * Math.sqrt(brightness);
  const [luma, blue, red] = look.colour;
  const colour: Ycc = [16 + (luma - 16) * light, blue, red];
  for (const surface of surfaces) {
    const { scale, isLight } = surface;
    const value = Math.min(255, Math.max(0, Math.round(surface.valueOf(colour))));
    const onlyBrighter = look.glows && isLight;
    const at = { x: place.x / scale, y: place.y / scale, angle: place.angle, value, onlyBrighter };
    const size = { length: length / scale, radius: Math.max(thinnest.chroma, radius / scale) };
    if (look.glows) {
      const halo = { length: size.length * haloSize, radius: size.radius * haloSize };
      blendSpot(surface, { ...at, ...halo, opacity: opacity * haloStrength });
    }
    blendSpot(surface, { ...at, ...size, opacity });
  }
}

type Spot = Place & {
  readonly length: number;
  readonly radius: number;
  readonly opacity: number;
  readonly value: number;
  readonly onlyBrighter: boolean;
};

/** Blends an ellipse with a soft edge towards `value`. */
function blendSpot({ out, offset, step, width, height }: Surface, spot: Spot): void {
  const { x, y, angle, length, radius, opacity, value, onlyBrighter } = spot;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const reachX = Math.abs(cos) * length + Math.abs(sin) * radius + 1;
  const reachY = Math.abs(sin) * length + Math.abs(cos) * radius + 1;
  const top = Math.max(0, Math.ceil(y - reachY));
  const bottom = Math.min(height - 1, Math.floor(y + reachY));
  const left = Math.max(0, Math.ceil(x - reachX));
  const right = Math.min(width - 1, Math.floor(x + reachX));
  const softness = onlyBrighter ? 1.5 : 0.8;
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const along = ((column - x) * cos + (row - y) * sin) / (length + 0.5);
      const aside = ((row - y) * cos - (column - x) * sin) / (radius + 0.5);
      const off = along * along + aside * aside;
      if (off >= 1) continue;
      const index = offset + (row * width + column) * step;
      const there = out[index]!;
      if (onlyBrighter && there >= value) continue;
      out[index] = Math.round(there + (value - there) * Math.min(1, opacity) * (1 - off) ** softness);
    }
  }
}
