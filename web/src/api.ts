/** The one client of the pages: the session of the browser is its credential. */
import { type Artifact, createClient, type ListedModel } from '../../sdk/index.ts';

/** Tells the server that a page of its own asks; pages of other origins cannot send it. */
const pageHeaders = { 'x-framegate-page': '1' };

export const client = createClient({ baseUrl: '', headers: pageHeaders });

export type Session = { readonly signed_in: boolean; readonly owner: boolean; readonly version: string };
export type SignIn = { readonly code: string } | { readonly key: string; readonly isOwnerKey: boolean };

const sessionPath = '/ui/session';

export async function readSession(): Promise<Session> {
  const response = await fetch(sessionPath, { headers: pageHeaders });
  return (await response.json()) as Session;
}

/** Undefined when the code or key is no good. */
export async function signIn(given: SignIn): Promise<Session | undefined> {
  const request =
    'code' in given
      ? { path: sessionPath, headers: { 'content-type': 'application/json' }, body: JSON.stringify(given) }
      : {
          path: `${sessionPath}/${given.isOwnerKey ? 'owner' : 'key'}`,
          headers: { authorization: `Bearer ${given.key}` },
        };
  const { path, headers, ...rest } = request;
  const response = await fetch(path, { method: 'POST', headers: { ...pageHeaders, ...headers }, ...rest });
  return response.ok ? ((await response.json()) as Session) : undefined;
}

export async function signOut(): Promise<void> {
  await fetch(sessionPath, { method: 'DELETE', headers: pageHeaders });
}

const mostModels = 1000;
let everyModel: Promise<readonly ListedModel[]> | undefined;

/** Every model of the catalogue, asked for once: it does not change while the server runs. */
export function allModels(): Promise<readonly ListedModel[]> {
  everyModel ??= client
    .call('listModels', { query: { brief: 1, limit: mostModels } })
    .then(({ data }) => data)
    .catch((error: unknown) => {
      everyModel = undefined;
      throw error;
    });
  return everyModel;
}

/** A link of the server as this page may load it: whatever name the server calls itself by, it is the one we came from. */
export function ownPath(url: string): string {
  const { pathname, search } = new URL(url, location.href);
  return pathname.startsWith('/files/') ? pathname + search : url;
}

const artifacts = new Map<string, Promise<Artifact>>();

/** The facts of a stored file, asked for once. */
export function readArtifact(id: string): Promise<Artifact> {
  const known = artifacts.get(id) ?? client.call('getArtifact', { path: { id } });
  artifacts.set(id, known);
  known.catch(() => artifacts.delete(id));
  return known;
}
