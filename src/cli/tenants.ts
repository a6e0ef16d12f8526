/** `framegate tenants`: lists, makes and deletes tenants, and sets what they pay less than the list price. */
import { micros, toDollars } from '../core/money.ts';
import { connectAdmin, findTenant } from './admin-client.ts';
import { formatTable, sayUsage, splitArguments } from './arguments.ts';
import type { Command } from './command.ts';

type WireTenant = {
  readonly id: string;
  readonly name: string;
  readonly balance_micros: number;
  readonly discount_percent: number;
};

const usage = [
  'tenants list',
  'tenants create <name>',
  'tenants discount <tenant> <percent>',
  'tenants delete <tenant>',
];

export const tenants: Command = {
  summary: 'List, make or delete tenants, or set their discount',
  usage,
  async run(argv) {
    const { words, flags } = splitArguments(argv);
    const [verb, name, ...rest] = words;
    const isList = verb === 'list' && name === undefined;
    const isCreate = verb === 'create' && name !== undefined && rest.length === 0;
    const [percent, ...more] = rest;
    const isDiscount = verb === 'discount' && percent !== undefined && more.length === 0;
    const isDelete = verb === 'delete' && name !== undefined && rest.length === 0;
    if (!isList && !isCreate && !isDiscount && !isDelete) return sayUsage(usage);
    const ask = await connectAdmin(flags);
    if (isDiscount) {
      const { id } = await findTenant(ask, name ?? '');
      const body = { discount_percent: Number(percent) };
      const after = (await ask('PATCH', `/v1/admin/tenants/${id}`, body)) as WireTenant;
      console.log(`${after.name} pays ${after.discount_percent} % less than the list price`);
      return 0;
    }
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
    const rows = data.map((tenant) => {
      const dollars = String(toDollars(micros(tenant.balance_micros)));
      return [tenant.id, tenant.name, dollars, String(tenant.discount_percent)];
    });
    console.log(formatTable([['ID', 'NAME', 'BALANCE (USD)', 'DISCOUNT (%)'], ...rows]));
    return 0;
  },
};
