import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dialect } from '../dialects/dialect.ts';
import { readDoors } from './doors.ts';

const dialects = [{ name: 'native' }, { name: 'vidu' }] as Dialect[];
const [native, vidu] = dialects;

test('an API may have host names and ports of its own', () => {
  assert.deepEqual(readDoors(['vidu=Vidu.Example.org', 'native=:8788', 'vidu=:0'], dialects), [
    { dialect: vidu, host: 'vidu.example.org' },
    { dialect: native, port: 8788 },
    { dialect: vidu, port: 0 },
  ]);
  assert.deepEqual(readDoors([], dialects), []);
});

for (const entry of [
  'vidu',
  'vidu=',
  'vidu=:',
  'vidu=:x',
  'vidu=:123456',
  'other=:1',
  'vidu=a/b',
  '=host',
  'vidu=:70000',
]) {
  test(`${entry} is refused, and quoted`, () => {
    assert.throws(
      () => readDoors([entry], dialects),
      (error: Error) => error.message.includes(JSON.stringify(entry)),
    );
  });
}
