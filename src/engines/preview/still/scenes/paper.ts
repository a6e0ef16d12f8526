// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Abstract shapes: sheets of coloured paper laid over each other, each with the shadow of the one above. */
import { between, pick } from '../../random.ts';
import { fractal } from '../../raster/noise.ts';
import { clamp, smoothstep } from '../../raster/plane.ts';
import { blend, type Colour, hex, scale } from '../canvas.ts';
import type { Plate, Stage } from '../stage.ts';

/** From the farthest sheet to the nearest, and the disc. */
const palettes = [
  { sheets: ['#fde8c8', '#f9c98d', '#f2a07a', '#d9727f', '#9a4f83', '#5b3a73', '#2f2a55'], disc: '#fff6e2' },
  { sheets: ['#e6f1ee', '#b9dcd6', '#84bfc0', '#4f97a8', '#2f6c8c', '#21496c', '#172c49'], disc: '#ffd98a' },
  { sheets: ['#f6ecd9', '#e8cfa2', '#d3a66b', '#b0753f', '#7d5233', '#54402f', '#332a25'], disc: '#d9533c' },
  { sheets: ['#efe6f6', '#cfb9e6', '#a58ad2', '#7a62b8', '#55479a', '#39336f', '#231f47'], disc: '#ffb3a0' },
  { sheets: ['#e9f0dc', '#c4d8a8', '#96b97a', '#64945d', '#3d7050', '#285145', '#173632'], disc: '#f7e3a1' },
] as const;

export function paintPaper(stage: Stage): Plate {
  const { canvas, width, height, random, noise, light, from, to } = stage;
  const { sheets, disc } = pick(random, palettes);
  const dim = light.exposure < 0.7 ? 0.5 : 1;
  const tones = sheets.map((tone) => scale(hex(tone), dim));
  const planes = [canvas.red.data, canvas.green.data, canvas.blue.data] as const;
  const count = tones.length - 1;
  const sunSide = stage.sunX < 0.5 ? -1 : 1;
  const lean = sunSide * between(random, 0.1, 0.2);
  const waves = Array.from({ length: count }, (_, sheet) => ({
    base: 0.4 + 0.6 * ((sheet + 0.35) / count) ** 1.1,
    swing: between(random, 0.075, 0.12),
    wide: between(random, 0.75, 1.25),
    offset: random() * 40,
  }));
  const centre = { x: stage.sunX, y: between(random, 0.27, 0.33), radius: between(random, 0.17, 0.21) };
  const discTone = scale(hex(disc), dim);
  const edges = new Float32Array(count);
  for (let x = from; x < to; x++) {
    const u = (x + 0.5 - width / 2) / height;
    for (const [sheet, { base, swing, wide, offset }] of waves.entries()) {
      const wave =
        noise(u * 1.1 * wide + offset, sheet * 3.7) + 0.28 * noise(u * 2.7 * wide + offset, sheet * 5.1 + 40);
      edges[sheet] = (base + swing * 1.5 * wave + lean * u * (0.3 - (0.05 * sheet) / count)) * height;
    }
    for (let y = 0; y < height; y++) {
      let colour: Colour = skySheet(tones[0]!, discTone, centre, x, y, width, height, light.exposure);
      for (let sheet = 0; sheet < count; sheet++) {
        const inside = y + 0.5 - edges[sheet]!;
        const cover = clamp(inside + 0.5, 0, 1);
        if (cover > 0) {
          const deep = clamp(inside / (height * 0.5), 0, 1);
          const tone = scale(tones[sheet + 1]!, 1.12 - 0.3 * deep);
          // Cut paper has a bright edge.
          const rim = 0.16 * (1 - smoothstep(0, 0.0035 * height, inside));
          colour = blend(colour, blend(tone, discTone, rim), cover);
        }
        const above = sheet + 1 < count ? edges[sheet + 1]! - y : Number.POSITIVE_INFINITY;
        // What lies on top casts a soft shadow upwards, for the light comes from below in front.
        if (cover > 0 && above > 0) colour = scale(colour, 1 - 0.42 * Math.exp(-above / (0.02 * height)));
      }
      const first = edges[0]! - y;
      if (first > 0) colour = scale(colour, 1 - 0.3 * Math.exp(-first / (0.024 * height)));
      const index = y * width + x;
      const fibre =
        1 +
        0.018 * noise((x / height) * 420, (y / height) * 420) +
        0.02 * fractal(noise, (x / height) * 30, (y / height) * 30, 2);
      for (let channel = 0; channel < 3; channel++) planes[channel]![index] = colour[channel]! * fibre;
    }
  }
  const key = { x: centre.x, y: centre.y, colour: discTone, ambient: scale(tones[1]!, 0.6), exposure: dim };
  return { canvas, horizon: 0.7, haze: tones[0]!, key };
}

/** The farthest sheet, with a disc and rings cut into it. */
function skySheet(
  tone: Colour,
  disc: Colour,
  centre: { readonly x: number; readonly y: number; readonly radius: number },
  x: number,
  y: number,
  width: number,
  height: number,
  exposure: number,
): Colour {
  const distance = Math.hypot(x - centre.x * width, y - centre.y * height) / height;
  let colour = scale(tone, 1.02 - 0.16 * (y / height));
  for (const [ring, share] of [2.5, 1.75].entries()) {
    const inside = clamp((centre.radius * share - distance) * height + 0.5, 0, 1);
    const shade = distance > centre.radius * share ? 0.12 * Math.exp(-(distance - centre.radius * share) / 0.014) : 0;
    colour = scale(blend(colour, disc, inside * (0.16 + 0.1 * ring)), 1 - shade);
  }
  const shade = distance > centre.radius ? 0.2 * Math.exp(-(distance - centre.radius) / 0.016) : 0;
  const inside = clamp((centre.radius - distance) * height + 0.5, 0, 1);
  return blend(scale(colour, 1 - shade), scale(disc, exposure < 0.7 ? 1.6 : 1), inside);
}
