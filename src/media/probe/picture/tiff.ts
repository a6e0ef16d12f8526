/** TIFF: the chain of directories. Source: TIFF 6.0, section 2. */
import type { MediaFacts } from '../../../core/media.ts';
import type { ByteReader } from '../byte-reader.ts';
import { corrupt } from '../problems.ts';
import { imageFacts } from './image-facts.ts';

const tags = { width: 256, height: 257, orientation: 274, extraSamples: 338 } as const;
const maximumEntries = 4096;
const maximumPages = 1000;
const types = { short: 3, long: 4 } as const;

export async function probeTiff(reader: ByteReader): Promise<MediaFacts> {
  const head = await reader.view(0, 8);
  const isLittle = head.getUint16(0) === 0x4949;
  let offset = head.getUint32(4, isLittle);
  let pages = 0;
  let first: ReadonlyMap<number, number> | undefined;
  const seen = new Set<number>();
  while (offset !== 0) {
    if (seen.has(offset) || pages === maximumPages) throw corrupt('its directories run in a circle');
    seen.add(offset);
    const { entries, next } = await readDirectory(reader, offset, isLittle);
    first ??= entries;
    pages += 1;
    offset = next;
  }
  const [width = 0, height = 0] = [first?.get(tags.width), first?.get(tags.height)];
  const orientation = first?.get(tags.orientation) ?? 0;
  return imageFacts('tiff', width, height, {
    hasAlpha: first?.has(tags.extraSamples) === true,
    frames: pages,
    orientation: orientation >= 1 && orientation <= 8 ? orientation : undefined,
  });
}

async function readDirectory(reader: ByteReader, offset: number, isLittle: boolean) {
  const count = (await reader.view(offset, 2)).getUint16(0, isLittle);
  if (count === 0 || count > maximumEntries) throw corrupt('one of its directories has an impossible size');
  const view = await reader.view(offset + 2, count * 12 + 4);
  const entries = new Map<number, number>();
  for (let entry = 0; entry < count; entry += 1) {
    const at = entry * 12;
    const type = view.getUint16(at + 2, isLittle);
    if (type === types.short) entries.set(view.getUint16(at, isLittle), view.getUint16(at + 8, isLittle));
    if (type === types.long) entries.set(view.getUint16(at, isLittle), view.getUint32(at + 8, isLittle));
  }
  return { entries, next: view.getUint32(count * 12, isLittle) };
}
