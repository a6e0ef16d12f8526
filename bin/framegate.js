#!/usr/bin/env node
// The command `framegate`: looks at the Node it was started with, then hands over to src/cli/index.ts.
// Plain old JavaScript on purpose: a Node too old to run the gateway must still be able to read this file and say so.
var found = process.versions.node;

if (Number(found.split('.')[0]) < 24) {
  console.error(
    'framegate needs Node.js 24 or newer but was started with Node.js ' +
      found +
      ': install Node.js 24, or on Linux x64 run "npm ci" in this folder and then "npm start", which brings its own.',
  );
  process.exitCode = 1;
} else {
  import('../src/cli/index.ts')
    .then(function (cli) {
      return cli.run(process.argv.slice(2));
    })
    .then(function (exitCode) {
      process.exitCode = exitCode;
    });
}
