/**
 * Whether an address may be fetched from: IANA's special-purpose blocks may not, unless the owner allowed them.
 * Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries, RFC 6890.
 */
import { BlockList, isIP, isIPv4 } from 'node:net';
import { GatewayError } from '../../core/errors.ts';

const specialV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** Global unicast is 2000::/3; inside it these are special, or carry an IPv4 address that could be anything. */
const specialV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];
const globalV6 = blockList(['2000::/3']);
const special = blockList([...specialV4, ...specialV6]);
/** Cloud metadata services, refused even when the owner allows their range. */
const metadata = blockList(['169.254.169.254/32', '169.254.170.2/32', '100.100.100.200/32', 'fd00:ec2::254/128']);

function blockList(blocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', bits] = block.split('/');
    list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** What the owner allows although it is private: `host:port` names one door, a CIDR block all ports of its addresses. */
export type AllowList = { allowsDoor(host: string, port: number): boolean; allowsAddress(address: string): boolean };

/** Throws GatewayError `invalid_request` naming an entry that is neither `host:port` nor a CIDR block. */
export function parseAllowList(entries: readonly string[]): AllowList {
  const doors = new Set<string>();
  const blocks: string[] = [];
  for (const entry of entries) {
    const [address = '', bits = ''] = entry.split('/');
    const version = isIP(address);
    if (version !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)) blocks.push(entry);
    else if (/^(\[[0-9a-f:.]+\]|[a-z0-9.-]+):\d{1,5}$/i.test(entry)) doors.add(entry.toLowerCase());
    else
      throw new GatewayError('invalid_request', `"${entry}" is neither host:port nor a CIDR block such as 10.0.0.0/8.`);
  }
  const list = blockList(blocks);
  return {
    allowsDoor: (host, port) => doors.has(`${host.toLowerCase()}:${port}`),
    allowsAddress: (address) => isIn(list, address),
  };
}

function isIn(list: BlockList, address: string): boolean {
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

export function isMetadataAddress(address: string): boolean {
  return isIn(metadata, address);
}

/** Whether the address is one that anybody on the internet could reach. */
export function isPublicAddress(address: string): boolean {
  if (isIn(special, address)) return false;
  return isIPv4(address) || isIn(globalV6, address);
}
