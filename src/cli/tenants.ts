/** `framegate tenants`: lists and makes tenants. */
import { micros, toDollars } from '../core/money.ts';
import { connectAdmin } from './admin-client.ts';
import { formatTable, sayUsage, splitArguments } from './arguments.ts';
import type { Command } from './command.ts';

type WireTenant = { readonly id: string; readonly name: string; readonly balance_micros: number };

const usage = ['tenants list', 'tenants create <name>'];

export const tenants: Command = {
  summary: 'List or make tenants',
  usage,
  async run(argv) {
    const { words, flags } = splitArguments(argv);
    const [verb, name, ...rest] = words;
    const isList = verb === 'list' && name === undefined;
    const isCreate = verb === 'create' && name !== undefined && rest.length === 0;
    if (!isList && !isCreate) return sayUsage(usage);
    const ask = await connectAdmin(flags);
    if (isCreate) {
      const { id } = (await ask('POST', '/v1/admin/tenants', { name })) as WireTenant;
      console.log(id);
      return 0;
    }
    const { data } = (await ask('GET', '/v1/admin/tenants')) as { readonly data: readonly WireTenant[] };
    const rows = data.map((tenant) => [tenant.id, tenant.name, String(toDollars(micros(tenant.balance_micros)))]);
    console.log(formatTable([['ID', 'NAME', 'BALANCE (USD)'], ...rows]));
    return 0;
  },
};
