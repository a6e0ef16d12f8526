/** `framegate sign-in`: prints a link that signs a browser in to the playground and the console. */
import { connectAdmin } from './admin-client.ts';
import type { Command } from './command.ts';

export const signIn: Command = {
  summary: 'Print a link that signs a browser in as the owner, once',
  async run(flags) {
    const ask = await connectAdmin(flags);
    const { url } = (await ask('POST', '/v1/admin/sign-in-links')) as { readonly url: string };
    console.log(url);
    return 0;
  },
};
