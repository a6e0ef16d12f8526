/** Whether an address may be fetched from: special-purpose blocks may not, unless the owner allowed them. */
import { GatewayError } from '../../core/errors.ts';
import {
  type Address,
  type Block,
  ipv4Address,
  isInBlock,
  isSameAddress,
  parseAddress,
  parseBlock,
} from './address-bytes.ts';
import { globalIpv6Block, metadataAddresses, specialIpv4Blocks, specialIpv6Blocks } from './special-blocks.ts';

/** For the tables of this room, which are known to be right. */
function mustParse<Value>(parse: (text: string) => Value | undefined, text: string): Value {
  const value = parse(text);
  if (value === undefined) throw new Error(`${text} is neither an address nor a block`);
  return value;
}

const toBlock = (text: string) => mustParse(parseBlock, text);
const special = [...specialIpv4Blocks, ...specialIpv6Blocks].map(({ block, name }) => ({
  name,
  block: toBlock(block),
}));
const globalIpv6 = toBlock(globalIpv6Block);
const metadata = metadataAddresses.map((text) => mustParse(parseAddress, text));

/** The registry's name for what the address is; undefined for one that anybody on the internet could reach. */
export function specialNameOf(address: Address): string | undefined {
  const found = special.find(({ block }) => isInBlock(address, block));
  if (found !== undefined) return found.name;
  return address.family === 4 || isInBlock(address, globalIpv6) ? undefined : 'Reserved by IETF';
}

export function isMetadataAddress(address: Address): boolean {
  return metadata.some((one) => isSameAddress(one, address));
}

type Carrier = {
  readonly block: Block;
  readonly carried: (bytes: readonly number[]) => readonly (readonly number[])[];
};

const at =
  (...places: readonly number[]) =>
  (bytes: readonly number[]) => [places.map((place) => bytes[place] ?? 0)];
const last = at(12, 13, 14, 15);
const isZero = (bytes: readonly number[]) => bytes.every((byte) => byte === 0);

/** The IPv6 blocks whose addresses have IPv4 addresses in them. */
const carriers: readonly Carrier[] = [
  { block: toBlock('::ffff:0:0/96'), carried: last },
  // `::` and `::1` are not IPv4 addresses (RFC 4291 2.5.5.1).
  { block: toBlock('::/96'), carried: (bytes) => (isZero(bytes.slice(0, 15)) ? [] : last(bytes)) },
  { block: toBlock('::ffff:0:0:0/96'), carried: last },
  { block: toBlock('64:ff9b::/96'), carried: last },
  // Networks choose the prefix length; each puts the address elsewhere and zeros where it is not (RFC 6052 2.2).
  {
    block: toBlock('64:ff9b:1::/48'),
    carried: (bytes) =>
      [at(6, 7, 9, 10), at(7, 9, 10, 11), at(9, 10, 11, 12), last]
        .flatMap((read) => read(bytes))
        .filter((inner) => !isZero(inner)),
  },
  { block: toBlock('2002::/16'), carried: at(2, 3, 4, 5) },
  // The server, and the client with its bits turned round (RFC 4380 4).
  {
    block: toBlock('2001::/32'),
    carried: (bytes) => [...at(4, 5, 6, 7)(bytes), ...last(bytes).map((inner) => inner.map((byte) => byte ^ 0xff))],
  },
];

/** ISATAP interface identifiers stand below any prefix (RFC 5214 6.1). */
function isIsatap({ family, bytes }: Address): boolean {
  return (
    family === 6 && (bytes[8] === 0 || bytes[8] === 2) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe
  );
}

/** The IPv4 addresses inside an IPv6 address, to which a translator, tunnel or dual-stack socket may take packets. */
export function carriedAddresses(address: Address): readonly Address[] {
  const carried = carriers.flatMap(({ block, carried }) => (isInBlock(address, block) ? carried(address.bytes) : []));
  return [...carried, ...(isIsatap(address) ? last(address.bytes) : [])].map(ipv4Address);
}

/** What the owner allows although it is private: `host:port` names one door, a CIDR block all its addresses. */
export type AllowList = {
  /** `host` as the WHATWG URL parser writes it, an IPv6 address in brackets. */
  allowsDoor(host: string, port: number): boolean;
  allowsAddress(address: Address): boolean;
};

/** Throws GatewayError `invalid_request` naming an entry that is neither `host:port` nor a CIDR block. */
export function parseAllowList(entries: readonly string[]): AllowList {
  const doors = new Set<string>();
  const blocks: Block[] = [];
  for (const entry of entries) {
    const block = parseBlock(entry);
    const door = block === undefined ? parseDoor(entry) : undefined;
    if (block !== undefined) blocks.push(block);
    else if (door !== undefined) doors.add(door);
    else
      throw new GatewayError('invalid_request', `"${entry}" is neither host:port nor a CIDR block such as 10.0.0.0/8.`);
  }
  return {
    allowsDoor: (host, port) => doors.has(`${host}:${port}`),
    allowsAddress: (address) => blocks.some((block) => isInBlock(address, block)),
  };
}

/** In the spelling that URLs have once they are parsed. */
function parseDoor(entry: string): string | undefined {
  const [, host = '', port = ''] = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+):([1-9]\d{0,4})$/i.exec(entry) ?? [];
  if (host === '' || Number(port) > 65_535 || !URL.canParse(`http://${host}/`)) return undefined;
  return `${new URL(`http://${host}/`).hostname.replace(/\.$/, '')}:${port}`;
}

/**
 * Whether packets to the address, and to every address inside it, may be sent. An allowed block allows what it holds and
 * not what that carries: who allows a NAT64 prefix has not allowed loopback through it.
 */
export function isReachable(address: Address, allowList: AllowList, isDoorAllowed: boolean): boolean {
  const isFine = (one: Address) =>
    !isMetadataAddress(one) && (isDoorAllowed || specialNameOf(one) === undefined || allowList.allowsAddress(one));
  return [address, ...carriedAddresses(address)].every(isFine);
}
