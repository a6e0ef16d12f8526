// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/**
 * Puts sprites into a plate: the scene's light on them, their shadow on the scene, and the scene's glow around their
 * edges, so that they stand in it and not on it.
 */
import type { PixelSize } from '../output-size.ts';
import { linearTable, linearToSrgb, type RgbImage, toLab } from '../raster/colour.ts';
import {
  clamp,
  createPlane,
  cropPlane,
  type Plane,
  resizePlane,
  rowResizer,
  smoothstep,
  softBlur,
} from '../raster/plane.ts';
import type { Colour } from './canvas.ts';
import type { Sprite } from './cutout.ts';
import type { CutoutKind, Slot } from './layout.ts';
import { shrink } from './shrink.ts';
import type { KeyLight, Plate } from './stage.ts';

export type Placed = { readonly sprite: Sprite; readonly slot: Slot; readonly kind: CutoutKind };

/** Blurred light and silhouettes are worked out at this size; they hold nothing finer. */
const softSide = 240;

/** Of a shadow's edge, as a share of the sprite's width. */
const softness = { 'half-figure': 0.05, standing: 0.018, merged: 0.022 } as const;

/** Darkens the plate where a sprite keeps light away: a soft shade behind it, and a contact shadow under what stands. */
export function castShadow(plate: Plate, { sprite, slot, kind }: Placed, frameWidth: number): void {
  const { canvas, key } = plate;
  const scale = canvas.width / frameWidth;
  const away = key.x < (slot.left + slot.width / 2) / frameWidth ? 1 : -1;
  const width = Math.max(4, Math.round(slot.width * scale));
  const height = Math.max(4, Math.round(slot.height * scale));
  const left = slot.left * scale;
  const top = slot.top * scale;
  const strength = clamp(0.25 + 0.4 * key.exposure, 0.3, 0.6);
  const silhouette = resizePlane(sprite.matte, width, height);
  const shade = createPlane(canvas.width, canvas.height);
  const reach = { left: canvas.width, top: canvas.height, right: 0, bottom: 0 };
  const put = (x: number, y: number, value: number) => {
    const column = Math.round(x);
    const row = Math.round(y);
    if (column < 0 || row < 0 || column >= canvas.width || row >= canvas.height) return;
    if (column < reach.left) reach.left = column;
    if (column > reach.right) reach.right = column;
    if (row < reach.top) reach.top = row;
    if (row > reach.bottom) reach.bottom = row;
    const index = row * canvas.width + column;
    shade.data[index] = Math.max(shade.data[index]!, value);
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = silhouette.data[y * width + x]!;
      if (value < 0.02) continue;
      if (kind === 'merged') {
        // A print hangs a little before the place.
        put(left + x + away * width * 0.02, top + y + height * 0.035, value);
      } else if (kind === 'half-figure') {
        // Only near things catch it: the shade fades towards the horizon, and the sky has none.
        const low = smoothstep(plate.horizon - 0.05, 1, (top + y) / canvas.height);
        put(left + x + away * width * 0.045, top + y + height * 0.02, value * 0.7 * low);
      } else {
        // Thrown on the ground: flattened to a quarter and slanted away from the light.
        const above = (height - y) / height;
        put(left + x + away * above * height * 0.45, top + height - above * height * 0.2, value * (1 - 0.75 * above));
        if (above < 0.06) put(left + x, top + height + height * 0.006, value * 1.2);
      }
    }
  }
  const radius = Math.max(1, Math.round(width * softness[kind]));
  // Twice the blur's radius around what was put is all that can be dark.
  const box = {
    left: Math.max(0, reach.left - 2 * radius - 1),
    top: Math.max(0, reach.top - 2 * radius - 1),
    right: Math.min(canvas.width, reach.right + 2 * radius + 2),
    bottom: Math.min(canvas.height, reach.bottom + 2 * radius + 2),
  };
  if (box.left >= box.right || box.top >= box.bottom) return;
  const part = cropPlane(shade, box.left, box.top, box.right - box.left, box.bottom - box.top);
  const soft = softBlur(part, radius, 2);
  for (const plane of [canvas.red, canvas.green, canvas.blue]) {
    for (let y = 0; y < soft.height; y++) {
      const start = (box.top + y) * canvas.width + box.left;
      for (let x = 0; x < soft.width; x++) {
        const dark = Math.min(1, soft.data[y * soft.width + x]!);
        plane.data[start + x] = plane.data[start + x]! * (1 - strength * dark);
      }
    }
  }
}

