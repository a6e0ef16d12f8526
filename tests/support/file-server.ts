/** A server of files on this machine, in the place of the hosts that documents' examples name. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type FileServer = AsyncDisposable & {
  readonly url: string;
  /** `host:port`, as allow lists take it. */
  readonly door: string;
};

/** `files` by path with its slash; `moved` by path, to where it went. */
export async function startFileServer(
  files: Readonly<Record<string, Uint8Array>>,
  moved: Readonly<Record<string, string>> = {},
): Promise<FileServer> {
  const server = createServer(({ url = '' }, response) => {
    const path = url.split('?')[0] ?? '';
    const target = moved[path];
    const bytes = files[path];
    if (target !== undefined) response.writeHead(302, { location: target }).end();
    else if (bytes !== undefined) response.end(bytes);
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const door = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${door}`,
    door,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
