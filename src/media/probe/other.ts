/** Files that are stored and served as they are, and never opened: archives, 3D meshes, texts. */
import type { MediaFacts } from '../../core/media.ts';
import { type ByteReader, textAt } from './byte-reader.ts';
import { corrupt, truncated } from './problems.ts';

/** An archive ends with its directory; what stands in it is not looked at. Source: APPNOTE 4.3.16. */
export function zipFacts(hasEnd: boolean): MediaFacts {
  if (!hasEnd) throw truncated('the directory of the archive is missing');
  return { kind: 'archive', mediaType: 'application/zip', extension: 'zip' };
}

/** glTF 2.0, 4.4: a header that counts the whole file. */
export async function probeGlb(reader: ByteReader): Promise<MediaFacts> {
  const view = await reader.view(0, 12);
  if (view.getUint32(4, true) !== 2) throw corrupt('it is of an unknown glTF version');
  const announced = view.getUint32(8, true);
  if (announced > reader.sizeBytes) throw truncated(`its header announces ${announced} bytes`);
  return { kind: 'mesh', mediaType: 'model/gltf-binary', extension: 'glb' };
}

/** Undefined when the first bytes are no text. */
export function textFacts(head: DataView): MediaFacts | undefined {
  const text = textAt(head, 0, head.byteLength);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a text has none of them
  if (text === '' || /[\0-\x08\x0e-\x1f]/.test(text)) return undefined;
  const isMesh = /^(#|mtllib |o |g |v )/.test(text) && /^v [-\d]/m.test(text);
  return isMesh
    ? { kind: 'mesh', mediaType: 'model/obj', extension: 'obj' }
    : { kind: 'text', mediaType: 'text/plain; charset=utf-8', extension: 'txt' };
}
