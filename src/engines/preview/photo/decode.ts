/**
 * Reads pictures from outside. Runs only in the render process. libvips is narrowed to three loaders before the first
 * byte is looked at, and a kind is decided by magic bytes, never by name or declared type.
 */
import { open } from 'node:fs/promises';
import sharp, { type PngOptions, type Sharp } from 'sharp';
import { maximumPixels } from '../../../core/media.ts';
import type { PixelSize } from '../output-size.ts';
import { RenderError, type RenderMedium } from '../protocol.ts';
import type { RgbImage } from '../raster/colour.ts';
import { enlarge, type Part } from '../raster/enlarge.ts';
import { createPlane, type Plane } from '../raster/plane.ts';

/** Transparency under it is drawn over this; near-white is what most cut-out pictures expect behind them. */
const flattenColour = '#f2f2f2';

/**
 * Of a picture up to this size all pixels are kept once they were decoded: libvips takes twice as long to decode
 * and scale in one go (docs/decisions/0109), and whatever else is asked for is made of them too. A larger one would weigh too much, and need not be decoded in full.
 */
const mostKeptPixels = 1920 * 1080;

/** Gives edges back what enlarging took, without halos; flat areas stay as they are. */
const mildSharpening = { sigma: 0.8, m1: 0.3, m2: 1.2 };

/** A picture of which any part can be had at any size. */
export type Picture = {
  /** Size in pixels as it is looked at, EXIF orientation applied. */
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
  /** The file it lies in; undefined for one that was made or taken out of a film. */
  readonly path?: string;
  /** The picture scaled to exactly this size (no cropping), then cut to `crop` when given. sRGB, flattened. */
  read(width: number, height: number, crop?: Part): Promise<RgbImage>;
  /** The picture's own transparency at this size, 0..1. Only when `hasAlpha`. */
  readAlpha(width: number, height: number): Promise<Plane>;
};

/** A picture from outside. */
export type Photo = Picture & {
  readonly field: string;
  readonly index: number;
  /** Writes it as a larger PNG, Lanczos with mild sharpening, transparency kept. */
  enlarge(size: PixelSize, path: string, options: PngOptions): Promise<void>;
};

/** Call once per process, before any picture is opened. */
export function hardenDecoder(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp'] });
  sharp.cache(false);
  // One picture at a time; two threads halve the time of a large one, more only cost memory.
  sharp.concurrency(2);
}

