/**
 * The address blocks that are not simply somebody's host on the internet, as data.
 *
 * The rows up to each `added` line are IANA's IPv4 and IPv6 Special-Purpose Address Registries (their state of
 * 2025-10-09) with the registry's names and allocation dates, the globally reachable ones too: none of them is a place
 * where somebody publishes files. Blocks inside other blocks are kept, so that the table can be compared row by row.
 */

export type SpecialBlock = {
  readonly block: string;
  readonly name: string;
  /** Year and month of allocation. */
  readonly allocated: string;
  readonly source: string;
};

const row = (block: string, name: string, allocated: string, source: string): SpecialBlock => ({
  block,
  name,
  allocated,
  source,
});

/** https://www.iana.org/assignments/iana-ipv4-special-registry */
export const specialIpv4Blocks: readonly SpecialBlock[] = [
  row('0.0.0.0/8', '"This network"', '1981-09', 'RFC 791'),
  row('0.0.0.0/32', '"This host on this network"', '1981-09', 'RFC 1122'),
  row('10.0.0.0/8', 'Private-Use', '1996-02', 'RFC 1918'),
  row('100.64.0.0/10', 'Shared Address Space', '2012-04', 'RFC 6598'),
  row('127.0.0.0/8', 'Loopback', '1981-09', 'RFC 1122'),
  row('169.254.0.0/16', 'Link Local', '2005-05', 'RFC 3927'),
  row('172.16.0.0/12', 'Private-Use', '1996-02', 'RFC 1918'),
  row('192.0.0.0/24', 'IETF Protocol Assignments', '2010-01', 'RFC 6890'),
  row('192.0.0.0/29', 'IPv4 Service Continuity Prefix', '2011-06', 'RFC 7335'),
  row('192.0.0.8/32', 'IPv4 dummy address', '2015-03', 'RFC 7600'),
  row('192.0.0.9/32', 'Port Control Protocol Anycast', '2015-10', 'RFC 7723'),
  row('192.0.0.10/32', 'Traversal Using Relays around NAT Anycast', '2017-02', 'RFC 8155'),
  row('192.0.0.170/32', 'NAT64/DNS64 Discovery', '2013-02', 'RFC 8880'),
  row('192.0.0.171/32', 'NAT64/DNS64 Discovery', '2013-02', 'RFC 8880'),
  row('192.0.2.0/24', 'Documentation (TEST-NET-1)', '2010-01', 'RFC 5737'),
  row('192.31.196.0/24', 'AS112-v4', '2014-12', 'RFC 7535'),
  row('192.52.193.0/24', 'AMT', '2014-12', 'RFC 7450'),
  row('192.88.99.0/24', 'Deprecated (6to4 Relay Anycast)', '2001-06', 'RFC 7526'),
  row('192.88.99.2/32', '6a44-relay anycast address', '2012-10', 'RFC 6751'),
  row('192.168.0.0/16', 'Private-Use', '1996-02', 'RFC 1918'),
  row('192.175.48.0/24', 'Direct Delegation AS112 Service', '1996-01', 'RFC 7534'),
  row('198.18.0.0/15', 'Benchmarking', '1999-03', 'RFC 2544'),
  row('198.51.100.0/24', 'Documentation (TEST-NET-2)', '2010-01', 'RFC 5737'),
  row('203.0.113.0/24', 'Documentation (TEST-NET-3)', '2010-01', 'RFC 5737'),
  row('240.0.0.0/4', 'Reserved', '1989-08', 'RFC 1112'),
  row('255.255.255.255/32', 'Limited Broadcast', '1984-10', 'RFC 8190'),
  // added: in a registry of its own
  row('224.0.0.0/4', 'Multicast', '1989-08', 'RFC 5771'),
];

