/** The photographs that the repository ships, as bytes and as data URIs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = join(import.meta.dirname, '../../examples/photos');

export function readPhoto(name: string): Buffer {
  return readFileSync(join(directory, name));
}

export function photoDataUri(name: string): string {
  const type = name.endsWith('.png') ? 'image/png' : 'image/jpeg';
  return `data:${type};base64,${readPhoto(name).toString('base64')}`;
}
