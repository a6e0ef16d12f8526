/** Random bytes by the handful: one call of the system fills a pool that many small draws share. */
import { randomFillSync } from 'node:crypto';

const poolBytes = 4096;

/** Draws of at most a pool; each byte is handed out once and then wiped from the pool. */
export function createRandomPool(): (length: number) => Uint8Array {
  const pool = new Uint8Array(poolBytes);
  let used = poolBytes;
  return (length) => {
    if (length > poolBytes) return randomFillSync(new Uint8Array(length));
    if (used + length > poolBytes) {
      randomFillSync(pool);
      used = 0;
    }
    const drawn = pool.slice(used, used + length);
    pool.fill(0, used, used + length);
    used += length;
    return drawn;
  };
}
