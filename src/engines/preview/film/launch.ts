/**
 * Starts programs from a small process. Whoever has much memory forks slowly: all of its page tables are copied, 18 ms for
 * 400 MB, and afterwards the first write to each page is a fault. So a bare Node is forked while there is little, and
 * becomes the program when that is known (docs/decisions/0106).
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export type Launched = ChildProcessByStdio<Writable, null, Readable>;

/** One line of its input is the program and its arguments; what follows is the program's, so it is read byte by byte. */
const becomeAnother = `
  const { accessSync, constants, readSync } = require('node:fs');
  const byte = Buffer.alloc(1);
  const line = [];
  while (readSync(0, byte) === 1 && byte[0] !== 10) line.push(byte[0]);
  if (line.length === 0) process.exit(0);
  const [program, ...args] = JSON.parse(Buffer.from(line).toString());
  // Else it would abort, with a page about itself.
  accessSync(program, constants.X_OK);
  process.execve(program, [program, ...args], {});
`;

/** It compiles nothing, and its errors are to be the program's alone. */
const nodeArguments = [
  ...['--disable-warning=ExperimentalWarning', '--v8-pool-size=0', '--input-type=commonjs'],
  ...['-e', becomeAnother],
];

let waiting: Launched | undefined;

function start(program: string, args: readonly string[]): Launched {
  return spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'], env: {} });
}

/** To be called while the process is small. It makes the next `launch` quick, and changes nothing else. */
export function prepareLaunch(): void {
  // Windows replaces no process by another.
  if (waiting !== undefined || typeof process.execve !== 'function' || process.platform === 'win32') return;
  const node = start(process.execPath, nodeArguments);
  const forget = () => {
    if (waiting === node) waiting = undefined;
  };
  waiting = node.once('error', forget).once('exit', forget);
  // A broken pipe is told by `exit`.
  node.stdin.on('error', () => {});
}

/** Starts a program, by its whole path, with its input and its errors as pipes and without an environment. */
export function launch(program: string, args: readonly string[]): Launched {
  const node = waiting;
  if (node === undefined) return start(program, args);
  waiting = undefined;
  node.stdin.write(`${JSON.stringify([program, ...args])}\n`);
  return node;
}
