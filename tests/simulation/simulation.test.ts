/**
 * Thousands of stories, each from one number. SIMULATION_SEEDS says how many; `npm run chaos` takes 100,000. A story that
 * goes wrong is told again by SIMULATION_SEED.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bugs } from './bugs.ts';
import { type Outcome, simulate } from './simulation.ts';

const onlySeed = process.env.SIMULATION_SEED;
const seeds = onlySeed === undefined ? Number(process.env.SIMULATION_SEEDS ?? 2_000) : 1;
const firstSeed = Number(onlySeed ?? 1);
/** The trace before the violation; all of it when one seed is replayed. */
const shownSteps = onlySeed === undefined ? 40 : 10_000;
/** A bug that hides longer than this would not be found by CI either. */
const bugSeeds = 1_000;

function describe(seed: number, { violation, trace, traceHash }: Outcome): string {
  return [
    ...trace.slice(-shownSteps),
    violation?.message,
    `trace ${traceHash}`,
    `Again: SIMULATION_SEED=${seed} npm test -- tests/simulation/simulation.test.ts`,
  ].join('\n');
}

test(`${seeds} seeds: whatever happens, all comes out right`, async () => {
  const tally: Record<string, number> = {};
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const outcome = await simulate(seed);
    if (outcome.violation !== undefined) assert.fail(describe(seed, outcome));
    for (const [what, times] of Object.entries(outcome.tally)) tally[what] = (tally[what] ?? 0) + times;
  }
  if (seeds < 100) return;
  for (const what of ['succeeded', 'failed', 'canceled', 'crashes', 'dead workers', 'jumps', 'lost leases']) {
    assert.ok((tally[what] ?? 0) > seeds / 10, `${what} must happen: ${JSON.stringify(tally)}`);
  }
  for (const what of [
    'broken stores',
    'unknown attempts',
    'replayed answers',
    'refusals for money',
    'attempts again',
  ]) {
    assert.ok((tally[what] ?? 0) > seeds / 100, `${what} must happen: ${JSON.stringify(tally)}`);
  }
});

test('a seed tells the same story every time', async () => {
  for (const seed of [firstSeed, firstSeed + 1, firstSeed + 2]) {
    const [first, second] = [await simulate(seed), await simulate(seed)];
    assert.ok(first.trace.length > 50, `${first.trace.length} steps`);
    assert.deepEqual(second.trace, first.trace);
    assert.equal(second.traceHash, first.traceHash);
  }
  assert.notEqual((await simulate(firstSeed)).traceHash, (await simulate(firstSeed + 1)).traceHash);
});

for (const [name, bug] of Object.entries(bugs)) {
  test(`a planted bug is found: ${name}`, { skip: onlySeed !== undefined && 'one seed is replayed' }, async () => {
    for (let seed = 1; seed <= bugSeeds; seed += 1) {
      const { violation, traceHash } = await simulate(seed, bug);
      if (violation === undefined || !bug.finds.includes(violation.check)) continue;
      assert.equal((await simulate(seed, bug)).traceHash, traceHash, 'a failing seed replays');
      return;
    }
    assert.fail(`${bugSeeds} seeds did not find it`);
  });
}
