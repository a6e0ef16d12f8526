/** `framegate keys`: makes, lists and revokes the keys of a tenant. */
import { GatewayError } from '../core/errors.ts';
import { micros, parseDollars, toDollars } from '../core/money.ts';
import { type AskServer, connectAdmin, findTenant } from './admin-client.ts';
import { formatTable, sayUsage, splitArguments } from './arguments.ts';
import type { Command } from './command.ts';

type WireKey = {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly scopes: readonly string[];
  readonly spend_cap_micros: number | null;
  readonly spent_micros: number;
  readonly concurrency: number | null;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly last_used_at: string | null;
};
type Options = Readonly<Record<string, string>>;

const usage = [
  'keys list <tenant>',
  'keys create <tenant> <name> [--scopes read,submit] [--cap <usd>] [--concurrency <n>] [--expires <date>]',
  'keys revoke <tenant> <key id>',
];

function readBody(name: string, { scopes, cap, concurrency, expires }: Options): Record<string, unknown> {
  const capMicros = cap === undefined ? null : parseDollars(cap);
  if (capMicros === undefined) throw new GatewayError('invalid_input', '--cap must be an amount in US dollars.');
  const expiresAt = expires === undefined ? null : new Date(expires);
  if (Number.isNaN(expiresAt?.getTime()))
    throw new GatewayError('invalid_input', '--expires must be a date or a time.');
  return {
    name,
    spend_cap_micros: capMicros,
    concurrency: concurrency === undefined ? null : Number(concurrency),
    expires_at: expiresAt?.toISOString() ?? null,
    ...(scopes === undefined ? {} : { scopes: scopes.split(',') }),
  };
}

function describe(key: WireKey): string[] {
  const dollars = (amount: number) => String(toDollars(micros(amount)));
  const isExpired = key.expires_at !== null && Date.parse(key.expires_at) <= Date.now();
  const state = key.revoked_at === null ? (isExpired ? 'expired' : 'good') : 'revoked';
  const cap = key.spend_cap_micros === null ? '' : ` of ${dollars(key.spend_cap_micros)}`;
  const spent = dollars(key.spent_micros) + cap;
  return [
    key.id,
    key.name,
    key.hint,
    key.scopes.join(','),
    spent,
    String(key.concurrency ?? ''),
    key.last_used_at ?? 'never',
    state,
  ];
}

async function list(ask: AskServer, path: string): Promise<void> {
  const { data } = (await ask('GET', path)) as { readonly data: readonly WireKey[] };
  console.log(
    formatTable([
      ['ID', 'NAME', 'BEGINS', 'SCOPES', 'SPENT (USD)', 'AT ONCE', 'LAST USED', 'STATE'],
      ...data.map(describe),
    ]),
  );
}

export const keys: Command = {
  summary: "Make, list or revoke a tenant's keys",
  usage,
  async run(argv) {
    const { words, own, flags } = splitArguments(argv, ['scopes', 'cap', 'concurrency', 'expires']);
    const [verb, tenant, subject, ...rest] = words;
    const wantsSubject = verb === 'create' || verb === 'revoke';
    if (tenant === undefined || rest.length > 0 || !(verb === 'list' || wantsSubject)) return sayUsage(usage);
    if ((subject !== undefined) !== wantsSubject) return sayUsage(usage);
    if (verb !== 'create' && Object.keys(own).length > 0) return sayUsage(usage);
    const body = verb === 'create' ? readBody(subject ?? '', own) : undefined;
    const ask = await connectAdmin(flags);
    const path = `/v1/admin/tenants/${(await findTenant(ask, tenant)).id}/keys`;
    if (verb === 'list') await list(ask, path);
    else if (verb === 'create') {
      const { key } = (await ask('POST', path, body)) as { readonly key: string };
      console.error('The key is shown once and kept only as a hash:');
      console.log(key);
    } else {
      await ask('POST', `${path}/${encodeURIComponent(subject ?? '')}/revoke`);
      console.log(`${subject} is revoked`);
    }
    return 0;
  },
};
