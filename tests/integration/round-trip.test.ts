/**
 * Every model in every pair of dialects that offer it: a valid request of one, read and written anew for the other, asks
 * for the same thing there; what the other has no words for is named, and is nothing else.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { readCatalog } from '../../src/catalog.ts';
import { type CheckedInput, checkInput, type MediaText } from '../../src/core/input.ts';
import { type ModelView, viewNames } from '../../src/core/view.ts';
import { encodeInput } from '../../src/core/wire-input.ts';
import { anyInputs, validInputs } from '../support/view-inputs.ts';

const catalog = readCatalog();
const runsOfEach = 12;

/** As RunComfy's dialect reads it unless its owner says otherwise: seed 0 asks for any. */
function asSpoken(view: ModelView): ModelView {
  const { seed } = view.fields;
  if (view.dialect !== 'runcomfy' || seed === undefined) return view;
  return { ...view, fields: { ...view.fields, seed: { ...seed, automatic: 0 } } };
}

const pairs = catalog.models.flatMap((model) => {
  const views = viewNames(model).map(({ dialect, name }) => asSpoken(catalog.view(dialect, name)));
  return views.flatMap((from) => views.filter((to) => to !== from).map((to) => ({ from, to })));
});

function isValid(view: ModelView, request: unknown): boolean {
  try {
    checkInput(view, request, []);
    return true;
  } catch {
    return false;
  }
}

/** What was asked for but what `unsaid` names, in a form that compares. */
function asked({ input, seed, media }: CheckedInput, unsaid: readonly string[]) {
  const isSaid = (name: string) => !unsaid.includes(name);
  /** Where a place has no role, the order counts and not the number. */
  const placeOf = ({ field, index, parameter }: MediaText) =>
    parameter.roles === undefined
      ? media.filter((other) => other.field === field && other.index < index).length
      : index;
  return {
    input: Object.fromEntries(Object.entries(input).filter(([name]) => isSaid(name))),
    seed: isSaid('seed') ? seed : undefined,
    media: media
      .filter(({ field }) => isSaid(field.split('[')[0] ?? field))
      .map((medium) => `${medium.field} ${placeOf(medium)} ${medium.text}`)
      .sort(),
  };
}

/** Whether what is asked of one parameter, beside all that can be said, is understood as it was asked. */
function isSayable(to: ModelView, name: string, read: CheckedInput): boolean {
  const words = Object.entries(to.fields).filter(([, { of }]) => of === name);
  const value = name === 'seed' ? read.seed : read.input[name];
  if (words.length === 0 || value === undefined) return false;
  const { body } = encodeInput(to, read);
  return words.some(([field]) => {
    try {
      const { input, seed } = checkInput(to, { ...body, [field]: value }, []);
      return isDeepStrictEqual(name === 'seed' ? seed : input[name], value);
    } catch {
      return false;
    }
  });
}

test(`${pairs.length} pairs: what is said is the same, what is not said is named`, () => {
  let whole = 0;
  let partial = 0;
  for (const { from, to } of pairs) {
    fc.assert(
      fc.property(fc.oneof(validInputs(from), anyInputs(from)), (request) => {
        if (!isValid(from, request)) return;
        const label = `${from.dialect} ${from.name} to ${to.dialect} ${to.name}: ${JSON.stringify(request)}`;
        const read = checkInput(from, request, []);
        const { body, unsaid } = encodeInput(to, read);
        for (const name of unsaid) {
          assert.ok(Object.hasOwn(from.model.parameters, name), `${label}: ${name} is no parameter`);
          assert.ok(!isSayable(to, name, read), `${label}: ${name} can be said`);
          assert.ok(!Object.keys(body).some((key) => to.fields[key]?.of === name), `${label}: ${name} is said`);
        }
        // Without what cannot be said, what is needed may be missing.
        if (unsaid.length > 0 && !isValid(to, body)) {
          partial += 1;
          return;
        }
        const again = checkInput(to, body, []);
        assert.deepEqual(asked(again, unsaid), asked(read, unsaid), label);
        if (unsaid.length === 0) whole += 1;
        else partial += 1;
      }),
      { numRuns: runsOfEach },
    );
  }
  // Most requests can be said in full wherever their model is offered; a function that names everything would pass else.
  assert.ok(whole > 2 * partial, `${whole} in full, ${partial} in part`);
});
