/**
 * Several files as one ZIP, made by the page: stored, not compressed, since pictures and films are compressed already.
 * As PKWARE's APPNOTE 6.3 has it, in its form for archives below 4 GB.
 */

export type ZipEntry = { readonly name: string; readonly modifiedAt: Date; readonly content: Blob };

type Part = Blob | Uint8Array<ArrayBuffer>;

const mostBytes = 2 ** 32 - 1;
const mostEntries = 2 ** 16 - 1;
const versionNeeded = 20;
/** Names are UTF-8. */
const flags = 0x0800;

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

async function crcOf(content: Blob): Promise<number> {
  let crc = 0xffffffff;
  const reader = content.stream().getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    for (const byte of part.value) crc = (crcTable[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Little-endian numbers of two or four bytes, as the format has nothing else. */
function record(...fields: readonly (readonly [bytes: 2 | 4, value: number])[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [bytes]) => sum + bytes, 0)));
  let place = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(place, value, true);
    else view.setUint32(place, value, true);
    place += bytes;
  }
  return new Uint8Array(view.buffer);
}

/** As MS-DOS counts: two seconds are the least, 1980 is the first year. */
function dosTime(at: Date): { readonly time: number; readonly date: number } {
  return {
    time: (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1),
    date: (Math.max(0, at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate(),
  };
}

/** Throws RangeError for more than the format holds. */
export async function makeZip(entries: readonly ZipEntry[]): Promise<Blob> {
  const total = entries.reduce((sum, { content }) => sum + content.size, 0);
  if (total > mostBytes || entries.length > mostEntries) throw new RangeError('too much for one ZIP');
  const parts: Part[] = [];
  const directory: Part[] = [];
  let offset = 0;
  let directorySize = 0;
  for (const { name, modifiedAt, content } of entries) {
    const bytes = new TextEncoder().encode(name);
    const { time, date } = dosTime(modifiedAt);
    const facts = [
      [2, versionNeeded],
      [2, flags],
      [2, 0],
      [2, time],
      [2, date],
      [4, await crcOf(content)],
      [4, content.size],
      [4, content.size],
      [2, bytes.length],
      [2, 0],
    ] as const;
    const head = record([4, 0x04034b50], ...facts);
    const line = record([4, 0x02014b50], [2, versionNeeded], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]);
    parts.push(head, bytes, content);
    directory.push(line, bytes);
    offset += head.length + bytes.length + content.size;
    directorySize += line.length + bytes.length;
  }
  const end = record(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, entries.length],
    [2, entries.length],
    [4, directorySize],
    [4, offset],
    [2, 0],
  );
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}
