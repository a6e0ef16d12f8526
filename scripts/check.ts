/**
 * `npm run check`: format and lint, types, import boundaries, dead code, documents. One line when all is well; otherwise
 * the whole output of what failed, and exit 1. `npm run fix` mends what the formatter can.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { styleText } from 'node:util';

type Check = { readonly name: string; readonly command: readonly string[] };

const sourceFolders = ['src', 'sdk', 'web/src', 'tests', 'scripts', 'bench', 'bin', 'examples'];

const checks: readonly Check[] = [
  { name: 'types', command: ['tsc', '--noEmit', '--project', 'tsconfig.json'] },
  { name: 'types of the pages', command: ['tsc', '--noEmit', '--project', 'web/tsconfig.json'] },
  { name: 'boundaries', command: ['depcruise', '--config', '.dependency-cruiser.mjs', ...sourceFolders] },
  { name: 'dead code', command: ['knip', '--no-progress', '--treat-config-hints-as-errors'] },
  {
    name: 'format and lint',
    command: ['biome', 'check', '--error-on-warnings', '--diagnostic-level=warn', '--max-diagnostics=50'],
  },
  { name: 'documents', command: ['node', 'scripts/check-docs.ts'] },
];

type Outcome = { readonly name: string; readonly isGood: boolean; readonly output: string; readonly seconds: number };

/** Prints what it found; true when everything is well. */
export async function runChecks(root: string): Promise<boolean> {
  const waiting = [...checks];
  const outcomes: Outcome[] = [];
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) outcomes.push(await runCheck(check, root));
  };
  // Two at a time: the machines we care about have two cores.
  await Promise.all([work(), work()]);
  const failed = outcomes.filter(({ isGood }) => !isGood);
  for (const { name, output } of failed) console.log(`${styleText('red', `✗ check: ${name}`)}\n${output.trimEnd()}\n`);
  const times = outcomes
    .map(({ name, isGood, seconds }) => `${isGood ? '' : '✗ '}${name} ${seconds.toFixed(1)} s`)
    .join(', ');
  console.log(
    `${failed.length === 0 ? styleText('green', '✓') : styleText('red', '✗')} check ${styleText('dim', times)}`,
  );
  return failed.length === 0;
}

function runCheck({ name, command: [tool = '', ...args] }: Check, root: string): Promise<Outcome> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const path = tool === 'node' ? process.execPath : join(root, 'node_modules/.bin', tool);
    const child = spawn(path, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      const output = Buffer.concat(chunks).toString();
      resolve({ name, isGood: code === 0, output, seconds: (performance.now() - begun) / 1000 });
    });
  });
}

if (import.meta.main) process.exitCode = (await runChecks(process.cwd())) ? 0 : 1;
