/** The command before the gateway: on a Node that is too old, pretended or wherever PATH has one, and with its flags. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'node:test';
import { heapFlags } from '../bench/server.ts';
import { startGatewayProcess } from '../tests/support/gateway-process.ts';

const command = join(import.meta.dirname, 'framegate.js');
/** Runs before the command and makes the process believe it is an older one; the command itself is untouched. */
const pretendOld = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });`;

describe('framegate', () => {
  it('says in one sentence what a too old Node lacks, and exits 1', () => {
    assertRefusal(
      spawnSync(process.execPath, ['--import', pretendOld, command, 'start'], { encoding: 'utf8' }),
      '20.20.2',
    );
  });

  it('starts the gateway with a heap of its own size', {
    skip: process.platform !== 'linux' && 'only Linux tells',
  }, async () => {
    await using gateway = await startGatewayProcess();
    const command = readFileSync(`/proc/${gateway.process.pid}/cmdline`, 'utf8').split('\0');
    assert.deepEqual(command.slice(1, 1 + heapFlags.length), heapFlags);
  });

  for (const node of findOldNodes()) {
    it(`says the same on the real ${node.version} of this machine`, () => {
      assertRefusal(spawnSync(node.path, [command, 'start'], { encoding: 'utf8' }), node.version.slice(1));
    });
  }
});

function assertRefusal(run: { status: number | null; stdout: string; stderr: string }, version: string): void {
  assert.equal(run.stdout, '');
  assert.match(run.stderr, /^framegate needs Node\.js 24 or newer .*: install Node\.js 24.*\.\n$/);
  assert.ok(run.stderr.includes(`was started with Node.js ${version}:`), run.stderr);
  assert.equal(run.status, 1);
}

/** Nodes on PATH from 12.17 (the first that reads this package's modules without a flag) up to 23. */
function findOldNodes(): { path: string; version: string }[] {
  const paths = (process.env.PATH ?? '').split(delimiter).map((directory) => join(directory, 'node'));
  const found = new Map<string, string>();
  for (const path of paths.filter((candidate) => existsSync(candidate))) {
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim();
    const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
    if (major < 24 && (major > 12 || (major === 12 && minor >= 17))) found.set(version, path);
  }
  return [...found].map(([version, path]) => ({ version, path }));
}
