import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { parseAllowList } from './address.ts';
import { createFetcher } from './index.ts';

const signal = AbortSignal.timeout(60_000);

async function withServer(handle: RequestListener, use: (url: string, door: string) => Promise<void>): Promise<void> {
  const server = createServer(handle);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  try {
    await use(`http://127.0.0.1:${port}`, `127.0.0.1:${port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('an allowed door is fetched from, by name and with identity encoding and nothing else; the same host elsewhere is not', async () => {
  const handle: RequestListener = (request, response) => {
    assert.deepEqual(request.headers, {
      host: request.headers.host,
      accept: '*/*',
      'accept-encoding': 'identity',
      'user-agent': 'Framegate/test',
      connection: 'close',
    });
    assert.equal(request.headers.host, `127.0.0.1:${request.socket.localPort}`);
    assert.equal(request.url, '/a?b=c%20d');
    response.end('bytes');
  };
  await withServer(handle, async (url, door) => {
    const fetcher = createFetcher({ allowList: parseAllowList([door]), userAgent: 'Framegate/test' });
    assert.equal(
      Buffer.concat(await Array.fromAsync(fetcher.fetch(`${url}/a?b=c%20d#e`, { signal }))).toString(),
      'bytes',
    );
    await withServer(handle, async (other) => {
      await assert.rejects(Array.fromAsync(fetcher.fetch(`${other}/a`, { signal })), { code: 'input_unfetchable' });
    });
  });
});

test('redirects are judged again, bounded, and never lead to where the first URL could not', async () => {
  const paths: string[] = [];
  const handle: RequestListener = (request, response) => {
    paths.push(request.url ?? '');
    const target = { '/once': '/end', '/out': 'http://127.0.0.1:1/', '/loop': '/loop', '/file': 'file:///etc/passwd' };
    const location = target[(request.url ?? '') as keyof typeof target];
    if (location === undefined) response.end('end');
    else response.writeHead(302, { location }).end();
  };
  await withServer(handle, async (url, door) => {
    const fetcher = createFetcher({ allowList: parseAllowList([door]), userAgent: 'Framegate/test' });
    const get = (path: string) => Array.fromAsync(fetcher.fetch(url + path, { signal }));
    assert.equal(Buffer.concat(await get('/once')).toString(), 'end');
    for (const path of ['/out', '/file', '/loop']) await assert.rejects(get(path), { code: 'input_unfetchable' }, path);
    assert.ok(paths.filter((path) => path === '/loop').length <= 4);
  });
});

test('whatever goes wrong, the caller learns only that the input could not be fetched', async () => {
  const handle: RequestListener = (request, response) => {
    if (request.url === '/missing') response.writeHead(404).end('secret page');
    else if (request.url === '/encoded') response.setHeader('content-encoding', 'br').end('x');
    else if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    } else response.destroy();
  };
  await withServer(handle, async (url, door) => {
    const fetcher = createFetcher({ allowList: parseAllowList([door, '127.0.0.1:1']), userAgent: 'Framegate/test' });
    for (const target of [`${url}/missing`, `${url}/encoded`, `${url}/cut`, `${url}/reset`, 'http://127.0.0.1:1/']) {
      await assert.rejects(
        Array.fromAsync(fetcher.fetch(target, { signal })),
        { code: 'input_unfetchable', message: 'could not be fetched' },
        target,
      );
    }
  });
});
