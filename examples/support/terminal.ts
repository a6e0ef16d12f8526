/** What an example shows: lines, and one bar that moves on a terminal and is a line per quarter elsewhere. */
import { styleText } from 'node:util';

const isTerminal = process.stdout.isTTY === true;
const barWidth = 32;

export function heading(text: string): void {
  console.log(`\n${styleText('bold', text)}`);
}

export function line(text: string): void {
  console.log(`  ${text}`);
}

export function dim(text: string): string {
  return styleText('dim', text);
}

export type Bar = { show(progress: number, label: string): void; end(): void };

export function createBar(): Bar {
  let shown = -1;
  return {
    show(progress, label) {
      if (isTerminal) {
        const filled = Math.round(progress * barWidth);
        const bar = styleText('green', '█'.repeat(filled)) + dim('░'.repeat(barWidth - filled));
        process.stdout.write(`\r\u001b[K  ${bar} ${percent(progress)} ${label}`);
        return;
      }
      const quarter = Math.floor(progress * 4);
      if (quarter > shown) line(`${percent(progress)} ${label}`);
      shown = Math.max(shown, quarter);
    },
    end() {
      if (isTerminal) process.stdout.write('\r\u001b[K');
    },
  };
}

function percent(progress: number): string {
  return `${Math.floor(progress * 100)} %`.padStart(5);
}
