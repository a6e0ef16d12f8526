/** `framegate reconcile`: adds up all money anew; exits 1 when anything differs. */
import { micros, toDollars } from '../core/money.ts';
import { connectAdmin } from './admin-client.ts';
import { sayUsage, splitArguments } from './arguments.ts';
import type { Command } from './command.ts';

type Report = {
  readonly tenants: number;
  readonly keys: number;
  readonly tasks: number;
  readonly entries: number;
  readonly differences: readonly {
    readonly kind: string;
    readonly id: string;
    readonly what: string;
    readonly expected_micros: number;
    readonly found_micros: number;
  }[];
};

const usage = ['reconcile'];

export const reconcile: Command = {
  summary: 'Prove that every balance, key and task adds up',
  usage,
  async run(argv) {
    const { words, flags } = splitArguments(argv);
    if (words.length > 0) return sayUsage(usage);
    const ask = await connectAdmin(flags);
    const { differences, ...read } = (await ask('POST', '/v1/admin/reconcile')) as Report;
    const dollars = (amount: number) => toDollars(micros(amount));
    for (const { kind, id, what, expected_micros: expected, found_micros: found } of differences) {
      console.log(`${kind} ${id}: ${what} is ${dollars(found)} USD and must be ${dollars(expected)} USD`);
    }
    const verdict = differences.length === 0 ? 'all sums are right' : `${differences.length} differences`;
    console.log(`${read.tenants} tenants, ${read.keys} keys, ${read.tasks} tasks, ${read.entries} entries: ${verdict}`);
    return differences.length === 0 ? 0 : 1;
  },
};
