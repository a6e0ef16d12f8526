/** How the engines stand, for the owner. */
import type { Engine } from './core/engine-port.ts';
import { GatewayError } from './core/errors.ts';
import type { Store } from './core/store-port.ts';

const readyMs = 10_000;

export async function describeEngines(
  engines: ReadonlyMap<string, Engine>,
  store: Pick<Store, 'pausedEngines' | 'queueDepths'>,
) {
  const depths = store.queueDepths();
  const paused = new Map(await store.pausedEngines());
  return await Promise.all(
    [...engines.values()].map(async (engine) => {
      const { name, concurrency } = engine;
      return {
        name,
        concurrency,
        pausedAt: paused.get(name) ?? null,
        problem: await problemOf(engine),
        queued: depths.get(name) ?? 0,
      };
    }),
  );
}

/** Why an engine cannot run now. */
async function problemOf(engine: Engine): Promise<string | null> {
  try {
    await engine.ready({ signal: AbortSignal.timeout(readyMs) });
    return null;
  } catch (error) {
    return error instanceof GatewayError ? error.message : 'does not answer';
  }
}
