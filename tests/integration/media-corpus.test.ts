/** Every file of the corpus, through the same door as an input: header, rules, caps, and one decode in a process of its own. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { GatewayError } from '../../src/core/errors.ts';
import type { TenantId } from '../../src/core/ids.ts';
import type { MediaFacts } from '../../src/core/media.ts';
import { storeInput } from '../../src/core/store-media.ts';
import { openFileBlobs } from '../../src/media/blobs/fs.ts';
import { createVerifier } from '../../src/media/decode/index.ts';
import { createProber } from '../../src/media/probe/index.ts';
import { listFiles } from '../support/list-files.ts';
import { badFilms } from '../support/media-corpus/bad-films.ts';
import { badPictures } from '../support/media-corpus/bad-pictures.ts';
import { cutFiles } from '../support/media-corpus/cut.ts';
import { type Canary, disguisedFiles } from '../support/media-corpus/disguised.ts';
import { goodAndLongFilms } from '../support/media-corpus/films.ts';
import { goodPictures } from '../support/media-corpus/good-pictures.ts';
import { type MediaCase, parameters } from '../support/media-corpus/media-case.ts';

/** Each takes at most the 4 s of processor that a decoder has; on a busy machine many wait for one. */
const waitMs = 300_000;
const mostGrowthBytes = 256 * 1024 * 1024;

const stack = new AsyncDisposableStack();
let take: (medium: MediaCase) => Promise<MediaFacts>;
let canary: Canary;
let connections = 0;
let directory: string;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'framegate-media-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  stack.defer(() => void server.close());
  const { port } = server.address() as { port: number };
  canary = { path: join(directory, 'canary'), url: `http://127.0.0.1:${port}` };
  // Nobody writes into it: whoever opens it to read waits until the time is over, and gets the wrong verdict.
  execFileSync('mkfifo', [canary.path]);
  const blobs = await openFileBlobs(directory, randomBytes);
  const world = {
    blobs,
    prober: createProber(blobs),
    verifier: createVerifier(blobs, { ffmpegPath: undefined, searchPath: process.env.PATH ?? '', log: () => {} }),
    clock: { now: () => Date.now() },
    randomBytes,
    policy: { inputLifetimeMs: 1e6, maximumMediaBytes: 1e8 },
  };
  take = async ({ make, field, itemCount = 1 }) => {
    const bytes = await make();
    const signal = AbortSignal.timeout(waitMs);
    const demand = { parameter: parameters[field], isInline: false, itemCount };
    const artifact = await storeInput(world, { tenantId: 'tenant' as TenantId }, demand, [bytes], { signal });
    await blobs.remove(artifact.blobKey, { signal });
    return artifact.facts;
  };
});
after(async () => {
  await stack.disposeAsync();
});

async function verdictOf(medium: MediaCase): Promise<MediaFacts | string> {
  try {
    return await take(medium);
  } catch (error) {
    assert.ok(error instanceof GatewayError, String(error));
    return error.issues[0]?.rule ?? error.code;
  }
}

/** The name and the wrong verdict of every case that got one. */
async function runAll(cases: readonly MediaCase[]): Promise<string[]> {
  const wrong: string[] = [];
  const waiting = [...cases];
  const rssBefore = process.memoryUsage.rss();
  const work = async () => {
    for (let medium = waiting.shift(); medium !== undefined; medium = waiting.shift()) {
      const { name, verdict } = medium;
      const got = await verdictOf(medium);
      if ('breaks' in verdict) {
        const isRight = typeof got === 'string' && (verdict.breaks as readonly string[]).includes(got);
        if (!isRight) wrong.push(`${name}: ${JSON.stringify(got)}, not ${verdict.breaks.join(' or ')}`);
      } else if (typeof got === 'string') wrong.push(`${name}: ${got}, not taken`);
      else {
        const facts = Object.fromEntries(Object.keys(verdict.facts).map((key) => [key, got[key as keyof MediaFacts]]));
        if (JSON.stringify(facts) !== JSON.stringify(verdict.facts)) wrong.push(`${name}: ${JSON.stringify(got)}`);
      }
    }
  };
  await Promise.all([work(), work()]);
  const growth = process.memoryUsage.rss() - rssBefore;
  assert.ok(growth < mostGrowthBytes, `this process grew by ${growth} bytes`);
  return wrong;
}

const goodCases = [...goodPictures, ...goodAndLongFilms];

test('what is within the rules is taken, with its facts', { timeout: 600_000 }, async () => {
  assert.deepEqual(await runAll(goodCases), []);
});

test('what is cut off, lies, bursts or is something else is refused for the right reason', {
  timeout: 600_000,
}, async () => {
  const cases = [...cutFiles, ...badPictures, ...badFilms, ...disguisedFiles(canary)];
  assert.ok(goodCases.filter(({ verdict }) => 'facts' in verdict).length >= 100);
  assert.ok(cases.filter(({ verdict }) => 'breaks' in verdict).length >= 200, `${cases.length} cases`);
  assert.deepEqual(await runAll(cases), []);
});

test('twenty pictures that burst at once: two are decoded, the others wait', { timeout: 600_000 }, async () => {
  const rssBefore = process.memoryUsage.rss();
  const bursting = goodPictures.find(({ name }) => name.startsWith('png of 49 megapixels'));
  assert.ok(bursting);
  const verdicts = await Promise.all(Array.from({ length: 20 }, () => verdictOf(bursting)));
  for (const verdict of verdicts) assert.equal(typeof verdict, 'object', String(verdict));
  assert.ok(process.memoryUsage.rss() - rssBefore < mostGrowthBytes);
});

test('nothing reached for the canary, and nothing was left behind', async () => {
  assert.equal(connections, 0);
  assert.deepEqual(await listFiles(join(directory, 'blobs')), []);
  assert.deepEqual(await readdir(join(directory, 'partial')), []);
});