type SoftLight = {
  /** Factor on the light, from the side the light is on to the one it is not. */
  readonly relief: Plane;
  /** How much of the scene's glow shows at the edge, 0..1. */
  readonly wrap: Plane;
  /** Rim of direct light, 0..1. */
  readonly rim: Plane;
};

/** Reads the silhouette as if it were inflated: near an edge its surface turns to the side the edge is on. */
function inflate(sprite: Sprite, key: KeyLight, slot: Slot, frameWidth: number, frameHeight: number): SoftLight {
  const factor = Math.min(1, softSide / Math.max(sprite.matte.width, sprite.matte.height));
  const width = Math.max(4, Math.round(sprite.matte.width * factor));
  const height = Math.max(4, Math.round(sprite.matte.height * factor));
  const matte = shrink(sprite.matte, width, height);
  const broad = softBlur(matte, Math.max(2, Math.round(width * 0.09)), 3);
  const narrow = softBlur(matte, Math.max(1, Math.round(width * 0.016)), 2);
  const relief = createPlane(width, height, 1);
  const wrap = createPlane(width, height);
  const rim = createPlane(width, height);
  const centreX = (slot.left + slot.width / 2) / frameWidth;
  const centreY = (slot.top + slot.height * 0.3) / frameHeight;
  const length = Math.hypot(key.x - centreX, key.y - centreY) || 1;
  const towardsX = (key.x - centreX) / length;
  const towardsY = (key.y - centreY) / length;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const index = y * width + x;
      // Below the frame and beyond the photograph the figure goes on: no edge, hence no turning, there.
      const right = broad.data[y * width + Math.min(width - 1, x + 2)]!;
      const left = broad.data[y * width + Math.max(0, x - 2)]!;
      const below = broad.data[Math.min(height - 1, y + 2) * width + x]!;
      const above = broad.data[Math.max(0, y - 2) * width + x]!;
      const facing = -(right - left) * towardsX - (below - above) * towardsY;
      const side = (x / width - 0.5) * towardsX;
      relief.data[index] = clamp(1 + 3.2 * facing + 0.3 * side, 0.62, 1.42);
      const edge = 1 - smoothstep(0.5, 0.98, narrow.data[index]!);
      wrap.data[index] = edge;
      rim.data[index] = edge * smoothstep(0.01, 0.09, facing);
    }
  }
  return { relief, wrap, rim: softBlur(rim, 1, 1) };
}

/** How far white turns to the colour of the light. */
const keyPull = 0.45;

/** Pulls the subject's colour towards the light of the place: what is white in a room with warm lamps is warm. */
function tintOf(key: KeyLight): Colour {
  const light: Colour = [
    key.colour[0] * 0.75 + key.ambient[0],
    key.colour[1] * 0.75 + key.ambient[1],
    key.colour[2] * 0.75 + key.ambient[2],
  ];
  const mean = (light[0] + light[1] + light[2]) / 3;
  const channel = (value: number) => 1 + (value / mean - 1) * keyPull;
  return [channel(light[0]), channel(light[1]), channel(light[2])];
}

/** How far a subject's colours and contrast are drawn to those of the place. */
const pull = 0.3;
/** In Lab: further than this nothing is shifted, or faces would turn green in a wood. */
const farthestShift = 7;

type LabFacts = { readonly mean: Colour; readonly spread: number };

/** Mean colour, and spread of the lightness, of the visible part of an image. */
function labFacts(image: RgbImage, matte: Plane | undefined): LabFacts {
  const [lightness, a, b] = toLab(image);
  const sums = [0, 0, 0, 0];
  let weight = 1e-6;
  for (let index = 0; index < lightness.data.length; index++) {
    const share = matte === undefined ? 1 : matte.data[index]!;
    const light = lightness.data[index]!;
    sums[0]! += light * share;
    sums[1]! += a.data[index]! * share;
    sums[2]! += b.data[index]! * share;
    sums[3]! += light * light * share;
    weight += share;
  }
  const mean: Colour = [sums[0]! / weight, sums[1]! / weight, sums[2]! / weight];
  return { mean, spread: Math.sqrt(Math.max(0, sums[3]! / weight - mean[0] * mean[0])) };
}

