/** The real gateway in this process, with one engine for every model: it holds, makes or fails what it is told to. */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { readCatalog } from '../../src/catalog.ts';
import { loadConfig } from '../../src/config.ts';
import { createCatalog } from '../../src/core/catalog.ts';
import type { DialectRules } from '../../src/core/dialect-rules.ts';
import type { Model } from '../../src/core/model.ts';
import { operations } from '../../src/core/operations.ts';
import { startGateway } from '../../src/main.ts';
import { askAdmin } from './admin-client.ts';
import { createFakeEngine, type FakeEngine } from './fake-engine.ts';
import { adminKey, makeDirectory, testKey } from './gateway-process.ts';

const dialectsFile = join(import.meta.dirname, '../../catalog/dialects.json');
const checkMs = 20;

export type HeldGateway = AsyncDisposable & {
  readonly url: string;
  /** What it does with the tasks that it begins. */
  readonly engine: FakeEngine;
  /** A request with the test key; `path` begins with a slash. */
  send(path: string, init?: RequestInit): Promise<Response>;
  /** Nothing more is begun until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
};

export type HeldGatewayOptions = {
  readonly environment?: Readonly<Record<string, string>>;
  /** Beside those of the catalogue. */
  readonly models?: readonly Model[];
  /** Whether tasks cost nothing; unless told, their list price. */
  readonly isFree?: boolean;
};

export async function startHeldGateway({
  environment = {},
  models = [],
  isFree = false,
}: HeldGatewayOptions = {}): Promise<HeldGateway> {
  const directory = await makeDirectory();
  const engine = createFakeEngine({ directory, restart: 'safe', canFind: true });
  const config = await loadConfig(
    [],
    {
      PORT: '0',
      FRAMEGATE_DATA: directory,
      FRAMEGATE_KEY: testKey,
      FRAMEGATE_ADMIN_KEY: adminKey,
      FRAMEGATE_LIMITS_REQUESTS_PER_MINUTE: '0',
      FRAMEGATE_LIMITS_EVENT_LOOP_DELAY_MS: '0',
      ...environment,
    },
    directory,
  );
  const create = () => ({
    ...engine,
    operations,
    check: async (...call: Parameters<FakeEngine['check']>) => {
      await delay(checkMs);
      return await engine.check(...call);
    },
  });
  const gateway = await startGateway(config, pino({ level: 'silent' }), {
    engines: [{ create, isFree: () => isFree }],
    catalog: createCatalog(
      [...readCatalog().models, ...models].map((model) => ({ ...model, offers: [{ engine: engine.name }] })),
      { dialects: JSON.parse(readFileSync(dialectsFile, 'utf8')) as Record<string, DialectRules> },
    ),
  });
  return {
    url: gateway.url,
    engine,
    send: (path, init = {}) =>
      fetch(gateway.url + path, { ...init, headers: { authorization: `Bearer ${testKey}`, ...init.headers } }),
    pause: async () => void (await askAdmin(gateway, `/engines/${engine.name}/pause`, {})),
    resume: async () => void (await askAdmin(gateway, `/engines/${engine.name}/resume`, {})),
    async [Symbol.asyncDispose]() {
      await gateway.close(1_000);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
