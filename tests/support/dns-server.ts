/** A name server on this machine that says what a test wants: over UDP, one answer a question, never cached. */
import { createSocket } from 'node:dgram';
import { parseAddress } from '../../src/media/fetch/address-bytes.ts';

/** The addresses of both families; `via` are the names of a CNAME chain before them. Undefined: there is no such name. */
export type DnsAnswer =
  | { readonly addresses: readonly string[]; readonly via?: readonly string[] }
  | 'silence'
  | undefined;

export type DnsServer = AsyncDisposable & {
  /** `address:port`. */
  readonly address: string;
  /** Every name that was asked for, once for each question. */
  readonly asked: readonly string[];
};

const typeA = 1;
const typeAaaa = 28;
const typeCname = 5;
const headBytes = 12;
const recursionFlags = 0x8180;
const noSuchName = 3;

/** `lookups` counts how often the name was looked up before, both families together being one. */
export async function startDnsServer(answer: (name: string, lookups: number) => DnsAnswer): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  const counts = new Map<string, number>();
  socket.on('message', (query, peer) => {
    const { name, type, end } = readQuestion(query);
    asked.push(name);
    const key = `${name} ${type}`;
    const lookups = counts.get(key) ?? 0;
    counts.set(key, lookups + 1);
    const said = answer(name, lookups);
    if (said !== 'silence')
      socket.send(encodeAnswer(query.subarray(0, end), name, type, said), peer.port, peer.address);
  });
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((done) => socket.close(() => done()));
    },
  };
}

function readQuestion(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = headBytes;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function encodeAnswer(question: Buffer, name: string, type: number, said: Exclude<DnsAnswer, 'silence'>): Buffer {
  const head = Buffer.from(question.subarray(0, headBytes));
  const chain = [name, ...(said?.via ?? [])];
  const aliases = chain.slice(1).map((to, index) => encodeRecord(chain[index] ?? '', typeCname, encodeName(to)));
  const addresses = (said?.addresses ?? []).flatMap((text) => {
    const address = parseAddress(text);
    if (address === undefined || (address.family === 4 ? typeA : typeAaaa) !== type) return [];
    return [encodeRecord(chain.at(-1) ?? '', type, Buffer.from(address.bytes.slice(address.family === 4 ? 12 : 0)))];
  });
  head.writeUInt16BE(recursionFlags | (said === undefined ? noSuchName : 0), 2);
  head.writeUInt16BE(aliases.length + addresses.length, 6);
  head.writeUInt16BE(0, 8);
  head.writeUInt16BE(0, 10);
  return Buffer.concat([head, question.subarray(headBytes), ...aliases, ...addresses]);
}

function encodeName(name: string): Buffer {
  return Buffer.concat([
    ...name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'latin1')]),
    Buffer.from([0]),
  ]);
}

function encodeRecord(owner: string, type: number, data: Buffer): Buffer {
  const fields = Buffer.alloc(10);
  fields.writeUInt16BE(type, 0);
  fields.writeUInt16BE(1, 2);
  fields.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodeName(owner), fields, data]);
}