/** Every n-th pixel, for statistics. */
function thinned({ image, matte }: Sprite): { image: RgbImage; matte: Plane } {
  const step = Math.max(1, Math.floor(Math.max(image.width, image.height) / 160));
  const width = Math.ceil(image.width / step);
  const height = Math.ceil(image.height / step);
  const data = new Uint8Array(3 * width * height);
  const thin = createPlane(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = y * step * image.width + x * step;
      for (let channel = 0; channel < 3; channel++)
        data[3 * (y * width + x) + channel] = image.data[3 * from + channel]!;
      thin.data[y * width + x] = matte.data[from]!;
    }
  }
  return { image: { width, height, data }, matte: thin };
}

/**
 * Tables from the subject's bytes to the light it sends here: mean colour and contrast drawn to those of the place in
 * Lab, then the tint of its key light. One table a channel: what Lab asks of the mean is done to all shades alike.
 */
function harmonise(sprite: Sprite, plate: Plate, tint: Colour): readonly Float32Array[] {
  const thin = thinned(sprite);
  const own = labFacts(thin.image, thin.matte);
  const place = placeFacts(plate);
  const shift = (channel: 1 | 2) =>
    clamp(pull * (place.mean[channel] - own.mean[channel]), -farthestShift, farthestShift);
  const wanted: Colour = [own.mean[0], own.mean[1] + shift(1), own.mean[2] + shift(2)];
  const [from, to] = [labToLinear(own.mean), labToLinear(wanted)];
  const contrast = clamp(1 + pull * (place.spread / Math.max(4, own.spread) - 1), 0.9, 1.1);
  const linear = linearTable();
  return [0, 1, 2].map((channel) => {
    const gain = clamp(to[channel]! / Math.max(1e-3, from[channel]!), 0.8, 1.25) * tint[channel]!;
    const pivot = Math.max(1e-3, from[channel]!);
    return linear.map((value) => pivot * (value / pivot) ** contrast * gain);
  });
}

function labToLinear([lightness, a, b]: Colour): Colour {
  const f = (lightness + 16) / 116;
  const cube = (value: number) => (value > 6 / 29 ? value ** 3 : 3 * (6 / 29) ** 2 * (value - 4 / 29));
  const [x, y, z] = [cube(f + a / 500) * 0.95047, cube(f), cube(f - b / 200) * 1.08883];
  return [
    3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
    -0.969266 * x + 1.8760108 * y + 0.041556 * z,
    0.0556434 * x - 0.2040259 * y + 1.0572252 * z,
  ];
}

const placesFacts = new WeakMap<Plate, LabFacts>();

function placeFacts(plate: Plate): LabFacts {
  const known = placesFacts.get(plate);
  if (known !== undefined) return known;
  const { width, height, planes } = glowAround(plate);
  const data = new Uint8Array(3 * width * height);
  for (let index = 0; index < width * height; index++) {
    for (let channel = 0; channel < 3; channel++) {
      data[3 * index + channel] = 255 * linearToSrgb(clamp(planes[channel]!.data[index]!, 0, 1)) + 0.5;
    }
  }
  const facts = labFacts({ width, height, data }, undefined);
  placesFacts.set(plate, facts);
  return facts;
}

/** The picture in linear light. Its planes may be smaller than it as long as nothing is put into them. */
export type Frame = {
  readonly width: number;
  readonly height: number;
  readonly planes: readonly [Plane, Plane, Plane];
};

/** Scales the plate up to the frame, into memory that threads can share. */
export function frameFromPlate(plate: Plate, width: number, height: number): Frame {
  const { red, green, blue } = plate.canvas;
  const planes = [red, green, blue].map((plane) => {
    const isWhole = plane.width === width && plane.height === height;
    if (isWhole && plane.data.buffer instanceof SharedArrayBuffer) return plane;
    const data = new Float32Array(new SharedArrayBuffer(4 * width * height));
    const resizeRow = rowResizer(plane, width, height);
    if (isWhole) data.set(plane.data);
    else for (let y = 0; y < height; y++) resizeRow(y, data.subarray(y * width, (y + 1) * width));
    return { width, height, data };
  });
  return { width, height, planes: [planes[0]!, planes[1]!, planes[2]!] };
}

