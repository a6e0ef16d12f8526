#!/usr/bin/env node
// The command `framegate`: looks at the Node it was started with, then hands over to src/cli/index.ts.
// Plain old JavaScript on purpose: a Node too old to run the gateway must still be able to read this file and say so.
var found = process.versions.node;

/**
 * The gateway's heap, in MiB and percent: little space for young objects, and old ones collected when they have grown by
 * half. Left alone V8 lets both grow to several times what is alive before it looks; the gateway is no slower for it, and
 * its slow answers are quicker (docs/decisions/0044-speed-and-memory.md). V8 reads these only when a process starts.
 */
var heapFlags = ['--max-semi-space-size=8', '--initial-old-space-size=64', '--heap-growing-percent=50'];

/**
 * Becomes the same Node with the flags: the same process, number and files. Where the system cannot do that, or the owner
 * has sized the heap, it goes on as it is.
 */
function sizeHeap() {
  var given = process.execArgv.concat(process.env.NODE_OPTIONS || '').join(' ');
  if (/space-size|heap-growing/.test(given) || process.platform === 'win32' || !process.execve) return;
  var command = [process.execPath].concat(heapFlags, process.execArgv, process.argv.slice(1));
  process.execve(process.execPath, command, process.env);
}

if (Number(found.split('.')[0]) < 24) {
  console.error(
    'framegate needs Node.js 24 or newer but was started with Node.js ' +
      found +
      ': install Node.js 24, or on Linux x64 run "npm ci" in this folder and then "npm start", which brings its own.',
  );
  process.exitCode = 1;
} else {
  if (process.argv[2] === 'start') sizeHeap();
  import('../src/cli/index.ts')
    .then(function (cli) {
      return cli.run(process.argv.slice(2));
    })
    .then(function (exitCode) {
      process.exitCode = exitCode;
    });
}
