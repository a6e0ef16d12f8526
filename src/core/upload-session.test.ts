import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanFileStem } from './upload-session.ts';

test('a name keeps what is harmless', () => {
  const cleaned = {
    'photo.png': 'photo',
    'My holiday (3).final.JPG': 'My-holiday-3-final',
    '/home/me/photo.png': 'photo',
    'C:\\me\\photo': 'photo',
    '../..': '',
    '.htaccess': '',
    '写真.png': '',
    'a"\r\nb.png': 'a-b',
  };
  for (const [name, stem] of Object.entries(cleaned)) assert.equal(cleanFileStem(name), stem, name);
});

test('whatever it is made of, a name is letters, digits and dashes, and not long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
      assert.match(cleanFileStem(name), /^([0-9A-Za-z]([0-9A-Za-z_-]{0,78}[0-9A-Za-z])?)?$/);
    }),
  );
});
