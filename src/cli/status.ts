/** `framegate status`: what the server that runs on this data directory says of itself. */
import { connectAdmin } from './admin-client.ts';
import type { Command } from './command.ts';

export const status: Command = {
  summary: 'Ask the running server how it is',
  async run(flags) {
    const ask = await connectAdmin(flags);
    console.log(JSON.stringify(await ask('GET', '/v1/admin/status'), null, 2));
    return 0;
  },
};
