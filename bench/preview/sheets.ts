/** Contact sheets: films of photographs as rows of frames that a person can look at. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { JsonObject } from '../../src/core/json.ts';
import { readFilmFrames } from '../../tests/support/film-frames.ts';
import { makeJob, type PreviewWorld, pictureFile } from '../../tests/support/preview-engine.ts';
import type { Photograph } from './photographs.ts';

const framesShown = 6;
/** The long side of one frame on the sheet. */
const longSide = 480;
const captionHeight = 26;
const film = { duration: 2, resolution: '540p', movement_amplitude: 'large', frame_rate: 24 };

type Cell = { readonly data: Buffer; readonly width: number; readonly height: number };
type Row = { readonly caption: string; readonly cells: readonly Cell[] };

async function readRow(world: PreviewWorld, { bytes }: Photograph, prompt: string): Promise<Row> {
  const rendered = await world.render(makeJob('image-to-video', { ...film, prompt }, [pictureFile(bytes)]));
  const last = film.duration * film.frame_rate - 1;
  const numbers = Array.from({ length: framesShown }, (_, index) => Math.round((last * index) / (framesShown - 1)));
  const { width, height, frames } = readFilmFrames(rendered.path, numbers);
  const cells = await Promise.all(frames.map((frame) => shrink(toRgb(frame, width, height), width, height)));
  await rendered.release();
  return { caption: `${prompt === '' ? '(no prompt)' : prompt} · ${describe(rendered.metadata)}`, cells };
}

function describe({ layers, subject, confidence, understood }: JsonObject): string {
  const { moves, ambient } = understood as { moves: { kind: string; x: number; y: number }[][]; ambient: string[] };
  const shot = moves.map((together) => together.map(({ kind, x, y }) => `${kind} ${x},${y}`).join(' + ')).join(' > ');
  const air = ambient.length === 0 ? '' : `; ${ambient.join(', ')}`;
  return `${layers} layers, ${subject} ${confidence}: ${shot}${air}`;
}

async function shrink(rgb: Uint8ClampedArray, width: number, height: number): Promise<Cell> {
  const { data, info } = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize(longSide, longSide, { fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** BT.709, limited range, as the engine writes it. */
function toRgb(frame: Uint8Array, width: number, height: number): Uint8ClampedArray {
  const rgb = new Uint8ClampedArray(width * height * 3);
  const area = width * height;
  const half = Math.ceil(width / 2);
  const chromaArea = half * Math.ceil(height / 2);
  for (let pixel = 0; pixel < area; pixel++) {
    const chroma = (Math.floor(pixel / width) >> 1) * half + ((pixel % width) >> 1);
    const light = (((frame[pixel] ?? 0) - 16) * 255) / 219;
    const blue = (((frame[area + chroma] ?? 0) - 128) * 255) / 224;
    const red = (((frame[area + chromaArea + chroma] ?? 0) - 128) * 255) / 224;
    rgb[pixel * 3] = light + 1.5748 * red;
    rgb[pixel * 3 + 1] = light - 0.1873 * blue - 0.4681 * red;
    rgb[pixel * 3 + 2] = light + 1.8556 * blue;
  }
  return rgb;
}

const escapeXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function label(text: string, width: number): Buffer {
  const shown = `<text x="6" y="18" font-family="sans-serif" font-size="15" fill="#eee">${escapeXml(text)}</text>`;
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${captionHeight}">${shown}</svg>`,
  );
}

async function writeSheet(rows: readonly Row[], path: string): Promise<void> {
  const cells = rows.flatMap((row) => row.cells);
  const cellWidth = Math.max(...cells.map(({ width }) => width)) + 4;
  const rowHeight = Math.max(...cells.map(({ height }) => height)) + captionHeight + 4;
  const width = cellWidth * framesShown;
  const pieces = rows.flatMap(({ caption, cells }, row) => [
    { input: label(caption, width), left: 0, top: row * rowHeight },
    ...cells.map((cell, column) => ({
      input: cell.data,
      raw: { width: cell.width, height: cell.height, channels: 3 as const },
      left: column * cellWidth,
      top: row * rowHeight + captionHeight,
    })),
  ]);
  const create = { width, height: rowHeight * rows.length, channels: 3 as const, background: '#202020' };
  await sharp({ create }).composite(pieces).jpeg({ quality: 88 }).toFile(path);
}

/** One sheet per photograph, a row per prompt; answers the paths. */
export async function writeSheets(
  world: PreviewWorld,
  photographs: readonly Photograph[],
  directory: string,
): Promise<string[]> {
  mkdirSync(directory, { recursive: true });
  const paths: string[] = [];
  for (const photograph of photographs) {
    const rows: Row[] = [];
    for (const prompt of photograph.prompts) rows.push(await readRow(world, photograph, prompt));
    const path = join(directory, `${photograph.name}.jpg`);
    await writeSheet(rows, path);
    paths.push(path);
  }
  return paths;
}
