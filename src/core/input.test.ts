import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCatalog } from '../catalog.ts';
import { GatewayError } from './errors.ts';
import { checkInput } from './input.ts';
import { micros } from './money.ts';
import { quote } from './price.ts';

const catalog = readCatalog();
const view = catalog.view('runcomfy', 'vidu/q2/reference-to-image');
const native = catalog.view('native', 'vidu/q2/reference-to-image');

function issuesOf(value: unknown, of = view): string[] {
  try {
    checkInput(of, value, []);
  } catch (error) {
    assert.ok(error instanceof GatewayError);
    assert.equal(error.code, 'invalid_input');
    return error.issues.map(({ message }) => message);
  }
  return [];
}

test('defaults are filled in, demo values are not, and unknown keys are ignored where vendors ignore them', () => {
  const checked = checkInput(view, { prompt: 'a cat', extra: 1 }, []);
  assert.deepEqual(checked.input, { prompt: 'a cat', aspect_ratio: '16:9', resolution: '1080p' });
  assert.deepEqual(checked.media, []);
  assert.equal(checked.seed, 0);
});

test('every broken rule names its field, the rule and the value', () => {
  const cases: [unknown, string][] = [
    [{}, 'prompt is required.'],
    [{ prompt: '' }, 'prompt must have at least 1 characters; it has 0.'],
    [{ prompt: 'x'.repeat(1501) }, 'prompt may have at most 1500 characters; it has 1501.'],
    [{ prompt: 5 }, 'prompt must be of type string; it is 5.'],
    [{ prompt: 'a', images: [] }, 'images must have at least 1 items when it is given; it has 0.'],
    [{ prompt: 'a', images: Array(8).fill('u') }, 'images may have at most 7 items; it has 8.'],
    [{ prompt: 'a', images: ['u', 3] }, 'images[1] must be of type string; it is 3.'],
    [{ prompt: 'a', aspect_ratio: '5:4' }, 'aspect_ratio must be one of 16:9, 9:16, 1:1; it is "5:4".'],
    [{ prompt: 'a', seed: 1.5 }, 'seed must be of type integer; it is 1.5.'],
    [{ prompt: 'a', seed: -1 }, 'seed must be at least 0; it is -1.'],
    [[], 'The body must be of type object; it is [].'],
    [null, 'The body must be of type object; it is null.'],
  ];
  for (const [value, message] of cases) assert.deepEqual(issuesOf(value), [message]);
  assert.deepEqual(issuesOf({ prompt: 'a', typo: 1 }, native), ['typo is not a field of this input.']);
});

test('a prompt is counted in code points, not in UTF-16 units or graphemes', () => {
  assert.deepEqual(issuesOf({ prompt: '😀'.repeat(1500) }), []);
  assert.deepEqual(issuesOf({ prompt: '😀'.repeat(1501) }), ['prompt may have at most 1500 characters; it has 1501.']);
});

test('a value is shown back cut short', () => {
  const [message = ''] = issuesOf({ prompt: 'a', aspect_ratio: 'x'.repeat(5_000) });
  assert.ok(message.length < 250);
});

test('every model has a price for each of its choices, at both ends of its numbers', () => {
  for (const one of catalog.views('native')) {
    const { parameters } = one;
    const values = (name: string): unknown[] => {
      const parameter = parameters[name];
      if (parameter?.enum !== undefined) return parameter.enum;
      if (parameter?.type === 'media')
        return [parameter.required ? parameter.minItems : 0, parameter.maxItems].map((n) => Array(n).fill('u'));
      if (parameter?.type === 'integer' && name !== 'seed') return [parameter.minimum, parameter.maximum];
      return [undefined];
    };
    let inputs: Record<string, unknown>[] = [parameters.prompt === undefined ? {} : { prompt: 'a' }];
    for (const name of Object.keys(parameters)) {
      if (name === 'prompt') continue;
      inputs = inputs.flatMap((input) =>
        values(name).map((value) => (value === undefined ? input : { ...input, [name]: value })),
      );
    }
    const terms = { rate: { microsPerDollar: micros(7_100_000), date: '2026-11-21' }, discounts: [] };
    for (const input of inputs) {
      assert.ok(quote(one.model, checkInput(one, input, []), terms).totalMicros > 0, JSON.stringify(input));
    }
  }
});
