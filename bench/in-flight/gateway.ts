/**
 * The gateway with the bench's upstream in place of its engines: `node bench/in-flight/gateway.ts UPSTREAM_OPTIONS_JSON`,
 * with the environment of `framegate start`. Prints `ready http://HOST:PORT`, as that does, and ends on SIGTERM.
 */
import { once } from 'node:events';
import { pino } from 'pino';
import { loadConfig } from '../../src/config.ts';
import { startGateway } from '../../src/main.ts';
import { createUpstreamEngine, type UpstreamOptions } from './upstream-engine.ts';

const upstream = JSON.parse(process.argv[2] ?? '{}') as UpstreamOptions;
const config = await loadConfig([], process.env, process.cwd());
const log = pino({ level: 'warn', serializers: { error: pino.stdSerializers.err } }, pino.destination(2));
const engines = [{ create: () => createUpstreamEngine(upstream), isFree: () => true }];
const gateway = await startGateway(config, log, { engines });
console.log(`ready ${gateway.url}`);
await once(process, 'SIGTERM');
await gateway.close(1_000);
