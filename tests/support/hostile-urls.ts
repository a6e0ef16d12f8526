/** URLs that a guarded download must never follow: spellings first, then names whose DNS answers are the attack. */
import type { DnsAnswer } from './dns-server.ts';

/** Everything the corpus looks up lies below this name, which exists on the test's own name server only. */
export const corpusZone = 'framegate-corpus.net';

/** Hosts that a URL parser turns into an address or a name nobody may reach. */
const hosts: readonly string[] = [
  // loopback and private IPv4: decimal, octal, hexadecimal, short, padded, mixed
  ...['127.0.0.1', '127.1', '127.0.1', '127.255.255.254', '0.0.0.0', '0', '00', '0x0', '2130706433', '017700000001'],
  ...['0x7f000001', '0x7F.0x0.0x0.0x1', '0x7f.1', '0177.0.0.1', '0177.0.0.01', '00000177.0.0.1', '0x7f.0.0.01'],
  ...['127.0.0.1.', '10.0.0.1', '0xa.1', '012.0.0.1', '167772161', '172.16.0.1', '172.31.255.255', '0xac100001'],
  ...['192.168.0.1', '0xc0a80001', '3232235521', '192.168.257', '100.64.0.1', '198.18.0.1', '203.0.113.7'],
  ...['224.0.0.1', '240.0.0.1', '255.255.255.255', '0xffffffff', '4294967295', '192.0.0.1', '192.88.99.1'],
  // percent-encoded, full-width, other digits and dots, invisible characters
  ...['%31%32%37.0.0.1', '127%2e0%2e0%2e1', '%6c%6f%63%61%6c%68%6f%73%74', '１２７.０.０.１', '127。0。0。1'],
  ...[
    '127．0．0．1',
    '127｡0｡0｡1',
    '①②⑦.⓪.⓪.①',
    '𝟏𝟐𝟕.𝟎.𝟎.𝟏',
    '𝟷𝟸𝟽.𝟶.𝟶.𝟷',
    '0𝔵7f000001',
    '127.0.0.\u00ad1',
    '127.0.\u200b0.1',
  ],
  // localhost and look-alikes
  ...[
    'localhost',
    'LOCALHOST',
    'localhost.',
    'localhost..',
    'a.localhost',
    'a.b.localhost.',
    'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
    'ｌｏｃａｌｈｏｓｔ',
  ],
  ...[
    'local\u00adhost',
    'ℓocalhost',
    'loc\u200dalhost',
    'lοcalhost',
    'lосаlhоst',
    'ĺocalhost',
    'localhoſt',
    'xn--lcalhost-0oh',
  ],
  ...['localhost6', 'ip6-localhost', 'ip6-loopback', 'localhost.localdomain'],
  // names that are local by meaning, and names without a dot
  ...[
    'printer.local',
    'printer.local.',
    'db.internal',
    'host.docker.internal',
    'router.home.arpa',
    'nas.lan',
    'a.intranet',
  ],
  ...[
    'a.corp',
    'a.home',
    'a.private',
    'a.test',
    'a.invalid',
    'a.example',
    'a.onion',
    'a.alt',
    '1.0.0.127.in-addr.arpa',
  ],
  ...[
    'intranet',
    'redis',
    'kubernetes',
    'kubernetes.default.svc',
    'a.default.svc.cluster.local',
    'vault.service.consul',
  ],
  // metadata services of clouds, by address and by name
  ...[
    '169.254.169.254',
    '169.254.169.254.',
    '0xa9fea9fe',
    '2852039166',
    '0251.0376.0251.0376',
    '169.254.43518',
    '169.16689662',
  ],
  ...[
    '169.254.170.2',
    '169.254.170.23',
    '100.100.100.200',
    '168.63.129.16',
    '0xa83f8110',
    '169.254.0.23',
    '100.96.0.96',
  ],
  ...['192.0.0.192', '169.254.42.42', '169.254.169.250', '[fd00:ec2::254]', '[fd00:ec2::23]', '[fd20:ce::254]'],
  ...[
    '[fd00:42::42]',
    '[fe80::a9fe:a9fe]',
    '[fd00:c1::a9fe:a9fe]',
    'metadata',
    'metadata.google.internal',
    'metadata.goog',
  ],
  ...['METADATA.GOOG.', 'a.metadata.goog', 'metadata.azure.internal', 'metadata.tencentyun.com', 'metadata.packet.net'],
  ...['metadata.platformequinix.com', 'instance-data', 'instance-data.ec2.internal', 'rancher-metadata'],
  // IPv6, plain and carrying IPv4
  ...[
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[0000:0000::0001]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::FFFF:10.0.0.1]',
  ],
  ...[
    '[::ffff:169.254.169.254]',
    '[::ffff:8.8.8.8]',
    '[::127.0.0.1]',
    '[::7f00:1]',
    '[::ffff:0:127.0.0.1]',
    '[::ffff:0:a9fe:a9fe]',
  ],
  ...[
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b:1::7f00:1]',
    '[64:ff9b:1:a9fe:a9:fe00::]',
    '[64:ff9b:1:7f00:0:100::]',
  ],
  ...[
    '[2002:7f00:1::]',
    '[2002:a9fe:a9fe::1]',
    '[2002:c0a8:1::1]',
    '[2001:0:7f00:1::]',
    '[2001::80ff:fffe]',
    '[2001:0:808:808::5601:5601]',
  ],
  ...['[2606:4700::5efe:127.0.0.1]', '[2606:4700::200:5efe:a9fe:a9fe]', '[2606:4700::5efe:a00:1]'],
  ...[
    '[fc00::1]',
    '[fdff::1]',
    '[fe80::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[100::1]',
    '[100:0:0:1::1]',
    '[2001:db8::1]',
    '[3fff::1]',
  ],
  ...['[5f00::1]', '[2001:10::1]', '[2001:20::1]', '[2001:2::1]', '[4000::1]', '[2620:4f:8000::1]', '[::2]', '[1::1]'],
  // zones, broken brackets, broken numbers
  ...[
    '[fe80::1%25eth0]',
    '[fe80::1%eth0]',
    '[::1%25lo]',
    '[::1',
    '::1',
    '[127.0.0.1]',
    '[::ffff:127.0.0.1.]',
    '[::1]1',
    '[]',
  ],
  ...[
    '127.0.0.1.1',
    '256.256.256.256',
    '127.0.0.256',
    '0x7f.0x',
    '1.2.3.08',
    '127.0.0.1%00',
    '127.0.0.1%0a',
    '127.0.0.1%20',
  ],
  // empty labels and names too long
  ...[`a..${corpusZone}`, `.${corpusZone}`, `${corpusZone}..`, '.', '..', `${'a'.repeat(64)}.${corpusZone}`],
  ...[
    `${'a.'.repeat(120)}${corpusZone}`,
    `-a.${corpusZone}`,
    `a-.${corpusZone}`,
    `a*b.${corpusZone}`,
    `a!b.${corpusZone}`,
  ],
];

