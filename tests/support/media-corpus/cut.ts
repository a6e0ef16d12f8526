/** Sound files, cut off at many places. */

import { fastMp4, fragmentedMp4, plainAvi, plainMov, plainMp4 } from './films.ts';
import { animation, picture } from './good-pictures.ts';
import { bad, type MediaCase } from './media-case.ts';

const wholes: readonly (readonly [MediaCase['field'], string, () => Promise<Uint8Array>])[] = [
  ['image', 'png', () => picture(300, 200).png().toBuffer()],
  ['image', 'interlaced png', () => picture(300, 200).png({ progressive: true }).toBuffer()],
  ['image', 'jpeg', () => picture(300, 200).jpeg().toBuffer()],
  ['image', 'progressive jpeg', () => picture(300, 200).jpeg({ progressive: true }).toBuffer()],
  ['image', 'webp', () => picture(300, 200).webp().toBuffer()],
  ['image', 'animated webp', () => animation(200, 150, 4)],
  ['video', 'mp4 with tables last', () => plainMp4()],
  ['video', 'mp4 with tables first', () => fastMp4()],
  ['video', 'fragmented mp4', () => fragmentedMp4()],
  ['video', 'mov', () => plainMov()],
  ['video', 'avi', () => plainAvi()],
];

/** Shares of the whole that are kept; a byte or a few from the end are cut as well. */
const shares = [0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99];
const missing = [1, 5];

export const cutFiles: readonly MediaCase[] = wholes.flatMap(([field, name, make]) => {
  const whole = Promise.withResolvers<Uint8Array>();
  let isMade = false;
  const once = () => {
    if (!isMade) whole.resolve(make());
    isMade = true;
    return whole.promise;
  };
  const cut = (what: string, lengthOf: (length: number) => number) =>
    bad(
      field,
      `${name}, ${what}`,
      async () => {
        const bytes = await once();
        return bytes.subarray(0, lengthOf(bytes.byteLength));
      },
      'truncated',
      'corrupt',
      'unsupported',
    );
  return [
    ...shares.map((share) => cut(`${share} of it`, (length) => Math.floor(length * share))),
    ...missing.map((count) => cut(`without the last ${count}`, (length) => length - count)),
  ];
});
