/** The label as text, and as XMP: the JSON object of GB 45438-2025, annex E, in the namespace that TC260 gave it. */
import { type Label, labelFields } from '../../../core/marks.ts';
import { brokenFile } from '../format/file-reader.ts';

/** Where a format keeps bare texts by name, the label is one of this name. */
export const labelName = 'AIGC';
export const labelNamespace = 'http://www.tc260.org.cn/ns/AIGC/1.0/';

/** What XML 1.0 cannot hold, and C1 controls that some readers drop; JSON has escapes for all of them. */
const unsafe = /[\u007f-\u009f\ufffe\uffff]/g;

/** The fields as JSON in the standard's order: any string fits, for lone surrogates and controls are escaped. */
export function labelText(label: Label): string {
  const ordered = Object.fromEntries(labelFields.map((name) => [name, label[name]]));
  return JSON.stringify(ordered).replace(
    unsafe,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function labelElement(rdf: string, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return (
    `<${rdf}Description ${rdf}about="" xmlns:TC260="${labelNamespace}">` +
    `<TC260:AIGC>${escaped}</TC260:AIGC></${rdf}Description>`
  );
}

/** A whole XMP packet (ISO 16684-1 7.3) that holds the label and nothing else. */
export function makePacket(text: string): Buffer {
  return Buffer.from(
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
      `${labelElement('rdf:', text)}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`,
  );
}

/** What is found in a file's XMP packet that decides what may be done to the file. */
export function readPacket(packet: Buffer): { readonly isLabelled: boolean; readonly isSigned: boolean } {
  return {
    isLabelled: packet.includes(labelNamespace),
    // A manifest that lies elsewhere is bound to the bytes of this file just the same (C2PA 2.2, 11.3).
    isSigned: packet.includes('dcterms:provenance'),
  };
}

const endOfRdf = '</rdf:RDF';

/** The packet with the label added; all that it holds stays. Throws `invalid_input` when it is no packet in UTF-8. */
export function addToPacket(packet: Buffer, text: string): Buffer {
  const end = packet.lastIndexOf(endOfRdf);
  if (end === -1) throw brokenFile('its XMP metadata are not written as everybody writes them');
  return Buffer.concat([packet.subarray(0, end), Buffer.from(labelElement('rdf:', text)), packet.subarray(end)]);
}
