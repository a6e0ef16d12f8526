/** The one place where a connection to the outside is made: to an address, never to a name. */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type Address, formatAddress, isSameAddress, parseAddress } from './address-bytes.ts';
import type { Target } from './url.ts';

/** More are not tried: a name with sixty addresses does not buy sixty connects. */
const maximumTries = 3;

/** Tries the addresses in turn, each for its share of `connectMs`. Throws what the last one met. */
export async function connect(
  target: Target,
  addresses: readonly Address[],
  { connectMs, signal }: { readonly connectMs: number; readonly signal: AbortSignal },
): Promise<Socket> {
  const tried = addresses.slice(0, maximumTries);
  let failure: unknown = new Error('no address to connect to');
  for (const address of tried) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(connectMs / tried.length)]);
    try {
      return await connectTo(target, address, limit);
    } catch (error) {
      signal.throwIfAborted();
      failure = error;
    }
  }
  throw failure;
}

async function connectTo({ url, port }: Target, address: Address, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const place = { host: formatAddress(address), port, family: address.family, autoSelectFamily: false };
  const isSecure = url.protocol === 'https:';
  const servername = url.hostname.replace(/^\[|\]$/g, '');
  const socket: Socket | TLSSocket = isSecure
    ? connectTls({
        ...place,
        // An address is checked against the certificate as the host, and is never sent as a name (RFC 6066 3).
        servername: isIP(servername) === 0 ? servername : '',
        ALPNProtocols: ['http/1.1'],
        // Said here so that NODE_TLS_REJECT_UNAUTHORIZED cannot turn it off.
        rejectUnauthorized: true,
      })
    : connectTcp(place);
  const connected = Promise.withResolvers<void>();
  const abort = () => connected.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  // Stays: a reset between two owners of the socket must not end the process; whoever reads or writes meets it again.
  socket.on('error', connected.reject);
  socket.once(isSecure ? 'secureConnect' : 'connect', connected.resolve);
  try {
    await connected.promise;
    const reached = parseAddress(socket.remoteAddress ?? '');
    if (reached === undefined || !isSameAddress(reached, address)) throw new Error('connected to another address');
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
