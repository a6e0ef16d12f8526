/** BMP: the two headers, and that the rows fit the file. Source: BITMAPINFOHEADER of the Windows documentation. */
import type { MediaFacts } from '../../../core/media.ts';
import type { ByteReader } from '../byte-reader.ts';
import { corrupt, truncated, unsupported } from '../problems.ts';
import { imageFacts } from './image-facts.ts';

const bitDepths = new Set([1, 4, 8, 16, 24, 32]);
/** BI_RGB and BI_BITFIELDS: rows of a known length. */
const plainCompressions = new Set([0, 3]);
/** BI_RLE8 and BI_RLE4. */
const runLengthCompressions = new Set([1, 2]);

export async function probeBmp(reader: ByteReader): Promise<MediaFacts> {
  const view = await reader.view(0, 54);
  if (view.getUint32(14, true) < 40) throw unsupported('it is a BMP of the first version');
  const width = view.getInt32(18, true);
  // A negative height says that the rows run from the top.
  const height = Math.abs(view.getInt32(22, true));
  const bitsPerPixel = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  if (view.getUint16(26, true) !== 1 || !bitDepths.has(bitsPerPixel))
    throw corrupt('its BMP header has impossible values');
  if (!plainCompressions.has(compression) && !runLengthCompressions.has(compression)) {
    throw unsupported('it is a BMP that holds another format');
  }
  const rowBytes = Math.ceil((width * bitsPerPixel) / 32) * 4;
  const end = view.getUint32(10, true) + (plainCompressions.has(compression) ? rowBytes * height : 0);
  if (end > reader.sizeBytes) throw truncated('its rows are not whole');
  return imageFacts('bmp', width, height, { hasAlpha: bitsPerPixel === 32 });
}
