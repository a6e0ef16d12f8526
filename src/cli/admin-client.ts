/** Asks the server that runs on this data directory, through its admin API. */
import { resolve } from 'node:path';
import { loadConfig } from '../config.ts';
import { GatewayError } from '../core/errors.ts';
import { readAdminDoor } from '../local-files.ts';

const answerMs = 60_000;

/** Resolves with the parsed answer; throws GatewayError with the server's own sentence when it refuses. */
export type AskServer = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) => Promise<unknown>;

/** `flags` are those of the settings. Throws GatewayError `engine_unavailable` when no server answers. */
export async function connectAdmin(flags: readonly string[]): Promise<AskServer> {
  const { values } = await loadConfig(flags, process.env, process.cwd());
  const door = readAdminDoor(resolve(values.data));
  const nobody = (cause?: unknown) =>
    new GatewayError('engine_unavailable', 'No server runs on this data directory; `framegate start` starts one.', {
      cause,
    });
  return async (method, path, body) => {
    if (door === undefined) throw nobody();
    let response: Response;
    try {
      // Trusted: the address is in a file that only the owner of the data directory can write.
      response = await fetch(door.url + path, {
        method,
        headers: { authorization: `Bearer ${door.token}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(answerMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw nobody(error);
    }
    if (response.status === 204) return undefined;
    const answer = (await response.json()) as { readonly error?: { readonly message?: string } };
    if (response.ok) return answer;
    throw new GatewayError('forbidden', answer.error?.message ?? `The server answered ${response.status} to ${path}.`);
  };
}

type Named = { readonly id: string; readonly name: string };

/** The tenant of this id or, where it is the only one so called, of this name. Throws GatewayError `not_found`. */
export async function findTenant(ask: AskServer, text: string): Promise<Named> {
  const { data } = (await ask('GET', '/v1/admin/tenants')) as { readonly data: readonly Named[] };
  const byId = data.find(({ id }) => id === text);
  if (byId !== undefined) return byId;
  const [first, ...more] = data.filter(({ name }) => name === text);
  if (first === undefined) throw new GatewayError('not_found', `There is no tenant "${text}".`);
  if (more.length > 0)
    throw new GatewayError('conflict', `${more.length + 1} tenants are called "${text}"; use an id.`);
  return first;
}
