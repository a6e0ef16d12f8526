/** `framegate grant`: adds to a tenant's balance. */
import { micros, parseDollars, toDollars } from '../core/money.ts';
import { connectAdmin, findTenant } from './admin-client.ts';
import { sayUsage, splitArguments } from './arguments.ts';
import type { Command } from './command.ts';

const usage = ['grant <tenant> <usd> [note]'];

export const grant: Command = {
  summary: "Add to a tenant's balance",
  usage,
  async run(argv) {
    const { words, flags } = splitArguments(argv);
    const [text, dollars, ...note] = words;
    const amount = dollars === undefined ? undefined : parseDollars(dollars);
    if (text === undefined || amount === undefined) return sayUsage(usage);
    const ask = await connectAdmin(flags);
    const { id, name } = await findTenant(ask, text);
    const body = { amount_micros: amount, note: note.join(' ') };
    const after = (await ask('POST', `/v1/admin/tenants/${id}/grants`, body)) as { readonly balance_micros: number };
    console.log(`${name} has ${toDollars(micros(after.balance_micros))} USD`);
    return 0;
  },
};
