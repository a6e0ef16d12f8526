/**
 * Counts failed authentication by remote address and by how the key began, so that nobody tries keys without end, from one
 * address or from many. Whoever has a valid key is never asked here.
 */
import { isIPv4, isIPv6 } from 'node:net';
import type { Clock } from '../core/ports.ts';

/** Failures that one address may have in a window before it is told to wait. */
export const failureLimit = 20;
/** Many share a beginning by chance or by a mistake that they copied, so it may be wrong more often. */
export const prefixFailureLimit = 200;
const prefixLength = 10;
const windowMs = 60_000;
const maximumWindows = 10_000;

/** Notes one failure; answers how long to wait, or undefined while there is room for more. */
export type NoteFailure = (address: string | undefined, key: string) => number | undefined;

export function createFailureCounter(clock: Clock): NoteFailure {
  const noteAddress = createWindows(clock, failureLimit);
  const notePrefix = createWindows(clock, prefixFailureLimit);
  return (address, key) => {
    const waits = [noteAddress(addressBucket(address ?? '')), notePrefix(key.slice(0, prefixLength))];
    const longest = Math.max(...waits.map((wait) => wait ?? 0));
    return longest === 0 ? undefined : longest;
  };
}

function createWindows(clock: Clock, limit: number): (bucket: string) => number | undefined {
  const windows = new Map<string, { count: number; readonly until: number }>();
  return (bucket) => {
    const now = clock.now();
    let window = windows.get(bucket);
    if (window === undefined || window.until <= now) {
      windows.delete(bucket);
      // The map keeps the order of insertion: the first window is the one that ends first.
      const oldest = windows.keys().next();
      if (windows.size >= maximumWindows && oldest.done !== true) windows.delete(oldest.value);
      window = { count: 0, until: now + windowMs };
      windows.set(bucket, window);
    }
    window.count += 1;
    return window.count > limit ? window.until - now : undefined;
  };
}

/** What counts as one address: IPv4 as it is, of IPv6 the /64, for one customer commonly has all of it. */
export function addressBucket(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  const [text = ''] = address.split('%');
  if (!isIPv6(text)) return address;
  const [head = '', tail = ''] = text.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = text.includes('::') ? 8 - groups.length - (tail === '' ? 0 : tail.split(':').length) : 0;
  const whole = [...groups, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...tail.split(':')];
  return `${whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group || '0', 16).toString(16))
    .join(':')}::/64`;
}
