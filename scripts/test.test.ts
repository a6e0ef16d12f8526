/** The driver's contract with whoever calls it: the last line and the exit code. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

describe('npm test', () => {
  let root = '';
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'framegate-driver-'));
    await writeFile(join(root, 'package.json'), '{"type":"module"}');
    await writeFile(
      join(root, 'good.test.ts'),
      `import { it } from 'node:test'; it('a', () => {}); it('b', () => {});`,
    );
    await writeFile(
      join(root, 'bad.test.ts'),
      `import { it } from 'node:test'; it('c', () => { throw new Error('no'); });`,
    );
  });
  after(() => rm(root, { recursive: true }));

  const drive = (...files: readonly string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, 'test.ts'), ...files], { cwd: root, encoding: 'utf8' });
  const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

  it('ends with the count and 0 when all is well', () => {
    const { status, stdout } = drive('good.test.ts');
    assert.equal(lastLine(stdout), '2 passed, 0 failed');
    assert.equal(status, 0);
  });

  it('ends with the count and 1 when a test fails, and names the file', () => {
    const { status, stdout } = drive('good.test.ts', 'bad.test.ts');
    assert.equal(lastLine(stdout), '2 passed, 1 failed');
    assert.match(stdout, /bad\.test\.ts: c \(line 1\)\n {4}Error: no/);
    assert.equal(status, 1);
  });

  it('fails on a file that is not there', () => {
    const { status, stdout } = drive('missing.test.ts');
    assert.equal(lastLine(stdout), '0 passed, 1 failed');
    assert.equal(status, 1);
  });
});
