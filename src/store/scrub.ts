/**
 * Overwrites the free space inside the pages of B-trees. `secure_delete` zeroes a row where it is deleted, but when SQLite
 * rebuilds a page while it balances a tree, it leaves the former bytes of rows it moved in the page's unallocated space,
 * where no later delete reaches them (measured: docs/decisions/0046-erasure.md). Only bytes that the file format calls
 * unused are written, so a reader, or a crash in the middle, sees the same rows before, during and after.
 * The format: https://sqlite.org/fileformat.html#b_tree_pages
 */
import { fsyncSync, readSync, writeSync } from 'node:fs';

const pageBytes = 4096;
/** 16 MiB: some ten milliseconds in which nobody else writes. */
const slicePages = 4096;
/** The first page begins with the header of the file. */
const fileHeaderBytes = 100;
/** Header sizes by the first byte of a page: interior index, interior table, leaf index, leaf table. */
const headerBytes: Readonly<Record<number, number>> = { 2: 12, 5: 12, 10: 8, 13: 8 };
/** Below this many pages (128 GiB) the number that other pages begin with never looks like one of those bytes. */
const maximumPages = 0x02_00_00_00;

type Span = readonly [start: number, end: number];

/** The unused bytes of a page, as far as the format has them; nothing for a page that is no part of a B-tree. */
export function unusedSpans(page: Buffer, isFirst: boolean): Span[] {
  const start = isFirst ? fileHeaderBytes : 0;
  const header = headerBytes[page[start] ?? 0];
  if (header === undefined) return [];
  const pointersEnd = start + header + 2 * page.readUInt16BE(start + 3);
  const contentStart = page.readUInt16BE(start + 5) || 65_536;
  if (contentStart < pointersEnd || contentStart > page.length) return [];
  const spans: Span[] = [[pointersEnd, contentStart]];
  for (let block = page.readUInt16BE(start + 1), last = 0; block !== 0; ) {
    // A chain that does not ascend within the content is not one.
    if (block <= last || block < contentStart || block + 4 > page.length) return [];
    const end = block + page.readUInt16BE(block + 2);
    if (end > page.length) return [];
    spans.push([block + 4, end]);
    last = block;
    block = page.readUInt16BE(block);
  }
  return spans;
}

/**
 * Scrubs a slice of a database whose log is empty and whose writer holds no page in memory. Answers the first page
 * after it, or null at the end of the file.
 */
export function scrubSlice(file: number, from: number): number | null {
  const slice = Buffer.alloc(slicePages * pageBytes);
  const readBytes = readSync(file, slice, 0, slice.length, from * pageBytes);
  const pages = Math.floor(readBytes / pageBytes);
  let isWritten = false;
  for (let index = 0; index < pages && from + index < maximumPages; index += 1) {
    const page = slice.subarray(index * pageBytes, (index + 1) * pageBytes);
    for (const [start, end] of unusedSpans(page, from + index === 0)) {
      if (page.subarray(start, end).every((byte) => byte === 0)) continue;
      writeSync(file, Buffer.alloc(end - start), 0, end - start, (from + index) * pageBytes + start);
      isWritten = true;
    }
  }
  if (isWritten) fsyncSync(file);
  return pages < slicePages ? null : from + pages;
}
