// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** A lake below mountains: their picture stands on its head in the water, broken by the wind. */
import { between } from '../../random.ts';
import { fractal } from '../../raster/noise.ts';
import { clamp, smoothstep } from '../../raster/plane.ts';
import { blend, type Colour, hex, multiply, scale } from '../canvas.ts';
import { skyColour, sunPosition } from '../sky.ts';
import type { Plate, Stage } from '../stage.ts';
import { paintMountains } from './landscapes.ts';

/** How much of the frame's height lies between the horizon and the far shore. */
const shoreBelowHorizon = 0.035;

export function paintLake(stage: Stage): Plate {
  const { canvas, width, height, noise, random, light } = stage;
  const plate = paintMountains(stage);
  const { horizon } = plate;
  const shore = horizon + shoreBelowHorizon;
  const planes = [canvas.red, canvas.green, canvas.blue];
  const above = planes.map(({ data }) => data.slice());
  const deep = multiply(hex('#1f4a5a'), blend(light.skyMiddle, light.ambient, 0.4));
  const pebbles = hex('#7d7466');
  const sun = sunPosition(stage, horizon);
  // A hidden sun glitters little.
  const glitter = light.cloudCover > 0.7 ? 0.12 : 0.8;
  const nearShore = between(random, 0.9, 0.95);
  const first = Math.floor(shore * height);
  for (let y = first; y < height; y++) {
    const below = (y + 0.5 - horizon * height) / height;
    const distance = 1 / below;
    // Calm far away and in the lee of the shore, lively in the middle.
    const wind = 0.012 * smoothstep(0, 0.22, below);
    const fresnel = clamp(0.9 - below * 1.25, 0.22, 0.86);
    for (let x = 0; x < width; x++) {
      const across = ((x - width / 2) / height) * distance;
      const wave = noise(across * 2.3, distance * 5.2) + 0.6 * noise(across * 6.1 + 40, distance * 12.5);
      const gust = smoothstep(-0.1, 0.5, fractal(noise, across * 0.35, distance * 0.8, 3));
      const rowAbove = shore * height - (y - shore * height) * 0.92 - wave * height * wind * (0.4 + gust);
      const mirrorY = clamp(Math.round(rowAbove), 0, first - 1);
      const mirrorX = clamp(Math.round(x + wave * height * wind * 0.5), 0, width - 1);
      const from = mirrorY * width + mirrorX;
      const mirrored: Colour = [above[0]!.at(from)!, above[1]!.at(from)!, above[2]!.at(from)!];
      // Facets turned up show the sky, those turned down the deep.
      const facing = clamp(fresnel + wave * 0.16 * (0.3 + gust), 0.05, 0.95);
      let colour = blend(deep, scale(mirrored, 0.9), facing);
      colour = blend(colour, skyColour(stage, 0.75), 0.14 * gust * smoothstep(0, 0.15, below));
      const off = (x - sun.x) / height;
      const glint = Math.exp(-(off * off) / (0.002 + 0.02 * below)) * clamp(wave + 0.2, 0, 1) ** 2 * glitter;
      colour = [colour[0] + light.sun[0] * glint, colour[1] + light.sun[1] * glint, colour[2] + light.sun[2] * glint];
      // The near shore, seen through shallow water first.
      const line = nearShore + 0.03 * noise(x / (height * 0.35), 7) + 0.01 * noise(x / (height * 0.05), 3);
      const wet = smoothstep(line - 0.035, line, y / height);
      const stones = 0.7 + 0.5 * noise(across * 34, distance * 60) + 0.3 * noise(across * 90, distance * 140);
      const ground = scale(
        multiply(pebbles, [
          light.sun[0] * 0.6 + light.ambient[0],
          light.sun[1] * 0.6 + light.ambient[1],
          light.sun[2] * 0.6 + light.ambient[2],
        ]),
        stones,
      );
      colour = blend(colour, ground, wet * (y / height > line ? 1 : 0.55));
      const index = y * width + x;
      for (const [channel, plane] of planes.entries()) plane.data[index] = colour[channel]!;
    }
  }
  // A line of light where the water meets the land.
  for (let y = Math.max(0, first - 1); y <= Math.min(height - 1, first + 1); y++) {
    for (let x = 0; x < width; x++) {
      for (const [channel, plane] of planes.entries()) {
        const index = y * width + x;
        plane.data[index] = plane.data[index]! * 0.82 + light.haze[channel]! * 0.18;
      }
    }
  }
  return plate;
}
