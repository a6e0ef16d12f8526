// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by the loop around it
/** Abstract shapes: sheets of coloured paper laid over each other, each with the shadow of the one above. */
import { between, pick } from '../../random.ts';
import { addNoiseRow } from '../../raster/noise.ts';
import { clamp, smoothstep } from '../../raster/plane.ts';
import { blend, type Colour, hex, scale } from '../canvas.ts';
import { decay } from '../decay.ts';
import { fractalRow, noiseAlong, noiseRow } from '../rows.ts';
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
  // The upper edge of each sheet, by column.
  const edges = waves.map(({ base, swing, wide, offset }, sheet) => {
    const edge = new Float32Array(width);
    const line = { start: (0.5 - width / 2) / height, step: 1 / height };
    const along = (frequency: number) => ({ start: line.start * frequency + offset, step: line.step * frequency });
    addNoiseRow(noise, edge, from, to, along(1.1 * wide), sheet * 3.7, 1.5 * swing * height);
    addNoiseRow(noise, edge, from, to, along(2.7 * wide), sheet * 5.1 + 40, 1.5 * 0.28 * swing * height);
    for (let x = from; x < to; x++) {
      const u = line.start + line.step * x;
      edge[x] = edge[x]! + (base + lean * u * (0.3 - (0.05 * sheet) / count)) * height;
    }
    return edge;
  });
  const [fibres, fleeces] = [noiseRow(stage), fractalRow(stage, 2)];
  const places = { start: 0, step: 1 / height };
  const reach = shadowReach * height;
  const rimEnd = 0.0035 * height;
  for (let y = 0; y < height; y++) {
    const [fibre, fleece] = [
      noiseAlong(fibres, places, (y / height) * 420, 420),
      noiseAlong(fleeces, places, (y / height) * 30, 30),
    ];
    for (let x = from; x < to; x++) {
      // The nearest sheet that covers the place wholly hides all others.
      let lowest = count - 1;
      while (lowest >= 0 && y - edges[lowest]![x]! < 0) lowest--;
      let colour: Colour =
        lowest < 0 ? skySheet(tones[0]!, discTone, centre, x, y, width, height, light.exposure) : tones[0]!;
      for (let sheet = Math.max(0, lowest); sheet < count; sheet++) {
        const inside = y + 0.5 - edges[sheet]![x]!;
        const cover = clamp(inside + 0.5, 0, 1);
        if (cover <= 0) continue;
        const deep = clamp(inside / (height * 0.5), 0, 1);
        const tone = scale(tones[sheet + 1]!, 1.12 - 0.3 * deep);
        // Cut paper has a bright edge.
        const rim = inside < rimEnd ? 0.16 * (1 - smoothstep(0, rimEnd, inside)) : 0;
        colour = blend(colour, rim > 0 ? blend(tone, discTone, rim) : tone, cover);
        const above = sheet + 1 < count ? edges[sheet + 1]![x]! - y : Number.POSITIVE_INFINITY;
        // What lies on top casts a soft shadow upwards, for the light comes from below in front.
        if (above > 0 && above < 8 * reach) colour = scale(colour, 1 - 0.42 * decay(above / reach));
      }
      const first = edges[0]![x]! - y;
      if (first > 0 && first < 10 * reach) colour = scale(colour, 1 - 0.3 * decay(first / (1.2 * reach)));
      const index = y * width + x;
      const rough = 1 + 0.018 * fibre[x]! + 0.02 * fleece[x]!;
      for (let channel = 0; channel < 3; channel++) planes[channel]![index] = colour[channel]! * rough;
    }
  }
  const key = { x: centre.x, y: centre.y, colour: discTone, ambient: scale(tones[1]!, 0.6), exposure: dim };
  return { canvas, horizon: 0.7, haze: tones[0]!, key };
}

/** Of the shadow of one sheet on the next, as a share of the height: over it a third is left. */
const shadowReach = 0.02;

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
  const distance = Math.sqrt((x - centre.x * width) ** 2 + (y - centre.y * height) ** 2) / height;
  let colour = scale(tone, 1.02 - 0.16 * (y / height));
  for (const [ring, share] of [2.5, 1.75].entries()) {
    const inside = clamp((centre.radius * share - distance) * height + 0.5, 0, 1);
    const shade = distance > centre.radius * share ? 0.12 * decay((distance - centre.radius * share) / 0.014) : 0;
    colour = scale(blend(colour, disc, inside * (0.16 + 0.1 * ring)), 1 - shade);
  }
  const shade = distance > centre.radius ? 0.2 * decay((distance - centre.radius) / 0.016) : 0;
  const inside = clamp((centre.radius - distance) * height + 0.5, 0, 1);
  return blend(scale(colour, 1 - shade), scale(disc, exposure < 0.7 ? 1.6 : 1), inside);
}
