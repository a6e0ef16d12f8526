// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** A composed picture of references that is kept as layers: the place, and those who stand in it, each at its own depth. */
import { freeMemory } from '../memory.ts';
import type { PixelSize } from '../output-size.ts';
import type { Picture } from '../photo/decode.ts';
import type { Setting } from '../prompt/setting.ts';
import { between, randomStream } from '../random.ts';
import { createNoise } from '../raster/noise.ts';
import { clamp, createPlane, type Plane, samplePlane, softBlur } from '../raster/plane.ts';
import { toYuv420 } from '../raster/yuv420.ts';
import { blurCanvas, createCanvas } from '../still/canvas.ts';
import { castShadow, type Frame, frameFromPlate, lightSprite, type Placed, placeSprite } from '../still/compose.ts';
import { type Cutout, readSprite } from '../still/cutout.ts';
import { finish } from '../still/finish.ts';
import { layOut, type Slot } from '../still/layout.ts';
import { lights } from '../still/light.ts';
import { paintInThread, plateOrder } from '../still/paint.ts';
import { plateFromPhoto } from '../still/photo-plate.ts';
import type { Plate } from '../still/stage.ts';
import type { Action, Idle } from './idle.ts';
import type { Layer, LayeredScene } from './layers.ts';
import { sceneNearness } from './scene-depth.ts';
import { halve } from './separate.ts';

/** Somebody who appears. */
export type CastMember = { readonly cutout: Cutout; readonly action: Action };

export type Staging = {
  readonly members: readonly CastMember[];
  /** A picture of a place, as the place. */
  readonly place: Picture | undefined;
  readonly setting: Setting;
  readonly size: PixelSize;
  readonly seed: number;
  readonly seconds: number;
};

/** Each costs a pass over the frame; beyond, those who stand farthest away share a layer. */
const mostCastLayers = 4;
const nearnessWidth = 320;
/** Depth of field behind those who stand in front, as a share of the plate's width. */
const backgroundBlur = 0.0016;
/** The place's own depth is pressed together, so that its foreground never passes before the feet of who stands on it. */
const placeDepth = 0.72;
const frontNearness = 0.74;

async function paintPlace({ place, setting, size, seed, members }: Staging): Promise<Plate> {
  const order = plateOrder(setting, size, seed, members.length > 0);
  const light = setting.lightAsked ? lights[setting.light] : undefined;
  const plate = place === undefined ? await paintInThread(order) : await plateFromPhoto(place, order, light);
  return { ...plate, canvas: blurCanvas(plate.canvas, plate.canvas.width * backgroundBlur) };
}

/** The shadow alone, as a factor on the light of the place: the shadow that white ground would show. */
function shadowOf(plate: Plate, one: Placed, frameWidth: number): Plane {
  const canvas = createCanvas(plate.canvas.width, plate.canvas.height);
  for (const plane of [canvas.red, canvas.green, canvas.blue]) plane.data.fill(1);
  castShadow({ ...plate, canvas }, one, frameWidth);
  return canvas.red;
}

/** Frames are blended as they are coded, not in linear light: a factor on the one is this factor on the other. */
const codedGamma = 1 / 2.2;
/** Colour is carried this many pixels past an edge, for the samples between two pixels. */
const carriedPixels = 2;

/** Less than this opaque, a pixel has no colour of its own that could be told. */
const leastCover = 0.06;

/**
 * What was painted over nothing is darker by how much of it is missing: gives it its own colour, and the pixels next to it
 * the same, for what is sampled between the two.
 */
function carryPastEdges({ width, height, planes }: Frame, cover: Plane): void {
  // The ring in which a pixel got its colour; 0 has none yet.
  const rings = new Uint8Array(width * height);
  for (let index = 0; index < rings.length; index++) {
    const opacity = cover.data[index]!;
    const isOwn = opacity > leastCover;
    if (isOwn) rings[index] = 1;
    for (const { data } of planes) data[index] = isOwn ? data[index]! / opacity : 0;
  }
  const around = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1];
  for (let ring = 2; ring <= 1 + carriedPixels; ring++) {
    for (let y = 1; y < height - 1; y++) {
      for (let index = y * width + 1; index < (y + 1) * width - 1; index++) {
        if (rings[index] !== 0) continue;
        let count = 0;
        for (const offset of around) if (rings[index + offset] === ring - 1) count++;
        if (count === 0) continue;
        rings[index] = ring;
        for (const { data } of planes) {
          let sum = 0;
          for (const offset of around) if (rings[index + offset] === ring - 1) sum += data[index + offset]!;
          data[index] = sum / count;
        }
      }
    }
  }
}

