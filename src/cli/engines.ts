/** `framegate engines`: lists, pauses and resumes engines. */
import { connectAdmin } from './admin-client.ts';
import { formatTable, sayUsage, splitArguments } from './arguments.ts';
import type { Command } from './command.ts';

type WireEngine = {
  readonly name: string;
  readonly concurrency: number;
  readonly paused_at: string | null;
  readonly problem: string | null;
};

const usage = ['engines list', 'engines pause <engine>', 'engines resume <engine>'];

function describe({ name, concurrency, paused_at: pausedAt, problem }: WireEngine): string[] {
  const state = pausedAt === null ? 'on' : `paused since ${pausedAt}`;
  return [name, String(concurrency), state, problem ?? ''];
}

export const engines: Command = {
  summary: 'List, pause or resume engines',
  usage,
  async run(argv) {
    const { words, flags } = splitArguments(argv);
    const [verb, name, ...rest] = words;
    const isList = verb === 'list' && name === undefined;
    const isSwitch = (verb === 'pause' || verb === 'resume') && name !== undefined && rest.length === 0;
    if (!isList && !isSwitch) return sayUsage(usage);
    const ask = await connectAdmin(flags);
    const path = '/v1/admin/engines';
    const answer = await (isList ? ask('GET', path) : ask('POST', `${path}/${encodeURIComponent(name ?? '')}/${verb}`));
    const { data } = answer as { readonly data: readonly WireEngine[] };
    console.log(formatTable([['NAME', 'AT ONCE', 'STATE', 'PROBLEM'], ...data.map(describe)]));
    return 0;
  },
};
