/**
 * When the machine is at rest: renders are measured with a process that has rehearsed, other programs with none that warms
 * up, and each after the same pause. A virtual machine hands free memory back to its host after two seconds, and who asks for
 * it again waits: who came right after another program would be up to a fifth quicker.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const lookEveryMs = 250;
/** A rehearsal pauses for less. */
const quietMs = 3_000;
const patienceMs = 120_000;
/** Of the processor, in the ticks of proc(5), a hundredth of a second each: what idle threads use. */
const idleTicks = 2;

/** Processor time of this process's children, in ticks. */
function childTicks(): number {
  let sum = 0;
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // Counted from the state, the parent is the second field, the time of the user and of the kernel the 12th and 13th.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(fields[1]) === process.pid) sum += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It has just ended.
    }
  }
  return sum;
}

/**
 * Waits until children of this process have used no processor for three seconds, so that the one which was started for the
 * next render has loaded and rehearsed; throws after two minutes. Linux only: it reads /proc.
 */
export async function untilAtRest(): Promise<void> {
  const end = performance.now() + patienceMs;
  let quietSince = performance.now();
  let before = childTicks();
  while (performance.now() - quietSince < quietMs) {
    if (performance.now() > end) throw new Error('children of this process never came to rest');
    await delay(lookEveryMs);
    const now = childTicks();
    if (now - before > idleTicks) quietSince = performance.now();
    before = now;
  }
}
