/** Ids of Vtrix's tasks: twenty lower-case letters and digits, as its command line's help shows them (vtrix.md 3). */
import type { RandomBytes } from '../../core/ids.ts';

/** The alphabet of xid, which the look of the documented ids follows. */
const alphabet = '0123456789abcdefghijklmnopqrstuv';
const idLength = 20;
const pattern = /^[0-9a-z]{20}$/;

/** 100 random bits. */
export function makeVtrixId(randomBytes: RandomBytes): string {
  return Array.from(randomBytes(idLength), (byte) => alphabet[byte % alphabet.length]).join('');
}

export function isVtrixId(text: string): boolean {
  return pattern.test(text);
}
