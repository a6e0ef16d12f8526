/** `framegate config`: the effective configuration, each value with where it came from, secrets left out. */
import { describeConfig, loadConfig } from '../config.ts';
import type { Command } from './command.ts';

export const config: Command = {
  summary: 'Print the effective configuration and where each value came from',
  async run(flags) {
    console.log(JSON.stringify(describeConfig(await loadConfig(flags, process.env, process.cwd())), null, 2));
    return 0;
  },
};
