import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCatalog } from '../catalog.ts';
import { GatewayError } from './errors.ts';
import { checkInput } from './input.ts';

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

test('a choice may be sent by its place in the list where clients do so', () => {
  const numbered = catalog.view('runninghub', 'rhart-image/z-image/turbo');
  const ratioOf = (select: unknown) =>
    checkInput(numbered, { '10##text': 'a', '28##select': select }, []).input.aspect_ratio;
  assert.deepEqual(['5', 5, '16:9', 1].map(ratioOf), ['16:9', '16:9', '16:9', '1:1']);
  for (const select of ['0', '8', '05', 1.5, -1, true]) {
    assert.equal(issuesOf({ '10##text': 'a', '28##select': select }, numbered).length, 1, String(select));
  }
});
