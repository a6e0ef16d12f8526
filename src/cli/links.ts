/** `framegate links rotate`: signed links get a new secret; those of the one before stay valid until the next time. */
import { connectAdmin } from './admin-client.ts';
import { sayUsage, splitArguments } from './arguments.ts';
import type { Command } from './command.ts';

const usage = ['links rotate'];

export const links: Command = {
  summary: 'Replace the secret that signs links',
  usage,
  async run(argv) {
    const { words, flags } = splitArguments(argv);
    if (words.join(' ') !== 'rotate') return sayUsage(usage);
    const ask = await connectAdmin(flags);
    await ask('POST', '/v1/admin/links/rotate');
    console.log('a new secret signs links; those signed before stay valid until the next rotation');
    return 0;
  },
};
