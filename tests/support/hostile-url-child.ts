/**
 * Sends the whole corpus of hostile URLs through the guard and prints what came of it, as JSON. Meant for a network
 * namespace in which every address is this machine: there each connect succeeds and is seen. Elsewhere (`PLAIN=1`) only the
 * connects that this process begins are counted.
 *
 * Environment: CORPUS_KEY and CORPUS_CERTIFICATE are files for `good.<zone>`; NODE_EXTRA_CA_CERTS must trust it.
 */
import assert from 'node:assert/strict';
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createSecureContext, TLSSocket } from 'node:tls';
import { parseAllowList } from '../../src/media/fetch/address.ts';
import { createFetcher } from '../../src/media/fetch/index.ts';
import { startDnsServer } from './dns-server.ts';
import { answerHostileName, corpusZone, hostileNames, hostileSpellings } from './hostile-urls.ts';

export type CorpusReport = {
  /** URL to what went wrong with it. */
  readonly wrong: Readonly<Record<string, string>>;
  readonly counts: { readonly spellings: number; readonly names: number; readonly redirects: number };
  /** Connects while the corpus ran that did not go to the allowed door: begun by us, and seen by a server. */
  readonly begun: readonly string[];
  readonly seen: readonly string[];
  /** Names that were looked up for URLs which are refused as soon as they are read. */
  readonly lookedUp: readonly string[];
  /** Undefined outside a namespace. */
  readonly namespace?: {
    /** Connects seen that went round the guard, to prove that they would be. */
    readonly canaries: readonly string[];
    readonly good: string;
    /** Where the good download and the rebinding ones were seen to connect. */
    readonly goodConnects: readonly string[];
    /** What the second and third download from a name met whose answer changed after the first. */
    readonly rebound: readonly string[];
    /** What a server met whose certificate is for another name. */
    readonly impostor: string;
  };
};

const publicAddress = '93.184.216.34';
const canaryPorts = [22, 80, 443, 6379, 8080, 8443, 11211];
const statuses = [301, 302, 303, 307, 308];
const isPlain = process.env.PLAIN === '1';

const begun: string[] = [];
subscribe('net.client.socket', (message) => {
  const { socket } = message as { socket: Socket };
  socket.on('connectionAttempt', (address: string, port: number) => begun.push(`${address}:${port}`));
});

const seen: string[] = [];

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((done) => server.listen(port, host, done));
  return (server.address() as AddressInfo).port;
}

/** Answers on every address of the machine, with TLS where that is usual, and says which address was meant. */
async function startCanary(port: number): Promise<Server> {
  const tls = createSecureContext({
    key: readFileSync(process.env.CORPUS_KEY ?? ''),
    cert: readFileSync(process.env.CORPUS_CERTIFICATE ?? ''),
  });
  const server = createServer((socket) => {
    seen.push(`${socket.localAddress?.replace('::ffff:', '')}:${port}`);
    const stream = port === 443 ? new TLSSocket(socket, { isServer: true, secureContext: tls }) : socket;
    stream.on('error', () => socket.destroy());
    stream.once('data', () => stream.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nbytes'));
  });
  await listen(server, port, '::');
  return server;
}

const targets = [...hostileSpellings, ...hostileNames];

/** `/<status>/<index>` redirects to a target, byte for byte as it stands in the corpus. */
function createRedirector(): Server {
  return createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (head) => {
      const [, status, index] = /^GET \/(\d+)\/(\d+) /.exec(head.toString('latin1')) ?? [];
      const location = targets[Number(index)] ?? '';
      socket.end(`HTTP/1.1 ${status} Moved\r\nLocation: ${location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    });
  });
}

const redirector = createRedirector();
const door = `127.0.0.1:${await listen(redirector, 0, '127.0.0.1')}`;
const canaries = isPlain ? [] : await Promise.all(canaryPorts.map(startCanary));
await using names = await startDnsServer((name, lookups) => {
  if (name === `good.${corpusZone}` || name === `impostor.${corpusZone}`) return { addresses: [publicAddress] };
  if (name === `rebind.${corpusZone}`)
    return { addresses: [['127.0.0.1', '169.254.169.254'][lookups - 1] ?? publicAddress] };
  return answerHostileName(name);
});
const fetcher = createFetcher({
  allowList: parseAllowList([door]),
  userAgent: 'Framegate/test',
  dnsServers: [names.address],
});
const signal = AbortSignal.timeout(120_000);

async function download(url: string): Promise<string> {
  const chunks = await Array.fromAsync(fetcher.fetch(url, { signal }));
  return Buffer.concat(chunks).toString();
}

/** The one typed error, or what came instead. */
async function meet(url: string): Promise<string> {
  try {
    return `was fetched: ${(await download(url)).length} bytes`;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return code === 'input_unfetchable' && message === 'could not be fetched' ? 'refused' : String(error);
  }
}

const wrong: Record<string, string> = {};
for (const url of hostileSpellings) {
  assert.throws(() => fetcher.judge(url), { code: 'invalid_input' }, url);
  const met = await meet(url);
  if (met !== 'refused') wrong[url] = met;
}
const lookedUp = [...names.asked];
for (const url of hostileNames) {
  fetcher.judge(url);
  const met = await meet(url);
  if (met !== 'refused') wrong[url] = met;
}
for (const status of statuses) {
  for (const index of targets.keys()) {
    const url = `http://${door}/${status}/${index}`;
    const met = await meet(url);
    if (met !== 'refused') wrong[`${status} to ${targets[index]}`] = met;
  }
}
const beyondDoor = (list: readonly string[]) => list.filter((place) => place !== door);
const report: CorpusReport = {
  wrong,
  counts: {
    spellings: hostileSpellings.length,
    names: hostileNames.length,
    redirects: statuses.length * targets.length,
  },
  begun: beyondDoor(begun),
  seen: [...seen],
  lookedUp,
};

async function lookAround(): Promise<CorpusReport['namespace']> {
  for (const [host, port] of [
    ['169.254.169.254', 80],
    ['10.0.0.1', 443],
    ['fd00:ec2::254', 80],
  ] as const) {
    const socket = connect(port, host);
    await new Promise((done) => socket.once('connect', done));
    socket.destroy();
  }
  while (seen.length < 3) await delay(5);
  const proofs = seen.splice(0);
  const good = await download(`https://good.${corpusZone}/a.png`);
  const first = await meet(`https://rebind.${corpusZone}/`);
  // The certificate is not for this name; that the connect was made is what is counted here.
  assert.equal(first, 'refused');
  const goodConnects = seen.splice(0);
  const rebound = [
    await meet(`https://rebind.${corpusZone}/`),
    await meet(`https://rebind.${corpusZone}/`),
    ...seen.splice(0),
  ];
  return { canaries: proofs, good, goodConnects, rebound, impostor: await meet(`https://impostor.${corpusZone}/`) };
}

const namespace = isPlain ? undefined : await lookAround();
process.stdout.write(JSON.stringify(namespace === undefined ? report : { ...report, namespace }));
redirector.close();
for (const canary of canaries) canary.close();
