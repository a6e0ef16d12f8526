/** How RunningHub writes ids, amounts, times and masked keys. */
import type { RandomBytes } from '../../core/ids.ts';

const idLength = 19;
const smallestId = 10n ** BigInt(idLength - 1);
/** Clients hold ids in signed 64-bit integers. */
const largestId = 2n ** 63n - 1n;

/** A task id: 19 digits that fit a signed 64-bit integer, drawn evenly. */
export function makeWireId(randomBytes: RandomBytes): string {
  for (;;) {
    const bytes = randomBytes(8);
    const drawn = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) & largestId;
    if (drawn >= smallestId) return String(drawn);
  }
}

export function isWireId(text: string): boolean {
  return new RegExp(`^[1-9]\\d{${idLength - 1}}$`).test(text);
}

/** The id of a client's connection: 32 hex digits. */
export function makeClientId(randomBytes: RandomBytes): string {
  return [...randomBytes(16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const shownDecimals = 3;

/** Micro-dollars as dollars in a string, with three decimals or as many as it takes: `0.100`, `0.012345`. */
export function encodeMoney(micros: number): string {
  const [whole = '0', fraction = ''] = (Math.abs(micros) / 1_000_000).toFixed(6).split('.');
  const sign = micros < 0 ? '-' : '';
  return `${sign}${whole}.${fraction.replace(/0+$/, '').padEnd(shownDecimals, '0')}`;
}

/** ISO 8601 in UTC with milliseconds and without a zone. */
export function encodeTime(time: number): string {
  return new Date(time).toISOString().replace('Z', '');
}

/** What is left to show of a key. */
export function maskKey(hint: string): string {
  return `${hint.replace('…', '').slice(0, 8)}****`;
}

/** The text that stands in `promptTips`: which node has the result, and that no node found fault. */
export function encodePromptTips(resultNode: string): string {
  return `{"result": true, "error": null, "outputs_to_execute": ["${resultNode}"], "node_errors": {}}`;
}
