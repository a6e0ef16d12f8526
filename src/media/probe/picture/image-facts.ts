/** What the picture parsers share: their result, and the orientation inside an EXIF block. */
import type { MediaFacts } from '../../../core/media.ts';
import { corrupt } from '../problems.ts';

type Details = { readonly orientation?: number | undefined; readonly hasAlpha: boolean; readonly frames?: number };

/** The facts of a picture. Throws `corrupt` when it has no area. */
export function imageFacts(
  format: 'png' | 'jpeg' | 'webp' | 'gif' | 'bmp' | 'tiff',
  width: number,
  height: number,
  { orientation, hasAlpha, frames = 1 }: Details,
): MediaFacts {
  if (width < 1 || height < 1) throw corrupt('its header says that the picture is empty');
  return {
    kind: 'image',
    mediaType: `image/${format}`,
    extension: format === 'jpeg' ? 'jpg' : format,
    width,
    height,
    hasAlpha,
    ...(frames > 1 ? { frames } : {}),
    ...(orientation === undefined ? {} : { orientation }),
  };
}

/** Whether the four bytes at `offset` are this text. */
export function isTag(view: DataView, offset: number, tag: string): boolean {
  if (offset + tag.length > view.byteLength) return false;
  for (let index = 0; index < tag.length; index += 1) {
    if (view.getUint8(offset + index) !== tag.charCodeAt(index)) return false;
  }
  return true;
}

/**
 * The orientation 1..8 that a TIFF structure of an EXIF block names (EXIF 2.32 4.6.2), or undefined when it says nothing
 * sensible: a broken note does not make a broken picture.
 */
export function readExifOrientation(view: DataView): number | undefined {
  const tiff = isTag(view, 0, 'Exif\0') ? 6 : 0;
  if (view.byteLength < tiff + 8) return undefined;
  const isLittle = view.getUint16(tiff) === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, isLittle);
  if (directory + 2 > view.byteLength) return undefined;
  const count = view.getUint16(directory, isLittle);
  for (let entry = 0; entry < count; entry += 1) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > view.byteLength) return undefined;
    if (view.getUint16(at, isLittle) !== 0x0112) continue;
    const value = view.getUint16(at + 8, isLittle);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}
