/** Pictures as marks, and the limits that every process of this room puts on the library that reads pictures. */
import sharp, { type SharpOptions } from 'sharp';
import { type MarkRaster, markRoom } from './mark-raster.ts';

/** As many pixels as any engine makes. */
export const readOptions = { failOn: 'error', limitInputPixels: 100_000_000 } as const satisfies SharpOptions;

/** Before the first byte is looked at. */
export function limitReaders(): void {
  sharp.concurrency(1);
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'] });
}

/** A picture as the mark of another one of this size: upright, in its own colours and transparency. */
export async function rasterize(picture: Uint8Array, width: number, height: number): Promise<MarkRaster> {
  const room = markRoom(width, height);
  const { data, info } = await sharp(picture, readOptions)
    .autoOrient()
    .resize({ width: room.width, height: room.height, fit: 'inside' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgba: data, space: room.space };
}
