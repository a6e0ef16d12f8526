/** Small files of the data directory: the server's secret, and where the command line finds a running server. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const privateMode = 0o600;

/** The secret that signs links: made once, kept for the life of the data directory. */
export function readOrMakeSecret(directory: string, make: () => string): string {
  const path = join(directory, 'secret');
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secret = make();
  const partial = `${path}.partial`;
  writeFileSync(partial, `${secret}\n`, { mode: privateMode });
  renameSync(partial, path);
  return secret;
}

/** How the command line of this machine reaches the server that runs on a data directory. */
export type AdminDoor = { readonly url: string; readonly token: string };

const doorFile = 'admin.json';

export function writeAdminDoor(directory: string, door: AdminDoor): void {
  const path = join(directory, doorFile);
  rmSync(path, { force: true });
  writeFileSync(path, `${JSON.stringify(door)}\n`, { mode: privateMode });
}

/** Undefined when no server has run on this directory. */
export function readAdminDoor(directory: string): AdminDoor | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, doorFile), 'utf8')) as AdminDoor;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
