/** The real gateway with two more engines, which send their work to the upstream of UPSTREAM_URL. A process of its own. */
import { pino } from 'pino';
import { readCatalog } from '../../src/catalog.ts';
import { loadConfig } from '../../src/config.ts';
import { createCatalog } from '../../src/core/catalog.ts';
import { engineRegistry } from '../../src/engines/registry.ts';
import { startGateway } from '../../src/main.ts';
import { createUpstreamEngine, upstreamKinds, upstreamModels } from './upstream.ts';

const { UPSTREAM_URL: url = '', ...environment } = process.env;
const config = await loadConfig([], environment, process.cwd());
const log = pino({ level: config.values['log.level'], base: null }, pino.destination({ dest: 2, sync: true }));
const gateway = await startGateway(config, log, {
  engines: [
    ...engineRegistry,
    ...upstreamKinds.map((kind) => ({
      create: ({ scratchDirectory }: { scratchDirectory: string }) => createUpstreamEngine(url, kind, scratchDirectory),
      isFree: () => false,
    })),
  ],
  catalog: createCatalog([
    ...readCatalog()
      .views('native')
      .map(({ model }) => model),
    ...upstreamModels,
  ]),
});
process.once('SIGTERM', () => void gateway.close(8_000).then(() => process.exit(0)));
process.stdout.write(`ready ${gateway.url}\n`);
