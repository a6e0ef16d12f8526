/** The middle of a picture in another shape: how much of it that keeps, and the picture itself. */
import { ownPath } from '../api.ts';

type Size = { readonly width: number; readonly height: number };

/** The largest part in the middle of a picture that has this ratio of width to height. */
export function middleOf({ width, height }: Size, ratio: number): Size {
  return width / height > ratio ? { width: height * ratio, height } : { width, height: width / ratio };
}

/** Below this, nobody would see what is gone. */
const leastLoss = 0.02;

/** The shares of width and height that are kept; undefined when the picture has that shape already. */
export function keptShares(size: Size, ratio: number): Size | undefined {
  const kept = middleOf(size, ratio);
  const shares = { width: kept.width / size.width, height: kept.height / size.height };
  return shares.width * shares.height > 1 - leastLoss ? undefined : shares;
}

/** As PNG, so that nothing is lost a second time. Throws when the picture cannot be read. */
export async function cropPicture(url: string, ratio: number): Promise<Blob> {
  const response = await fetch(ownPath(url));
  if (!response.ok) throw new Error(response.statusText);
  const bitmap = await createImageBitmap(await response.blob());
  const exact = middleOf(bitmap, ratio);
  const size = { width: Math.round(exact.width), height: Math.round(exact.height) };
  const canvas = new OffscreenCanvas(size.width, size.height);
  const left = Math.round((bitmap.width - size.width) / 2);
  const top = Math.round((bitmap.height - size.height) / 2);
  canvas.getContext('2d')?.drawImage(bitmap, -left, -top);
  bitmap.close();
  return await canvas.convertToBlob({ type: 'image/png' });
}