/** Whole URLs: users, separators, ports, schemes, white space. */
const spellings: readonly string[] = [
  ...[`https://${corpusZone}@127.0.0.1/`, `https://${corpusZone}:443@127.0.0.1/`, 'https://127.0.0.1@localhost/'],
  ...[
    `https://user@${corpusZone}/`,
    `https://user:password@${corpusZone}/`,
    `https://:@127.0.0.1/`,
    'https://a@b@127.0.0.1/',
  ],
  ...[
    `https://127.0.0.1\\@${corpusZone}/`,
    `https:\\\\127.0.0.1\\`,
    `https://localhost\\.${corpusZone}/`,
    'https:/\\127.0.0.1/',
  ],
  ...[`https://127.0.0.1#@${corpusZone}/`, `https://127.0.0.1?@${corpusZone}/`, `https://localhost/@${corpusZone}`],
  ...['https:127.0.0.1/', 'https:/127.0.0.1/', 'https:///127.0.0.1/', 'https:////127.0.0.1/', 'HTTPS://127.0.0.1/'],
  ...[
    'https://127.0.\t0.1/',
    'https://127.0.\n0.1/',
    'https://127.0.0.1\r\n/',
    '\thttps://127.0.0.1/',
    ' https://127.0.0.1/',
  ],
  ...[
    'https://127.0.0.1/ HTTP/1.1',
    'https://local host/',
    'https://127.0.0.1\u0000/',
    'https://[::1]\u0000/',
    '\u0001https://localhost/',
  ],
  ...[
    `https://${corpusZone}:80/`,
    `https://${corpusZone}:22/`,
    `https://${corpusZone}:6379/`,
    `https://${corpusZone}:8443/`,
  ],
  ...[
    `https://${corpusZone}:0/`,
    `https://${corpusZone}:65536/`,
    `https://${corpusZone}:-1/`,
    `https://${corpusZone}:443a/`,
  ],
  ...[
    'https://127.0.0.1:443/',
    'https://127.0.0.1:22/',
    'https://[::1]:6379/',
    'https://localhost:8080/',
    'https://2130706433:443/',
  ],
  ...[
    `http://${corpusZone}/`,
    `http://${corpusZone}:443/`,
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://169.254.169.254/latest/meta-data/',
  ],
  ...['http://metadata.google.internal/computeMetadata/v1/', 'http://100.100.100.200/latest/meta-data/'],
  ...[
    'file:///etc/passwd',
    'file://localhost/etc/passwd',
    'ftp://127.0.0.1/',
    'gopher://127.0.0.1:6379/_INFO',
    'dict://127.0.0.1:11211/',
  ],
  ...[
    'ldap://127.0.0.1/',
    'ws://127.0.0.1/',
    'wss://127.0.0.1/',
    'blob:https://127.0.0.1/a',
    'data:text/plain,a',
    'javascript:alert(1)',
  ],
  ...[
    'unix:/var/run/docker.sock',
    'http+unix://%2fvar%2frun%2fdocker.sock/info',
    'http://unix:/var/run/docker.sock:/info',
  ],
  ...[
    'jar:https://127.0.0.1!/',
    'view-source:https://127.0.0.1/',
    'netdoc:///etc/passwd',
    'tftp://127.0.0.1/',
    'sftp://127.0.0.1/',
  ],
  ...[
    'https://',
    'https:',
    'https://#',
    'https://?',
    'https://@',
    'https://:443/',
    '//127.0.0.1/',
    `https://127.0.0.1/${'a'.repeat(2048)}`,
  ],
];

