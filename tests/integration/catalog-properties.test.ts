/** Every model in every dialect: what its fields allow is taken, and one broken rule is refused with the field's name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readCatalog } from '../../src/catalog.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { checkInput } from '../../src/core/input.ts';
import { inputSchema, type ModelView } from '../../src/core/view.ts';
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
