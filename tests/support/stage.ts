/** The real gateway in this process with an engine that the test directs, and tenants with and without money. */
import { pino } from 'pino';
import { loadConfig } from '../../src/config.ts';
import type { Catalog } from '../../src/core/catalog.ts';
import type { Operation } from '../../src/core/operations.ts';
import { startGateway } from '../../src/main.ts';
import { addMember, askAdmin, type Member, sendFrom } from './admin-client.ts';
import { adminKey, makeDirectory, removeDirectory, testKey } from './gateway-process.ts';
import { createHeldEngine, type HeldEngine } from './held-engine.ts';

export type StageRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

export type StageAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Undefined when it is no JSON. */
  readonly body: unknown;
};

export type Stage = AsyncDisposable & {
  readonly url: string;
  readonly engine: HeldEngine;
  readonly rich: Member;
  readonly other: Member;
  /** Has no balance, and the engine is not free. */
  readonly poor: Member;
  /** `from` is an address of 127.0.0.0/8 to send from. A body that is no string is sent as JSON. */
  send(request: StageRequest, from?: string): Promise<StageAnswer>;
  countTasks(): Promise<number>;
  /** Begins nothing more until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
};

export type StageOptions = {
  readonly allowFetch?: readonly string[];
  /** Further settings, by their environment names. */
  readonly environment?: Readonly<Record<string, string>>;
  /** In place of the project's. */
  readonly catalog?: Catalog;
  /** What the engine can do; everything unless told. */
  readonly operations?: readonly Operation[];
  /** Whether tasks cost nothing; unless told, their list price. */
  readonly isFree?: boolean;
};

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const { allowFetch = [], catalog, operations, isFree = false } = options;
  const directory = await makeDirectory();
  const environment = {
    PORT: '0',
    FRAMEGATE_DATA: directory,
    FRAMEGATE_KEY: testKey,
    FRAMEGATE_ADMIN_KEY: adminKey,
    FRAMEGATE_ALLOW_FETCH: allowFetch.join(','),
    // Tests ask as fast as they can, on machines that have other things to do.
    FRAMEGATE_LIMITS_REQUESTS_PER_MINUTE: '0',
    FRAMEGATE_LIMITS_EVENT_LOOP_DELAY_MS: '0',
    ...options.environment,
  };
  const config = await loadConfig([], environment, directory);
  const engine = createHeldEngine(directory, operations);
  const gateway = await startGateway(config, pino({ level: 'silent' }), {
    engines: [{ create: () => engine, isFree: () => isFree }],
    ...(catalog === undefined ? {} : { catalog }),
  });
  const { url } = gateway;
  const member = async (amountMicros: number) => {
    const made = await addMember({ url });
    if (amountMicros > 0) await askAdmin({ url }, `/tenants/${made.tenant}/grants`, { amount_micros: amountMicros });
    return made;
  };
  const plenty = 1e9;
  return {
    url,
    engine,
    rich: await member(plenty),
    other: await member(plenty),
    poor: await member(0),
    async send({ method, path, headers, body }, from) {
      const answer = await sendFrom({ url }, path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        ...(from === undefined ? {} : { from }),
      });
      return { status: answer.status, headers: answer.headers, text: answer.body, body: parseQuietly(answer.body) };
    },
    async countTasks() {
      const { tasks } = await askAdmin<{ tasks: Record<string, number> }>({ url }, '/status');
      return Object.values(tasks).reduce((sum, count) => sum + count, 0);
    },
    pause: async () => void (await askAdmin({ url }, '/engines/preview/pause', {})),
    resume: async () => void (await askAdmin({ url }, '/engines/preview/resume', {})),
    async [Symbol.asyncDispose]() {
      engine.outcome = 'succeed';
      await gateway.close(1_000);
      await removeDirectory(directory);
    },
  };
}

function parseQuietly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
