/** Addresses and blocks of addresses as bytes: what is compared is where packets go, not how somebody spelled it. */

export type Address = {
  readonly family: 4 | 6;
  /** Sixteen; an IPv4 address stands in the last four, after the prefix of mapped addresses (RFC 4291 2.5.5.2). */
  readonly bytes: readonly number[];
};

/** All addresses of the family that share the first `prefixBits` of sixteen bytes. */
export type Block = Address & { readonly prefixBits: number };

const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff] as const;
const byteBits = 8;
const ipv4Offset = mappedPrefix.length;

/** Undefined unless it is four decimal numbers, or IPv6 as RFC 4291 2.2 writes it; a zone (`%eth0`) is neither. */
export function parseAddress(text: string): Address | undefined {
  const four = parseIpv4(text);
  if (four !== undefined) return ipv4Address(four);
  const bytes = parseIpv6(text);
  return bytes === undefined ? undefined : { family: 6, bytes };
}

/** `bytes` are the four of an IPv4 address. */
export function ipv4Address(bytes: readonly number[]): Address {
  return { family: 4, bytes: [...mappedPrefix, ...bytes] };
}

function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  const isByte = (part: string) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255;
  return parts.length === 4 && parts.every(isByte) ? parts.map(Number) : undefined;
}

function parseIpv6(text: string): readonly number[] | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0 || (tail !== undefined && head.includes('.'))) return undefined;
  const before = parseGroups(head);
  const after = parseGroups(tail ?? '');
  if (before === undefined || after === undefined) return undefined;
  const missing = 16 - before.length - after.length;
  // `::` stands for one group of zeros at least.
  if (tail === undefined ? missing !== 0 || head === '' : missing < 2) return undefined;
  return [...before, ...new Array<number>(missing).fill(0), ...after];
}

/** Groups of four hexadecimal digits, the last of which may be an IPv4 address. */
function parseGroups(text: string): readonly number[] | undefined {
  const groups = text === '' ? [] : text.split(':');
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    const inner = index === groups.length - 1 ? parseIpv4(group) : undefined;
    if (inner !== undefined) bytes.push(...inner);
    else if (/^[0-9a-f]{1,4}$/i.test(group)) bytes.push(...splitGroup(Number.parseInt(group, 16)));
    else return undefined;
  }
  return bytes;
}

const splitGroup = (group: number) => [group >> byteBits, group & 0xff];

/** As sockets take it. */
export function formatAddress({ family, bytes }: Address): string {
  if (family === 4) return bytes.slice(ipv4Offset).join('.');
  return Array.from({ length: 8 }, (_, group) =>
    (((bytes[2 * group] ?? 0) << byteBits) | (bytes[2 * group + 1] ?? 0)).toString(16),
  ).join(':');
}

export function isSameAddress(one: Address, other: Address): boolean {
  return one.family === other.family && one.bytes.every((byte, index) => byte === other.bytes[index]);
}

/** `10.0.0.0/8` or `2001:db8::/32`. Undefined when it is neither. */
export function parseBlock(text: string): Block | undefined {
  const [start = '', length = '', ...more] = text.split('/');
  const address = parseAddress(start);
  if (address === undefined || more.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const offsetBits = address.family === 4 ? ipv4Offset * byteBits : 0;
  const prefixBits = Number(length) + offsetBits;
  return prefixBits <= 128 ? { ...address, prefixBits } : undefined;
}

export function isInBlock(address: Address, block: Block): boolean {
  if (address.family !== block.family) return false;
  const wholeBytes = Math.floor(block.prefixBits / byteBits);
  for (let index = 0; index < wholeBytes; index += 1) {
    if (address.bytes[index] !== block.bytes[index]) return false;
  }
  const dropped = byteBits - (block.prefixBits % byteBits);
  return (
    dropped === byteBits || (address.bytes[wholeBytes] ?? 0) >> dropped === (block.bytes[wholeBytes] ?? 0) >> dropped
  );
}
