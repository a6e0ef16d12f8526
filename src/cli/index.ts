/** The `framegate` command: one file a command, listed here. */
import { GatewayError } from '../core/errors.ts';
import { version } from '../version.ts';
import type { Command } from './command.ts';
import { config } from './config.ts';
import { engines } from './engines.ts';
import { grant } from './grant.ts';
import { help } from './help.ts';
import { keys } from './keys.ts';
import { links } from './links.ts';
import { models } from './models.ts';
import { reconcile } from './reconcile.ts';
import { signIn } from './sign-in.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { tenants } from './tenants.ts';

const commands: Readonly<Record<string, Command>> = {
  start,
  status,
  'sign-in': signIn,
  tenants,
  keys,
  grant,
  engines,
  links,
  models,
  reconcile,
  config,
  version: {
    summary: 'Print the version',
    run: async () => {
      console.log(version);
      return 0;
    },
  },
};

/** Runs one command line, without the program's name. Bad settings end with one sentence and code 1. */
export async function run(argv: readonly string[]): Promise<number> {
  const [name = 'help', ...flags] = argv;
  if (name === 'help' || name === '--help' || name === '-h') return help(commands);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    console.error(`framegate: there is no command "${name}"; \`framegate help\` lists them.`);
    return 2;
  }
  try {
    return await command.run(flags);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    console.error(`framegate: ${error.message}`);
    return 1;
  }
}
