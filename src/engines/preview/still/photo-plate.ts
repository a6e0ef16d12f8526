// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** A photograph as the place itself: for a reference that shows a place, when the prompt names none. */
import type { PixelSize } from '../output-size.ts';
import type { Picture } from '../photo/decode.ts';
import { linearTable } from '../raster/colour.ts';
import { clamp } from '../raster/plane.ts';
import { type Canvas, type Colour, createCanvas, luminance } from './canvas.ts';
import { type Light, lights } from './light.ts';
import type { Plate } from './stage.ts';

/** Colour of everything together in a light, against which another light is a tint. */
function whiteOf(light: Light): Colour {
  const channel = (index: 0 | 1 | 2) => light.sun[index] * 0.7 + light.ambient[index];
  return [channel(0), channel(1), channel(2)];
}

function meanOf(canvas: Canvas, from: number, to: number): Colour {
  const { width, height } = canvas;
  const sums: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let y = 0; y < height; y += 3) {
    for (let x = Math.floor(from * width); x < to * width; x += 3) {
      const index = y * width + x;
      sums[0] += canvas.red.data[index]!;
      sums[1] += canvas.green.data[index]!;
      sums[2] += canvas.blue.data[index]!;
      count++;
    }
  }
  return [sums[0] / count, sums[1] / count, sums[2] / count];
}

/** The photograph, covering the frame; `light` regrades it when the prompt asks for one. */
export async function plateFromPhoto(
  photo: Picture,
  { width, height }: PixelSize,
  light: Light | undefined,
): Promise<Plate> {
  const scale = Math.max(width / photo.width, height / photo.height);
  const wholeWidth = Math.max(width, Math.round(photo.width * scale));
  const wholeHeight = Math.max(height, Math.round(photo.height * scale));
  const left = Math.floor((wholeWidth - width) / 2);
  const top = Math.floor((wholeHeight - height) / 2);
  const image = await photo.read(wholeWidth, wholeHeight, { left, top, width, height });
  const day = whiteOf(lights.day);
  const asked = light === undefined ? day : whiteOf(light);
  const tint: Colour = [asked[0] / day[0], asked[1] / day[1], asked[2] / day[2]];
  const canvas = createCanvas(width, height);
  const linear = linearTable();
  for (let index = 0; index < width * height; index++) {
    canvas.red.data[index] = linear[image.data[3 * index]!]! * tint[0];
    canvas.green.data[index] = linear[image.data[3 * index + 1]!]! * tint[1];
    canvas.blue.data[index] = linear[image.data[3 * index + 2]!]! * tint[2];
  }
  const [leftMean, rightMean, mean] = [meanOf(canvas, 0, 0.33), meanOf(canvas, 0.67, 1), meanOf(canvas, 0, 1)];
  const grey = luminance(mean) + 1e-3;
  const colour: Colour = [mean[0] / grey, mean[1] / grey, mean[2] / grey];
  return {
    canvas,
    horizon: 0.5,
    haze: mean,
    key: {
      x: luminance(leftMean) > luminance(rightMean) ? 0.15 : 0.85,
      y: 0.1,
      colour: [0.5 + colour[0] * 0.5, 0.5 + colour[1] * 0.5, 0.5 + colour[2] * 0.5],
      ambient: [colour[0] * 0.45, colour[1] * 0.45, colour[2] * 0.45],
      exposure: clamp(0.45 + grey * 1.6, 0.45, 1),
    },
  };
}