/** https://www.iana.org/assignments/iana-ipv6-special-registry */
export const specialIpv6Blocks: readonly SpecialBlock[] = [
  row('::1/128', 'Loopback Address', '2006-02', 'RFC 4291'),
  row('::/128', 'Unspecified Address', '2006-02', 'RFC 4291'),
  row('::ffff:0:0/96', 'IPv4-mapped Address', '2006-02', 'RFC 4291'),
  row('64:ff9b::/96', 'IPv4-IPv6 Translat.', '2010-10', 'RFC 6052'),
  row('64:ff9b:1::/48', 'IPv4-IPv6 Translat.', '2017-06', 'RFC 8215'),
  row('100::/64', 'Discard-Only Address Block', '2012-06', 'RFC 6666'),
  row('100:0:0:1::/64', 'Dummy IPv6 Prefix', '2025-04', 'RFC 9780'),
  row('2001::/23', 'IETF Protocol Assignments', '2000-09', 'RFC 2928'),
  row('2001::/32', 'TEREDO', '2006-01', 'RFC 4380'),
  row('2001:1::1/128', 'Port Control Protocol Anycast', '2015-10', 'RFC 7723'),
  row('2001:1::2/128', 'Traversal Using Relays around NAT Anycast', '2017-02', 'RFC 8155'),
  row('2001:1::3/128', 'DNS-SD Service Registration Protocol Anycast', '2024-04', 'RFC 9665'),
  row('2001:2::/48', 'Benchmarking', '2008-04', 'RFC 5180'),
  row('2001:3::/32', 'AMT', '2014-12', 'RFC 7450'),
  row('2001:4:112::/48', 'AS112-v6', '2014-12', 'RFC 7535'),
  row('2001:10::/28', 'Deprecated (previously ORCHID)', '2007-03', 'RFC 4843'),
  row('2001:20::/28', 'ORCHIDv2', '2014-07', 'RFC 7343'),
  row('2001:30::/28', 'Drone Remote ID Protocol Entity Tags (DETs) Prefix', '2022-12', 'RFC 9374'),
  row('2001:db8::/32', 'Documentation', '2004-07', 'RFC 3849'),
  row('2002::/16', '6to4', '2001-02', 'RFC 3056'),
  row('2620:4f:8000::/48', 'Direct Delegation AS112 Service', '2011-05', 'RFC 7534'),
  row('3fff::/20', 'Documentation', '2024-07', 'RFC 9637'),
  row('5f00::/16', 'Segment Routing (SRv6) SIDs', '2024-04', 'RFC 9602'),
  row('fc00::/7', 'Unique-Local', '2005-10', 'RFC 4193'),
  row('fe80::/10', 'Link-Local Unicast', '2006-02', 'RFC 4291'),
  // added: deprecated, or in a registry of its own
  row('::/96', 'Deprecated (IPv4-compatible Address)', '2006-02', 'RFC 4291'),
  row('::ffff:0:0:0/96', 'Deprecated (IPv4-translated Address)', '2000-02', 'RFC 2765'),
  row('fec0::/10', 'Deprecated (Site-Local Unicast)', '2004-09', 'RFC 3879'),
  row('ff00::/8', 'Multicast', '2006-02', 'RFC 4291'),
];

/** Where IANA hands out global unicast addresses; the rest of IPv6 is reserved (RFC 4291 2.4). */
export const globalIpv6Block = '2000::/3';

/**
 * Where cloud machines read their credentials: refused even when the owner allows the range, since the guard is all that
 * stands before them. Sources: the vendors' own pages; 168.63.129.16 lies in a public block and answers inside Azure only.
 */
export const metadataAddresses: readonly string[] = [
  // AWS, Google, Azure, Oracle, DigitalOcean, Hetzner, IBM, OpenStack and others
  '169.254.169.254',
  'fd00:ec2::254',
  'fd20:ce::254',
  'fd00:c1::a9fe:a9fe',
  'fe80::a9fe:a9fe',
  // AWS ECS tasks and EKS pods
  '169.254.170.2',
  '169.254.170.23',
  'fd00:ec2::23',
  // Azure, Alibaba, Tencent, Volcengine, Oracle classic, Scaleway, Rancher
  '168.63.129.16',
  '100.100.100.200',
  '169.254.0.23',
  '100.96.0.96',
  '192.0.0.192',
  '169.254.42.42',
  'fd00:42::42',
  '169.254.169.250',
];

/** Names of the same services, refused with everything below them. */
export const metadataNames: readonly string[] = [
  'metadata.google.internal',
  'metadata.goog',
  'metadata.azure.internal',
  'metadata.azure.com',
  'metadata.tencentyun.com',
  'metadata.packet.net',
  'metadata.platformequinix.com',
  'instance-data.ec2.internal',
  'instance-data',
  'rancher-metadata',
];
