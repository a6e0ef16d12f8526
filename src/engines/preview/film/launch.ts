/**
 * Starts programs from a small process. Whoever has much memory forks slowly: all of its page tables are copied, 18 ms for
 * 400 MB, and afterwards the first write to each page is a fault. So a shell is forked while there is little, and becomes
 * the program when its arguments are known (docs/decisions/0106).
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export type Launched = ChildProcessByStdio<Writable, null, Readable>;

/**
 * Takes a line for each argument and an empty one; what follows on its input is the program's, as a pipe is read byte by
 * byte. Shells set variables of their own.
 */
const becomeAnother =
  'unset PWD OLDPWD SHLVL; while IFS= read -r line && [ -n "$line" ]; do set -- "$@" "$line"; done; exec "$@"';

let waiting: Launched | undefined;

function start(program: string, args: readonly string[]): Launched {
  return spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'], env: {} });
}

/** To be called while the process is small. It makes the next `launch` quick, and changes nothing else. */
export function prepareLaunch(): void {
  if (waiting !== undefined || process.platform === 'win32') return;
  const shell = start('/bin/sh', ['-c', becomeAnother]);
  const forget = () => {
    if (waiting === shell) waiting = undefined;
  };
  waiting = shell.once('error', forget).once('exit', forget);
  // A broken pipe is told by `exit`.
  shell.stdin.on('error', () => {});
}

/** Starts a program with its input and its errors as pipes, and with no environment. */
export function launch(program: string, args: readonly string[]): Launched {
  const shell = waiting;
  const words = [program, ...args];
  if (shell === undefined || words.some((word) => word === '' || /[\n\0]/.test(word))) return start(program, args);
  waiting = undefined;
  shell.stdin.write(`${words.join('\n')}\n\n`);
  return shell;
}
