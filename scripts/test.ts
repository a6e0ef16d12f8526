/**
 * `npm test`: system packages, then `check`, then every test file; `npm test -- path/to/file.test.ts ...` runs only those.
 *
 * Failures are shown in full, with the file. The very last line is `N passed, N failed`; a failing check, a skipped test
 * without a written reason, a leaked handle or a left-over process each count as failed. Exits 1 if anything failed.
 */
import { globSync } from 'node:fs';
import { delimiter, join, relative, resolve } from 'node:path';
import { styleText } from 'node:util';
import { buildWeb } from './build-web.ts';
import { runChecks } from './check.ts';
import { ensureSystemPackages } from './system-packages.ts';
import { type FileResult, runTestFile } from './test-file.ts';

const testFiles = '{src,sdk,tests,scripts,bin,bench,examples}/**/*.test.ts';
/** Files that run at once: the machines we care about have two cores. */
const concurrency = 2;
const fileTimeoutMs = Number(process.env.TEST_FILE_TIMEOUT_MS ?? 10 * 60_000);
const slowestShown = 10;
/** A file quicker than this is never worth a line in the list of slow ones. */
const slowFromMs = 1_000;

type Totals = { passed: number; failed: number };

async function main(): Promise<void> {
  const root = process.cwd();
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());
  // Tests start `node` by name, and must get the Node that runs this.
  process.env.PATH = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);

  const totals: Totals = { passed: 0, failed: 0 };
  const chosen = process.argv.slice(2).map((path) => relative(root, resolve(path)));
  try {
    ensureSystemPackages(['test']);
    // Else every gateway that a test starts would build them by itself.
    await buildWeb();
    if (chosen.length === 0 && !(await runChecks(root))) totals.failed += 1;
    await runFiles(root, chosen.length > 0 ? chosen : globSync(testFiles, { cwd: root }).sort(), totals, interruption);
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
    totals.failed += 1;
  }
  if (interruption.signal.aborted) totals.failed += 1;
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  process.exitCode = totals.failed === 0 ? 0 : 1;
}

async function runFiles(
  root: string,
  files: readonly string[],
  totals: Totals,
  { signal }: AbortController,
): Promise<void> {
  if (files.length === 0) throw new Error('There are no test files.');
  const waiting = [...files];
  const results: FileResult[] = [];
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined && !signal.aborted; file = waiting.shift()) {
      const result = await runTestFile(file, { root, timeoutMs: fileTimeoutMs, signal });
      results.push(result);
      totals.passed += result.passed;
      totals.failed += countFailed(result);
      showFile(result);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  showSlowest(results);
}

/** What a file printed is shown with its failures but is not one of them. */
function countFailed({ failures }: FileResult): number {
  return failures.filter(({ isOutput }) => !isOutput).length;
}

function showFile(result: FileResult): void {
  const isGood = countFailed(result) === 0;
  const mark = isGood ? styleText('green', '✓') : styleText('red', '✗');
  const failed = isGood ? '' : `, ${countFailed(result)} failed`;
  console.log(`${mark} ${result.file} ${styleText('dim', `${result.passed} passed${failed}, ${seconds(result)}`)}`);
  for (const line of result.excused) console.log(`    ${styleText('yellow', '-')} ${line}`);
  for (const { title, detail } of result.failures) {
    console.log(`\n  ${styleText('red', result.file)}: ${title}`);
    if (detail !== '') console.log(detail.replaceAll(/^/gm, '    '));
  }
  if (!isGood) console.log('');
}

function showSlowest(results: readonly FileResult[]): void {
  const slow = results.filter(({ durationMs }) => durationMs >= slowFromMs).sort((a, b) => b.durationMs - a.durationMs);
  if (slow.length === 0) return;
  console.log('\nSlowest files:');
  for (const result of slow.slice(0, slowestShown)) console.log(`  ${seconds(result).padStart(8)}  ${result.file}`);
  console.log('');
}

function seconds({ durationMs }: FileResult): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}

await main();
