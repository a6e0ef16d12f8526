/** Enlarges a picture: Lanczos and mild sharpening. It invents no detail. */
import { join } from 'node:path';
import { maximumPixels } from '../../../core/media.ts';
import { enlargedSize } from '../enlarge-size.ts';
import { openPhoto } from '../photo/decode.ts';
import { picturesOf, type RenderRequest, type RenderResult, refuseField } from '../protocol.ts';
import { pngOptions } from './png.ts';

/** Throws RenderError `invalid_input` naming `images` or `resolution`. */
export async function renderEnlarged(request: RenderRequest, tell: (progress: number) => void): Promise<RenderResult> {
  const [medium] = picturesOf(request);
  if (medium === undefined) throw refuseField('images', 'images needs the picture to enlarge.');
  const photo = await openPhoto(medium);
  const { width, height, scale } = enlargedSize(photo, request.input.resolution, maximumPixels);
  tell(0.1);
  const path = join(request.directory, 'image.png');
  await photo.enlarge({ width, height }, path, pngOptions);
  const understood = { from: { width: photo.width, height: photo.height }, scale: Math.round(scale * 100) / 100 };
  return {
    output: { kind: 'image', fileName: 'image.png', path },
    metadata: { width, height, method: 'lanczos3 and sharpening', understood },
  };
}
