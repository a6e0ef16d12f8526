/** `framegate models`: finds models, and says whether they run here and what they cost. */
import { micros, toDollars } from '../core/money.ts';
import { connectAdmin } from './admin-client.ts';
import { formatTable, sayUsage, splitArguments } from './arguments.ts';
import type { Command } from './command.ts';

type WireModel = {
  readonly id: string;
  readonly operation: string;
  readonly typical_price_micros: number | null;
  readonly availability: string;
};
type WirePage = { readonly data: readonly WireModel[] };

const filters = ['operation', 'vendor', 'resolution', 'min-seconds', 'max-price', 'available'];
const usage = [`models [words] ${filters.map((name) => `[--${name} x]`).join(' ')}`];
const mostShown = '1000';

export const models: Command = {
  summary: 'Find models: what runs here, what is missing, what it costs',
  usage,
  async run(argv) {
    const { words, own, flags } = splitArguments(argv, filters);
    if (words.some((word) => word === '')) return sayUsage(usage);
    const query = new URLSearchParams({ limit: mostShown });
    if (words.length > 0) query.set('q', words.join(' '));
    for (const [name, value] of Object.entries(own)) query.set(name.replaceAll('-', '_'), value);
    const ask = await connectAdmin(flags);
    const { data } = (await ask('GET', `/v1/admin/models?${query}`)) as WirePage;
    const rows = data.map(({ id, operation, typical_price_micros: price, availability }) => [
      id,
      operation,
      price === null ? 'not published' : String(toDollars(micros(price))),
      availability,
    ]);
    console.log(formatTable([['MODEL', 'DOES', 'PRICE (USD)', 'HERE'], ...rows]));
    return 0;
  },
};
