/** What a machine without the packages, and without a way to install them, is told. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { it } from 'node:test';

const script = join(import.meta.dirname, 'system-packages.ts');
const run = (groups: readonly string[], path: string) =>
  spawnSync(process.execPath, [script, ...groups], { encoding: 'utf8', env: { PATH: path } });

it('names what is missing, what it is for and the command that brings it, and exits 1', () => {
  const { status, stderr } = run(['test', 'bench'], '/nowhere');
  assert.match(
    stderr,
    /^ {2}ffmpeg: .+\n( {2}[a-z0-9-]+: .+\n)* {2}wrk: .+\nInstall them with: .*apt-get install .* ffmpeg .*wrk\n$/m,
  );
  assert.equal(status, 1);
});

it('is silent when nothing is missing', () => {
  const { status, stdout, stderr } = run(['test'], process.env.PATH ?? '');
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
});

it('refuses a group it does not know', () => {
  const { status, stderr } = run(['tests'], '/nowhere');
  assert.match(stderr, /no group of system packages called tests/);
  assert.equal(status, 1);
});
