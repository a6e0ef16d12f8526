/** Files that are two things at once: whoever reads them the other way would run or open what was taken as a picture. */
import { textAt } from './byte-reader.ts';
import { unsupported } from './problems.ts';

/** Browsers look for HTML in this many bytes (WHATWG MIME sniffing, 7.1), PDF readers for their mark in 1,024. */
const sniffedBytes = 1445;
const pdfBytes = 1024;
/** Long enough that the noise of a compressed picture does not write one by chance: a shorter one, such as `<a `, would. */
const markup = /<(!doctype|!entity|html|head|body|script|iframe|object|embed|smil|svg)[\s>/]/i;
const zipEndBytes = 22;
export const tailBytes = zipEndBytes + 0xffff;

/** Throws `unsupported` when the first bytes are also those of a document. */
export function refuseDocuments(head: DataView): void {
  const text = textAt(head, 0, Math.min(head.byteLength, sniffedBytes));
  if (text.slice(0, pdfBytes).includes('%PDF-')) throw unsupported('it is a PDF as well');
  if (markup.test(text)) throw unsupported('it begins with markup');
}

/** Whether the last bytes are those of a ZIP archive: its end record, whose note reaches exactly to the end of the file. */
export function hasZipEnd(tail: DataView): boolean {
  for (let offset = tail.byteLength - zipEndBytes; offset >= 0; offset -= 1) {
    if (tail.getUint32(offset) !== 0x504b0506) continue;
    if (offset + zipEndBytes + tail.getUint16(offset + 20, true) === tail.byteLength) return true;
  }
  return false;
}
