/** The text of a key: `fgk_`, 32 random base62 characters (190 bits) and a checksum, so that a slip is seen at once. */
import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

const prefix = 'fgk_';
/** How many random base62 characters a key has. */
export const keyBodyLength = 32;
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

/** The key whose random part is `body`. */
export function makeKeyText(body: string): string {
  const text = prefix + body;
  return text + checksum(text);
}

/** False for a text that looks like a key of ours and is not one; an owner's own key may be any text. */
export function mayBeKey(text: string): boolean {
  if (!text.startsWith(prefix) || text.length !== prefix.length + keyBodyLength + checksumLength) return true;
  return checksum(text.slice(0, -checksumLength)) === text.slice(-checksumLength);
}

/** Lower-case hex of SHA-256. Keys are long random texts, so a slow hash would protect nothing. */
export function hashKey(key: string): string {
  return hash('sha256', key, 'hex');
}

/** What of a key may be shown, to recognise it by. */
export function keyHint(text: string): string {
  return `${text.slice(0, 6)}…`;
}
