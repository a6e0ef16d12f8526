import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inPromptOrder, subjectName, subjectsOf, withoutNames } from './subjects.ts';

const subjects = subjectsOf({ subjects: [{ name: 'cat' }, { id: 'cats' }, { name: '猫' }, { name: 'unnamed' }] });
const source = (field: string) => ({ medium: { field } });
const all = [
  source('subjects[3].images'),
  source('subjects[0].images'),
  source('subjects[0].videos'),
  source('subjects[1].images'),
  source('subjects[2].images'),
];
const orderFor = (prompt: string) =>
  inPromptOrder(all, subjects, prompt).map(({ medium }) => medium.field.slice(9, 10));

test('references come in the order in which the prompt names their subjects, and the others after them', () => {
  assert.deepEqual(orderFor('@cats chase [@cat], then @猫在跑'), ['1', '0', '0', '2', '3']);
  assert.deepEqual(orderFor('@猫 and @cat'), ['2', '0', '0', '1', '3']);
  assert.deepEqual(orderFor('nobody'), ['0', '0', '1', '2', '3']);
});

test('a name is no word of the prompt, and plain references have none', () => {
  assert.equal(withoutNames('@cats and @cat pan', subjects), '      and      pan');
  assert.deepEqual(subjectName({ field: 'subjects[1].images' }, subjects), { subject: 'cats' });
  assert.deepEqual(subjectName({ field: 'images' }, subjects), {});
  assert.deepEqual(subjectsOf({}), []);
});