/** Refused as soon as they are read: no name is looked up for them. */
export const hostileSpellings: readonly string[] = [...hosts.map((host) => `https://${host}/latest`), ...spellings];

const sixty = (address: string) => [...Array.from({ length: 59 }, (_, index) => `93.184.216.${index + 1}`), address];

/** Names below the zone, and what its name server says of them. No answer may lead to a connect. */
export const hostileAnswers: Readonly<Record<string, DnsAnswer>> = {
  loopback: { addresses: ['127.0.0.1'] },
  private: { addresses: ['10.0.0.1'] },
  'private-172': { addresses: ['172.16.0.9'] },
  'private-192': { addresses: ['192.168.1.1'] },
  shared: { addresses: ['100.64.0.1'] },
  metadata: { addresses: ['169.254.169.254'] },
  alibaba: { addresses: ['100.100.100.200'] },
  wireserver: { addresses: ['168.63.129.16'] },
  zero: { addresses: ['0.0.0.0'] },
  broadcast: { addresses: ['255.255.255.255'] },
  loopback6: { addresses: ['::1'] },
  unspecified6: { addresses: ['::'] },
  local6: { addresses: ['fd00::1'] },
  link6: { addresses: ['fe80::1'] },
  metadata6: { addresses: ['fd00:ec2::254'] },
  mapped: { addresses: ['::ffff:127.0.0.1'] },
  'mapped-public': { addresses: ['::ffff:93.184.216.34'] },
  compatible: { addresses: ['::127.0.0.1'] },
  nat64: { addresses: ['64:ff9b::7f00:1'] },
  'nat64-local': { addresses: ['64:ff9b:1::a9fe:a9fe'] },
  sixtofour: { addresses: ['2002:7f00:1::1'] },
  teredo: { addresses: ['2001:0:808:808::80ff:fffe'] },
  isatap: { addresses: ['2606:4700::5efe:7f00:1'] },
  mixed: { addresses: ['93.184.216.34', '127.0.0.1'] },
  'mixed-last': { addresses: ['127.0.0.1', '93.184.216.34'] },
  'mixed-families': { addresses: ['93.184.216.34', '::1'] },
  'mixed-other-way': { addresses: ['10.0.0.1', '2606:4700::1111'] },
  sixty: { addresses: sixty('10.0.0.1') },
  alias: { addresses: ['127.0.0.1'], via: ['localhost'] },
  'alias-metadata': { addresses: ['169.254.169.254'], via: ['metadata.google.internal'] },
  'alias-chain': { addresses: ['192.168.0.1'], via: [`a.${corpusZone}`, `b.${corpusZone}`, `c.${corpusZone}`] },
  'alias-mixed': { addresses: ['93.184.216.34', '192.168.0.1'], via: [`a.${corpusZone}`] },
  empty: { addresses: [] },
};

export const hostileNames: readonly string[] = Object.keys(hostileAnswers).map(
  (name) => `https://${name}.${corpusZone}/a.png`,
);

export function answerHostileName(name: string): DnsAnswer {
  const label = name.endsWith(`.${corpusZone}`) ? name.slice(0, -corpusZone.length - 1) : '';
  return Object.hasOwn(hostileAnswers, label) ? hostileAnswers[label] : undefined;
}
