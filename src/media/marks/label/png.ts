/** The label in PNG: an iTXt chunk `AIGC`, and in the XMP packet (XMP part 3, 1.1.5). */
import { inflateSync } from 'node:zlib';
import { type Edit, insert } from '../format/edits.ts';
import { brokenFile, type FileReader } from '../format/file-reader.ts';
import { type Chunk, makePngChunk, readPngChunks } from '../format/png.ts';
import { addToPacket, labelName, makePacket, readPacket } from './label-text.ts';
import { type LabelPlan, maximumPacketBytes } from './plan.ts';

const xmpKeyword = 'XML:com.adobe.xmp';
/** The chunk of a C2PA manifest (C2PA 2.2, A.3.2). */
const manifestChunk = 'caBX';

export async function planPng(file: FileReader, text: string): Promise<LabelPlan> {
  let dataStart: number | undefined;
  let packet: { readonly chunk: Chunk; readonly bytes: Buffer } | undefined;
  for await (const chunk of readPngChunks(file)) {
    if (chunk.type === 'IDAT') dataStart ??= chunk.offset;
    if (chunk.type === manifestChunk) return { state: 'is signed' };
    const keyword = await readKeyword(file, chunk);
    if (keyword === labelName) return { state: 'has label' };
    if (keyword !== xmpKeyword || packet !== undefined) continue;
    packet = { chunk, bytes: await readText(file, chunk) };
    const { isLabelled, isSigned } = readPacket(packet.bytes);
    if (isSigned) return { state: 'is signed' };
    if (isLabelled) return { state: 'has label' };
  }
  if (dataStart === undefined) throw brokenFile('it has no picture data');
  const bare = insert(dataStart, makeTextChunk(labelName, Buffer.from(text)));
  if (packet === undefined) {
    return { state: 'labelled', edits: [bare, insert(dataStart, makeTextChunk(xmpKeyword, makePacket(text)))] };
  }
  const { chunk } = packet;
  const changed: Edit = {
    offset: chunk.offset,
    removedBytes: chunk.end - chunk.offset,
    inserted: makeTextChunk(xmpKeyword, addToPacket(packet.bytes, text)),
  };
  return { state: 'labelled', edits: [bare, changed] };
}

/** The keyword of a text chunk: 1 to 79 bytes of Latin-1 and a zero (PNG 3rd ed. 11.3.3). */
async function readKeyword(file: FileReader, chunk: Chunk): Promise<string | undefined> {
  if (chunk.type !== 'iTXt' && chunk.type !== 'tEXt' && chunk.type !== 'zTXt') return undefined;
  const head = await file.at(chunk.contentStart, Math.min(80, chunk.contentBytes));
  const end = head.indexOf(0);
  return end === -1 ? undefined : head.toString('latin1', 0, end);
}

/** The text behind the keyword: bare in tEXt, packed in zTXt, behind three more fields in iTXt (PNG 3rd ed. 11.3.3). */
async function readText(file: FileReader, { type, contentStart, contentBytes }: Chunk): Promise<Buffer> {
  if (contentBytes > maximumPacketBytes) throw brokenFile('its XMP metadata are too large');
  // A copy: the next read may drop the page it lies in.
  const content = Buffer.from(await file.at(contentStart, contentBytes));
  const keywordEnd = content.indexOf(0);
  if (type === 'tEXt') return content.subarray(keywordEnd + 1);
  if (type === 'zTXt') return unpack(content.subarray(keywordEnd + 2));
  const languageEnd = content.indexOf(0, keywordEnd + 3);
  const translatedEnd = languageEnd === -1 ? -1 : content.indexOf(0, languageEnd + 1);
  if (translatedEnd === -1) throw brokenFile('its XMP metadata are not whole');
  const text = content.subarray(translatedEnd + 1);
  return content[keywordEnd + 1] === 0 ? text : unpack(text);
}

function unpack(text: Uint8Array): Buffer {
  try {
    return inflateSync(text, { maxOutputLength: maximumPacketBytes });
  } catch (error) {
    throw brokenFile('its XMP metadata cannot be unpacked', error);
  }
}

function makeTextChunk(keyword: string, text: Uint8Array): Uint8Array {
  // Not compressed, no language, no translated keyword.
  return makePngChunk('iTXt', Buffer.concat([Buffer.from(`${keyword}\0\0\0\0\0`, 'latin1'), text]));
}
