/** The text of a key: `fgk_`, 32 random base62 characters (190 bits) and a checksum, so that a slip is seen at once. */
import { crc32 } from 'node:zlib';
import { type RandomBytes, randomBase62 } from '../core/ids.ts';

const prefix = 'fgk_';
const bodyLength = 32;
const checksumLength = 6;

function checksum(text: string): string {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let rest = crc32(text);
  let encoded = '';
  // 62^6 > 2^32: six digits always hold a CRC32.
  for (let index = 0; index < checksumLength; index += 1) {
    encoded = digits.charAt(rest % 62) + encoded;
    rest = Math.floor(rest / 62);
  }
  return encoded;
}

export function makeKeyText(randomBytes: RandomBytes): string {
  const text = prefix + randomBase62(bodyLength, randomBytes);
  return text + checksum(text);
}

/** False for a text that looks like a key of ours and is not one; an owner's own key may be any text. */
export function mayBeKey(text: string): boolean {
  if (!text.startsWith(prefix) || text.length !== prefix.length + bodyLength + checksumLength) return true;
  return checksum(text.slice(0, -checksumLength)) === text.slice(-checksumLength);
}

/** What of a key may be shown, to recognise it by. */
export function keyHint(text: string): string {
  return `${text.slice(0, 6)}…`;
}
