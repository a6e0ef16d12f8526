import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDisagreements, type Json } from './recorded-pattern.ts';

const shapes = { task: { id: { $match: '^[0-9]{19}$' }, status: { $type: 'string' }, 'why?': {} } };
const id = '2041112223334445556';

const cases: readonly (readonly [rule: Json, right: unknown, wrong: readonly unknown[]])[] = [
  ['5', '5', [5, '', null]],
  [null, null, [undefined, '', 0]],
  [{ $type: 'integer' }, 3, ['3', 3.5, null]],
  [{ $type: 'object' }, {}, [[], null, '{}']],
  [{ $match: '^a' }, 'ab', ['ba', 1]],
  [{ $startsWith: 'http' }, 'http://x', ['ws://x', null]],
  [{ $oneOf: ['', null] }, null, ['x', undefined]],
  [{ $each: { $type: 'string' }, $min: 1 }, ['x'], [[], [1], 'x', null]],
  [{ $json: { code: 0 } }, '{"code":0}', [{ code: 0 }, '{"code":1}', 'x']],
  [{ a: 1, 'b?': 2 }, { a: 1 }, [{ a: 1, b: 3 }, { b: 2 }, { a: 1, c: 1 }, [1], null]],
  [{ a: 1, c: { $absent: true }, $more: true }, { a: 1, b: 2 }, [{ a: 1, c: null }, { b: 1 }]],
  [
    ['x', { $type: 'number' }],
    ['x', 1],
    [['x'], ['x', 1, 2], ['x', '1']],
  ],
  [{ $shape: 'task', status: 'RUNNING' }, { id, status: 'RUNNING' }, [{ id, status: 'FAILED' }, { status: 'RUNNING' }]],
  [
    { $shape: 'task', why: 'x' },
    { id, status: '', why: 'x' },
    [
      { id, status: '' },
      { id, status: '', why: {} },
    ],
  ],
];

for (const [rule, right, wrongs] of cases) {
  test(`${JSON.stringify(rule)} takes what is right and nothing else`, () => {
    assert.deepEqual(findDisagreements(rule, right, shapes), []);
    for (const wrong of wrongs) {
      assert.notDeepEqual(findDisagreements(rule, wrong, shapes), [], JSON.stringify(wrong));
    }
  });
}

test('a rule or a shape that nobody knows is an error of the fixture', () => {
  assert.throws(() => findDisagreements({ $tpye: 'string' }, {}), /no rule/);
  assert.throws(() => findDisagreements({ $shape: 'tsak' }, {}, shapes), /no shape/);
});