/** Paints figures on nothing: their light, their shadow and how opaque both are. */
function paintLayer(figures: readonly Placed[], plate: Plate, size: PixelSize, seed: number): Omit<Layer, 'nearness'> {
  const { width, height } = size;
  const frame: Frame = {
    width,
    height,
    planes: [createPlane(width, height), createPlane(width, height), createPlane(width, height)],
  };
  const cover = createPlane(width, height);
  const shade = new Float32Array(width * height);
  for (const one of figures) {
    const shadow = shadowOf(plate, one, width);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const light = samplePlane(shadow, ((x + 0.5) * shadow.width) / width, ((y + 0.5) * shadow.height) / height);
        if (light >= 0.998) continue;
        const index = y * width + x;
        shade[index] = 1 - (1 - shade[index]!) * light ** codedGamma;
      }
    }
    placeSprite(frame, lightSprite(plate, one, frame));
    const { sprite, slot } = one;
    for (let y = Math.max(0, -slot.top); y < Math.min(slot.height, height - slot.top); y++) {
      for (let x = Math.max(0, -slot.left); x < Math.min(slot.width, width - slot.left); x++) {
        const opacity = sprite.matte.data[y * slot.width + x]!;
        if (opacity <= 0.003) continue;
        const at = (slot.top + y) * width + slot.left + x;
        cover.data[at] = cover.data[at]! + (1 - cover.data[at]!) * opacity;
      }
    }
    freeMemory();
  }
  carryPastEdges(frame, cover);
  const image = finish(frame, randomStream(seed, 'grain'));
  const luma = new Uint8Array(new SharedArrayBuffer(width * height));
  const data = image.data;
  for (let index = 0; index < luma.length; index++) {
    const opacity = cover.data[index]!;
    const shadow = shade[index]! * (1 - opacity);
    const whole = opacity + shadow;
    luma[index] = Math.round(255 * Math.min(1, whole));
    if (shadow < 0.004) continue;
    const share = opacity / whole;
    for (let channel = 0; channel < 3; channel++) data[3 * index + channel] = data[3 * index + channel]! * share;
  }
  return { pixels: toYuv420(image), alpha: { luma, chroma: halve(luma, width, height) } };
}

/** It is cut off by the frame's lower edge, and so stands nearer than all of the ground that is seen. */
function reachesGround({ top, height }: Slot, frame: PixelSize): boolean {
  return top + height >= frame.height - 2;
}

function idleOf({ slot, kind }: Placed, action: Action, { size, seed, seconds }: Staging, number: number): Idle {
  const random = randomStream(seed, `idle-${number}`);
  const isRooted = reachesGround(slot, size);
  const side = random() < 0.5 ? -1 : 1;
  return {
    action,
    footX: clamp((slot.left + slot.width / 2) / size.width, 0, 1),
    footY: isRooted ? 1 : clamp((slot.top + slot.height) / size.height, 0, 1),
    tall: slot.height / size.height,
    isRooted,
    isHeld: slot.atEdge || kind === 'merged' || slot.left <= 0 || slot.left + slot.width >= size.width,
    // Towards the middle, when it stands aside.
    side:
      Math.abs(slot.left + slot.width / 2 - size.width / 2) < size.width * 0.12
        ? side
        : Math.sign(size.width / 2 - slot.left - slot.width / 2),
    phase: between(random, 0, 2 * Math.PI),
    seconds,
  };
}

function middleOf(slots: readonly Slot[]): number {
  return slots.reduce((sum, { left, width }) => sum + left + width / 2, 0) / slots.length;
}

/** Puts those who appear into the place. Takes a second or two at 1080p, and gives its memory back but for the layers. */
export async function buildCastScene(staging: Staging): Promise<LayeredScene> {
  const { members, size, seed, setting, place } = staging;
  const { width, height } = size;
  const plate = await paintPlace(staging);
  freeMemory();
  const slots = layOut(
    members.map(({ cutout }) => cutout),
    width,
    height,
    plate.key.x,
    randomStream(seed, 'layout'),
  );
  const noise = createNoise(randomStream(seed, 'merge'));
  const nearnessHeight = Math.max(2, Math.round((nearnessWidth * height) / width));
  const scene = place === undefined ? setting.scene : 'meadow';
  const ground = softBlur(sceneNearness(scene, plate.horizon, nearnessWidth, nearnessHeight), 4);
  for (let index = 0; index < ground.data.length; index++) ground.data[index]! *= placeDepth;
  const layers: Layer[] = [
    { pixels: toYuv420(finish(frameFromPlate(plate, width, height), randomStream(seed, 'grain'))), nearness: ground },
  ];
  freeMemory();

  const byDepth = slots.map((slot, index) => ({ slot, index })).sort((one, other) => one.slot.depth - other.slot.depth);
  const shared = Math.max(0, byDepth.length - mostCastLayers) + 1;
  const groups = [byDepth.slice(0, shared), ...byDepth.slice(shared).map((one) => [one])].filter(
    (group) => group.length > 0,
  );
  let focus = { x: 0.5, y: plate.horizon, nearness: 0.4 };
  for (const group of groups) {
    const figures: Placed[] = [];
    for (const { slot, index } of group) {
      const { cutout } = members[index]!;
      figures.push({ slot, kind: cutout.kind, sprite: await readSprite(cutout, slot, noise) });
      freeMemory();
    }
    const front = figures.at(-1)!;
    const { index } = group.at(-1)!;
    const footY = Math.min(0.999, (front.slot.top + front.slot.height) / height);
    const nearness = reachesGround(front.slot, size)
      ? frontNearness
      : samplePlane(ground, 0.5 * nearnessWidth, footY * nearnessHeight);
    layers.push({
      ...paintLayer(figures, plate, size, seed),
      nearness: createPlane(2, 2, nearness),
      ...(group.length > 1 ? {} : { idle: idleOf(front, members[index]!.action, staging, index) }),
    });
    freeMemory();
    focus = {
      // Several are looked at in their middle.
      x: clamp(middleOf(slots) / width, 0.25, 0.75),
      y: clamp((front.slot.top + front.slot.height * 0.3) / height, 0.25, 0.75),
      nearness,
    };
  }
  return {
    geometry: {
      width,
      height,
      sourceWidth: width,
      sourceHeight: height,
      focusX: focus.x,
      focusY: focus.y,
      focusNearness: focus.nearness,
    },
    layers,
  };
}
