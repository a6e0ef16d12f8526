/** The `framegate` command, run to its end as the owner of a data directory would. */
import { once } from 'node:events';
import { spawnFramegate } from './gateway-process.ts';

export async function runCommand(directory: string, ...argv: string[]) {
  const child = spawnFramegate(argv, { FRAMEGATE_DATA: directory });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (text) => (stdout += text));
  child.stderr?.on('data', (text) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: stdout.trim(), stderr };
}
