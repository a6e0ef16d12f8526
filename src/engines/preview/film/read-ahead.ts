/** Reads a picture for its film while it is still looked at. */
import type { PixelSize } from '../output-size.ts';
import { cropImage, isEnlarged, type Picture } from '../photo/decode.ts';
import type { RgbImage } from '../raster/colour.ts';
import { coveringSize, sourceSize } from './layers.ts';

/** Beyond it the part that no film shows would weigh too much. */
const mostPixels = 8_000_000;

/**
 * Begins to read the picture for `buildLayers`: decoding runs in threads of its own, while this one has most to do. What was
 * read is handed out once.
 */
export function readAhead<From extends Picture>(photo: From, sizeOf: (photo: From) => PixelSize): From {
  const whole = coveringSize(photo, sourceSize(photo, sizeOf(photo)));
  // To enlarge the part that is shown takes less than to wait for all of it.
  if (isEnlarged(photo, whole) || whole.width * whole.height > mostPixels) return photo;
  let reading: Promise<RgbImage> | undefined = photo.read(whole.width, whole.height);
  // Who asks for it hears of a failure; a render that failed before has nobody who asks.
  reading.catch(() => {});
  return {
    ...photo,
    async read(width, height, crop) {
      const ahead = reading;
      if (ahead === undefined || width !== whole.width || height !== whole.height)
        return photo.read(width, height, crop);
      reading = undefined;
      return crop === undefined ? ahead : cropImage(await ahead, crop);
    },
  };
}
