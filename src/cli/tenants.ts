/** `framegate tenants`: lists, makes and deletes tenants. */
import { micros, toDollars } from '../core/money.ts';
import { connectAdmin, findTenant } from './admin-client.ts';
import { formatTable, sayUsage, splitArguments } from './arguments.ts';
import type { Command } from './command.ts';

type WireTenant = { readonly id: string; readonly name: string; readonly balance_micros: number };

const usage = ['tenants list', 'tenants create <name>', 'tenants delete <tenant>'];

export const tenants: Command = {
  summary: 'List, make or delete tenants',
  usage,
  async run(argv) {
    const { words, flags } = splitArguments(argv);
    const [verb, name, ...rest] = words;
    const isList = verb === 'list' && name === undefined;
    const isCreate = verb === 'create' && name !== undefined && rest.length === 0;
    const isDelete = verb === 'delete' && name !== undefined && rest.length === 0;
    if (!isList && !isCreate && !isDelete) return sayUsage(usage);
    const ask = await connectAdmin(flags);
    if (isCreate) {
      const { id } = (await ask('POST', '/v1/admin/tenants', { name })) as WireTenant;
      console.log(id);
      return 0;
    }
    if (isDelete) {
      // An id is asked for as it is, so that repeating it is no error.
      const id = name.startsWith('tenant_') ? name : (await findTenant(ask, name)).id;
      await ask('DELETE', `/v1/admin/tenants/${id}`);
      console.log(`${id} is deleted; within a minute only its amounts and ids are left`);
      return 0;
    }
    const { data } = (await ask('GET', '/v1/admin/tenants')) as { readonly data: readonly WireTenant[] };
    const rows = data.map((tenant) => [tenant.id, tenant.name, String(toDollars(micros(tenant.balance_micros)))]);
    console.log(formatTable([['ID', 'NAME', 'BALANCE (USD)'], ...rows]));
    return 0;
  },
};
