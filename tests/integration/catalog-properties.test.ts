/** Every model in every dialect: what its fields allow is taken, and one broken rule is refused with the field's name. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { readCatalog } from '../../src/catalog.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { checkInput } from '../../src/core/input.ts';
import { inputSchema, isFilledIn, type ModelView } from '../../src/core/view.ts';
import { mutationsOf, validInputs } from '../support/view-inputs.ts';

const catalog = readCatalog();
const dialects = ['native', 'runcomfy', 'vidu', 'vtrix', 'runninghub'];
const runsOfEach = 8;

function problemOf(view: ModelView, input: unknown): GatewayError | undefined {
  try {
    checkInput(view, input, []);
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

for (const dialect of dialects) {
  const views = catalog.views(dialect).filter(({ model }) => model.isOpen !== true);

  test(`${dialect}: valid inputs of ${views.length} models are taken`, () => {
    for (const view of views) {
      fc.assert(
        fc.property(validInputs(view), (input) => {
          const problem = problemOf(view, input);
          assert.equal(problem, undefined, `${view.name}: ${problem?.message} ${JSON.stringify(input)}`);
        }),
        { numRuns: runsOfEach },
      );
    }
  });

  test(`${dialect}: one broken rule is refused, and the field is named`, () => {
    let count = 0;
    for (const view of views) {
      const [valid = {}] = fc.sample(validInputs(view), { numRuns: 1, seed: 7 });
      for (const { field, kind, apply } of mutationsOf(view)) {
        const problem = problemOf(view, apply(valid));
        assert.ok(problem !== undefined, `${view.name}: ${field} ${kind} was taken`);
        assert.equal(problem.code, 'invalid_input');
        assert.ok(
          problem.issues.some(({ path }) => path[0] === field),
          `${view.name}: ${field} ${kind} was called ${problem.message}`,
        );
        assert.ok(problem.message.includes(field), `${view.name}: ${problem.message}`);
        count += 1;
      }
    }
    assert.ok(count >= views.length);
  });
}

test('a key that a model does not know is refused or ignored with a warning, as the dialect has it', () => {
  for (const dialect of dialects) {
    for (const view of catalog.views(dialect)) {
      if (view.model.isOpen === true) continue;
      const [valid = {}] = fc.sample(validInputs(view), { numRuns: 1, seed: 3 });
      const input = { ...valid, no_such_field: 1 };
      if (inputSchema(view).additionalProperties === false) {
        assert.deepEqual(problemOf(view, input)?.issues[0]?.rule, 'unknown', view.name);
      } else {
        assert.match(checkInput(view, input, []).warnings[0] ?? '', /^no_such_field is not a field/);
      }
    }
  }
});

test('RunningHub: what is required and has a default is filled in; what has none is missing by rule', () => {
  const seen = { filled: 0, missing: 0 };
  for (const view of catalog.views('runninghub').filter(({ model }) => model.isOpen !== true)) {
    const [valid = {}] = fc.sample(validInputs(view), { numRuns: 1, seed: 5 });
    for (const [name, field] of Object.entries(view.fields)) {
      if (field.required !== true || field.of === undefined) continue;
      const { [name]: _left, ...input } = valid;
      if (isFilledIn(field)) {
        assert.equal(checkInput(view, input, []).input[field.of], field.default, `${view.name}: ${name}`);
        seen.filled += 1;
      } else {
        const rules = problemOf(view, input)?.issues.map(({ path, rule }) => `${path.join('.')} ${rule}`);
        assert.deepEqual(rules, [`${name} required`], view.name);
        seen.missing += 1;
      }
    }
  }
  assert.ok(seen.filled > 100 && seen.missing > 100, JSON.stringify(seen));
});

test('where no code may be made from strings, as in a page with a strict policy, the same is checked', () => {
  const script = `
    import { readCatalog } from './src/catalog.ts';
    import { checkInput, prepareView } from './src/core/input.ts';
    const view = readCatalog().view('vidu', 'reference2video/viduq2-pro');
    const rules = (input) => { try { checkInput(view, input, []); return []; } catch (error) { return error.issues; } };
    const url = 'https://example.org/a.png';
    const [good, bad] = [{ prompt: 'a', images: [url] }, { prompt: 'a', images: [url], duration: 11 }].map(rules);
    const isCompiled = prepareView(view).validator.IsAccelerated();
    console.log(JSON.stringify({ isCompiled, good, bad: bad.map(({ path, rule }) => path + ' ' + rule) }));
  `;
  const flags = ['--disallow-code-generation-from-strings', '--input-type=module-typescript', '--eval', script];
  const options = { encoding: 'utf8', cwd: join(import.meta.dirname, '../..') } as const;
  const answer = JSON.parse(execFileSync(process.execPath, flags, options)) as unknown;
  assert.deepEqual(answer, { isCompiled: false, good: [], bad: ['duration maximum'] });
});