function isKnownKind(head: Uint8Array): boolean {
  const starts = (bytes: readonly number[], at = 0) => bytes.every((byte, index) => head[at + index] === byte);
  const png = starts([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const jpeg = starts([0xff, 0xd8, 0xff]);
  const webp = starts([0x52, 0x49, 0x46, 0x46]) && starts([0x57, 0x45, 0x42, 0x50], 8);
  return png || jpeg || webp;
}

async function readHead(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
  return buffer.subarray(0, bytesRead);
}

/**
 * Opens a picture and reads its header. Throws RenderError `invalid_input` with `details: { field, index }` when it is
 * no PNG, JPEG or WebP, too large, or (later, from `read`) when its data are damaged.
 */
export async function openPhoto(medium: RenderMedium): Promise<Photo> {
  const { field, index, path } = medium;
  const refuse = (reason: string, cause?: unknown) =>
    new RenderError('invalid_input', `${field}[${index}] could not be decoded: ${reason}.`, {
      cause,
      details: { field, index },
    });
  if (!isKnownKind(await readHead(path))) throw refuse('it is not a PNG, JPEG or WebP picture');

  const pipeline = (): Sharp =>
    sharp(path, { failOn: 'error', limitInputPixels: maximumPixels, sequentialRead: true, pages: 1 }).rotate();
  const meta = await sharp(path, { failOn: 'error', limitInputPixels: maximumPixels })
    .metadata()
    .catch((error: unknown) => {
      const tooLarge = error instanceof Error && /pixel limit/i.test(error.message);
      throw refuse(tooLarge ? `it has more than ${maximumPixels / 1e6} megapixels` : 'its header is damaged', error);
    });
  const turned = (meta.orientation ?? 1) >= 5;
  const hasAlpha = meta.hasAlpha === true;
  const raw = async (image: Sharp) =>
    image
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
      .catch((error: unknown) => {
        throw refuse('its data are damaged or cut off', error);
      });

  const inSrgb = async (image: Sharp): Promise<RgbImage> => {
    const opaque = hasAlpha ? image.flatten({ background: flattenColour }) : image;
    const { data, info } = await raw(opaque.toColourspace('srgb').removeAlpha());
    return { width: info.width, height: info.height, data: plain(data) };
  };
  const own = turned ? { width: meta.height, height: meta.width } : { width: meta.width, height: meta.height };

  let kept: Promise<RgbImage> | undefined;
  const readWhole = () => {
    if (own.width * own.height > mostKeptPixels) return inSrgb(pipeline());
    kept ??= inSrgb(pipeline());
    return kept;
  };

  return {
    field,
    index,
    path,
    ...own,
    hasAlpha,
    async read(width, height, crop) {
      if (own.width * own.height <= mostKeptPixels || isEnlarged(own, { width, height })) {
        const image = pictureOf(await readWhole());
        return await image.read(width, height, crop);
      }
      // Scaled whole, then cut: a cut before the scaling would switch off shrink-on-load, and a 12-megapixel JPEG
      // would be decoded in full.
      const image = pipeline().resize(width, height, { fit: 'fill', kernel: 'lanczos3' });
      return await inSrgb(crop === undefined ? image : image.extract(crop));
    },
    async enlarge(size, path, options) {
      const image = pipeline().resize(size.width, size.height, { fit: 'fill', kernel: 'lanczos3' });
      await image
        .sharpen(mildSharpening)
        .toColourspace('srgb')
        .png(options)
        .toFile(path)
        .catch((error: unknown) => {
          throw refuse('its data are damaged or cut off', error);
        });
    },
    async readAlpha(width, height) {
      const { data, info } = await raw(
        pipeline().resize(width, height, { fit: 'fill' }).ensureAlpha().extractChannel(3),
      );
      const plane = createPlane(info.width, info.height);
      for (let pixel = 0; pixel < plane.data.length; pixel++) plane.data[pixel] = (data[pixel] ?? 0) / 255;
      return plane;
    },
  };
}

/** Whether a picture is looked at with more pixels than it has: then no scaling while it is decoded saves anything. */
export function isEnlarged(own: PixelSize, { width, height }: PixelSize): boolean {
  return width >= own.width && height >= own.height && width * height > own.width * own.height;
}

/** Scales an image we already hold. */
export async function scaleImage(image: RgbImage, width: number, height: number): Promise<RgbImage> {
  if (image.width === width && image.height === height) return image;
  if (isEnlarged(image, { width, height }))
    return enlarge(image, { width, height }, { left: 0, top: 0, width, height });
  const { data } = await sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width, height, data: plain(data) };
}

/** Bytes without Buffer's own ways: what compiled code has seen of one kind of array is no use for another. */
function plain({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** An image we already hold, as a picture. */
export function pictureOf(image: RgbImage): Picture {
  return {
    width: image.width,
    height: image.height,
    hasAlpha: false,
    async read(width, height, crop) {
      if (crop === undefined) return await scaleImage(image, width, height);
      if (isEnlarged(image, { width, height })) return enlarge(image, { width, height }, crop);
      return cropImage(await scaleImage(image, width, height), crop);
    },
    readAlpha: async (width, height) => createPlane(width, height, 1),
  };
}

/** Cuts a rectangle out; it must lie inside. */
export function cropImage(image: RgbImage, { left, top, width, height }: Part): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * 3;
    data.set(image.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, data };
}