/** A sprite in the light of its place: all that can be known before the place has the size of the frame. */
export type Lit = Placed & {
  readonly key: KeyLight;
  readonly soft: SoftLight;
  /** By channel, from the sprite's bytes to linear light. */
  readonly tones: readonly Float32Array[];
  readonly around: Around;
};

/** Lights a sprite for a frame of this size. */
export function lightSprite(plate: Plate, placed: Placed, { width, height }: PixelSize): Lit {
  const { key } = plate;
  const { sprite, slot } = placed;
  const soft = inflate(sprite, key, slot, width, height);
  return { ...placed, key, soft, tones: harmonise(sprite, plate, tintOf(key)), around: glowAround(plate) };
}

/** Paints one sprite into the frame. */
export function placeSprite(frame: Frame, { sprite, slot, kind, key, soft, tones, around }: Lit): void {
  const { width, height, planes } = frame;
  const spriteWidth = sprite.image.width;
  const spriteHeight = sprite.image.height;
  const reliefRow = rowResizer(soft.relief, spriteWidth, spriteHeight);
  const wrapRow = rowResizer(soft.wrap, spriteWidth, spriteHeight);
  const rimRow = rowResizer(soft.rim, spriteWidth, spriteHeight);
  const relief = new Float32Array(spriteWidth);
  const wrap = new Float32Array(spriteWidth);
  const rim = new Float32Array(spriteWidth);
  const isMerged = kind === 'merged';
  // A print has a light of its own, of which more is kept than of a figure's.
  const exposure = isMerged ? 0.55 + 0.45 * key.exposure : 0.3 + 0.7 * key.exposure;
  const rimStrength = isMerged ? 0 : 0.5;
  const bytes = sprite.image.data;
  const arounds = around.planes.map((plane) => plane.data);
  const lights = planes.map((plane) => plane.data);
  for (let y = 0; y < spriteHeight; y++) {
    const row = slot.top + y;
    if (row < 0 || row >= height) continue;
    reliefRow(y, relief);
    wrapRow(y, wrap);
    rimRow(y, rim);
    const aroundRow = Math.min(around.height - 1, ((row * around.height) / height) | 0) * around.width;
    for (let x = 0; x < spriteWidth; x++) {
      const column = slot.left + x;
      if (column < 0 || column >= width) continue;
      const from = y * spriteWidth + x;
      const opacity = sprite.matte.data[from]!;
      if (opacity <= 0.003) continue;
      const at = row * width + column;
      const near = aroundRow + Math.min(around.width - 1, ((column * around.width) / width) | 0);
      const light = exposure * (isMerged ? 1 : relief[x]!);
      const wrapping = isMerged ? 0 : wrap[x]! * 0.32 * 0.6;
      const edge = rim[x]! * rimStrength;
      for (let channel = 0; channel < 3; channel++) {
        const own = tones[channel]![bytes[3 * from + channel]!]! * light;
        const scene = arounds[channel]![near]!;
        const lit = own + (scene - own) * wrapping + edge * key.colour[channel]! * (0.25 + own);
        const plane = lights[channel]!;
        plane[at] = plane[at]! + (lit - plane[at]!) * opacity;
      }
    }
  }
}

type Around = { readonly width: number; readonly height: number; readonly planes: readonly Plane[] };
const glows = new WeakMap<Plate, Around>();

/** The plate blurred so far that only its glow is left. */
function glowAround(plate: Plate): Around {
  const known = glows.get(plate);
  if (known !== undefined) return known;
  const { canvas } = plate;
  const width = 160;
  const height = Math.max(4, Math.round((160 * canvas.height) / canvas.width));
  const planes = [canvas.red, canvas.green, canvas.blue].map((plane) => softBlur(shrink(plane, width, height), 5, 3));
  const around = { width, height, planes };
  glows.set(plate, around);
  return around;
}
