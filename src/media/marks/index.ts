/** Marks in files: the label in their metadata, the visible mark in their pictures; and what engines need not know. */
import { createHash } from 'node:crypto';
import type { Blobs, Marker, StoredFile } from '../../core/media-ports.ts';
import type { CallOptions } from '../../core/ports.ts';
import { applyEdits, type Edit, growthOf } from './format/edits.ts';
import { createFileReader, type FileReader } from './format/file-reader.ts';
import { planJpeg } from './label/jpeg.ts';
import { labelText } from './label/label-text.ts';
import { planMp4 } from './label/mp4.ts';
import type { LabelPlan } from './label/plan.ts';
import { planPng } from './label/png.ts';
import { planWebp } from './label/webp.ts';
import { stripJpeg, stripPng, stripWebp } from './strip/index.ts';
import { drawOnFilm, isDrawableFilm } from './visible/film.ts';
import { drawOnPicture } from './visible/picture.ts';

type Planner = (file: FileReader, text: string) => Promise<LabelPlan>;
type Stripper = (file: FileReader) => Promise<Edit[]>;

/** By the extension that the probe gives, which names what the bytes are. */
const planners = new Map<string, Planner>([
  ['png', planPng],
  ['jpg', planJpeg],
  ['webp', planWebp],
  ['mp4', planMp4],
  ['mov', planMp4],
  ['m4a', planMp4],
]);
const strippers = new Map<string, Stripper>([
  ['png', stripPng],
  ['jpg', stripJpeg],
  ['webp', stripWebp],
]);

export type MarkerOptions = {
  /** The ffmpeg that encodes marked films; empty means the one on PATH. */
  readonly ffmpegPath: string;
  /** For films while they are encoded. */
  readonly scratchDirectory: string;
};

async function readWhole(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(bytes));
}

export function createMarker(blobs: Blobs, options: MarkerOptions): Marker {
  const open = ({ blobKey, sizeBytes }: StoredFile, { signal }: CallOptions) =>
    createFileReader(sizeBytes, (start, end) => blobs.read(blobKey, { signal, start, end }));

  return {
    async label(file, label, call) {
      const plan = planners.get(file.facts.extension);
      if (plan === undefined) return { state: 'no place' };
      const reader = open(file, call);
      const planned = await plan(reader, labelText(label));
      return planned.state === 'labelled' ? { state: 'labelled', bytes: applyEdits(reader, planned.edits) } : planned;
    },
    async *draw(file, { corner, picture }, call) {
      const markPicture = picture === undefined ? undefined : await readWhole(blobs.read(picture.blobKey, call));
      const mark = { corner, picture: markPicture };
      const bytes = blobs.read(file.blobKey, call);
      yield* isDrawableFilm(file.facts)
        ? drawOnFilm(bytes, file.facts, mark, options, call)
        : drawOnPicture(bytes, file, mark, call);
    },
    async strip(file, call) {
      const strip = strippers.get(file.facts.extension);
      if (strip === undefined) return undefined;
      const edits = await strip(open(file, call));
      if (edits.length === 0) return undefined;
      const hash = createHash('sha256');
      for await (const bytes of applyEdits(open(file, call), edits)) hash.update(bytes);
      return {
        sizeBytes: file.sizeBytes + growthOf(edits),
        sha256: hash.digest('hex'),
        open: (reading) => applyEdits(open(file, reading), edits),
      };
    },
  };
}
