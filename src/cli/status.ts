/** `framegate status`: what the server that runs on this data directory says of itself. */
import { resolve } from 'node:path';
import { loadConfig } from '../config.ts';
import { GatewayError } from '../core/errors.ts';
import { type AdminDoor, readAdminDoor } from '../local-files.ts';
import type { Command } from './command.ts';

const answerMs = 10_000;

/** Asks the running server. Throws GatewayError `engine_unavailable` when none answers. */
async function askServer(door: AdminDoor | undefined, path: string): Promise<unknown> {
  const nobody = (cause?: unknown) =>
    new GatewayError('engine_unavailable', 'No server runs on this data directory; `framegate start` starts one.', {
      cause,
    });
  if (door === undefined) throw nobody();
  let response: Response;
  try {
    // Trusted: the address is in a file that only the owner of the data directory can write.
    response = await fetch(door.url + path, {
      headers: { authorization: `Bearer ${door.token}` },
      signal: AbortSignal.timeout(answerMs),
    });
  } catch (error) {
    throw nobody(error);
  }
  if (!response.ok) throw new GatewayError('forbidden', `The server answered ${response.status} to ${path}.`);
  return await response.json();
}

export const status: Command = {
  summary: 'Ask the running server how it is',
  async run(flags) {
    const { values } = await loadConfig(flags, process.env, process.cwd());
    console.log(JSON.stringify(await askServer(readAdminDoor(resolve(values.data)), '/v1/admin/status'), null, 2));
    return 0;
  },
};
