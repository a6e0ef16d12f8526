/** Plants ways to reach the network past the guarded download and looks whether the linter reports each. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';

const root = join(import.meta.dirname, '..');
const directory = mkdtempSync(join(tmpdir(), 'framegate-lint-'));
after(() => rmSync(directory, { recursive: true }));

const uses = (name: string, module: string) => `import { ${name} } from '${module}';\n\nexport const used = ${name};\n`;

const forbidden = [
  "export const used = fetch('https://example.org');\n",
  "export const used = new WebSocket('wss://example.org');\n",
  uses('connect', 'node:net'),
  uses('createConnection', 'node:net'),
  uses('Socket', 'node:net'),
  uses('connect', 'node:tls'),
  uses('request', 'node:http'),
  uses('get', 'node:http'),
  uses('request', 'node:https'),
  uses('get', 'node:https'),
  uses('connect', 'node:http2'),
  uses('request', 'undici'),
  "import net from 'node:net';\n\nexport const used = net;\n",
  "import * as http from 'node:http';\n\nexport const used = http;\n",
];
const allowed = [
  uses('isIP', 'node:net'),
  uses('createServer', 'node:http'),
  "import type { Server } from 'node:http';\n\nexport type Used = Server;\n",
];

function lint(file: string, source: string): readonly string[] {
  const path = join(directory, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, source);
  const run = spawnSync(
    join(root, 'node_modules/.bin/biome'),
    ['lint', '--vcs-enabled=false', '--reporter=json', file],
    {
      cwd: directory,
      encoding: 'utf8',
    },
  );
  rmSync(path);
  assert.notEqual(run.stdout, '', run.stderr);
  const { diagnostics } = JSON.parse(run.stdout) as { diagnostics: readonly { category: string }[] };
  return diagnostics.map(({ category }) => category);
}

test('outside the guarded download no file can make a connection of its own', () => {
  cpSync(join(root, 'biome.json'), join(directory, 'biome.json'));
  for (const room of ['src/http', 'src/engines/one', 'src/worker', 'src/media/probe']) {
    for (const source of room === 'src/http' ? forbidden : forbidden.slice(0, 3)) {
      const found = lint(`${room}/a.ts`, source);
      assert.ok(
        found.some((rule) => rule.startsWith('lint/style/noRestricted')),
        `${room}: ${source} ${found}`,
      );
    }
  }
  for (const source of allowed) assert.deepEqual(lint('src/http/a.ts', source), [], source);
  for (const source of forbidden.slice(0, 12)) assert.deepEqual(lint('src/media/fetch/a.ts', source), [], source);
});
