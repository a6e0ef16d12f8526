/** `framegate start`: runs the gateway until it is told to stop. */
import { pino } from 'pino';
import { loadConfig } from '../config.ts';
import { startGateway } from '../main.ts';
import { buildPages } from './build-pages.ts';
import type { Command } from './command.ts';

/** Ten seconds are promised; the rest is for closing. */
const drainMs = 8_000;

export const start: Command = {
  summary: 'Run the gateway',
  async run(flags) {
    const config = await loadConfig(flags, process.env, process.cwd());
    const { values } = config;
    const log = createLog(values['log.level']);
    const stopped = Promise.withResolvers<string>();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopped.resolve(signal));
    process.on('uncaughtException', (error) => {
      log.fatal({ event: 'process.failed', error });
      process.exit(1);
    });
    const gateway = await startGateway(config, log);
    if (gateway.newKey !== undefined) {
      console.error(
        `\nThis is the first start here, so a key was made. It is shown once and kept only as a hash:\n\n  ${gateway.newKey}\n\nSend it as "Authorization: Bearer <key>". Set FRAMEGATE_KEY to choose your own.\n`,
      );
    }
    if (gateway.signInUrl !== undefined) {
      console.error(`\nThe playground, signed in by this link once within an hour:\n\n  open ${gateway.signInUrl}\n`);
    }
    console.log(`ready ${gateway.url}`);
    const build = values['ui.enabled'] ? buildPages(log) : undefined;
    log.info({ event: 'server.stopping', reason: await stopped.promise });
    build?.stop();
    await gateway.close(drainMs);
    return 0;
  },
};

function createLog(level: string) {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: pino.stdSerializers.err },
      redact: { paths: ['*.authorization', '*.key', '*.secret', '*.token'], censor: '(hidden)' },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
