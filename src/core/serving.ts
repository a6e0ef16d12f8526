/** Which engines could serve a model, in which order, and what is missing where none can. */
import { describeCondition, holds, type Measure } from './condition.ts';
import type { Engine } from './engine-port.ts';
import { GatewayError } from './errors.ts';
import type { Model } from './model.ts';

export type EngineSet = {
  readonly engines: ReadonlyMap<string, Pick<Engine, 'name' | 'operations'>>;
  /** What an owner sets to have an engine, by its name. */
  readonly engineSettings: Readonly<Record<string, string>>;
};

/** `problem` is undefined of an engine that can serve the model, else a clause such as `is not set up here`. */
export type Candidate = { readonly engine: string; readonly problem: string | undefined };

/** In the order they are asked; `measure` is of an input, where there is one. */
export function candidatesFor(
  { offers, operation }: Model,
  { engines, engineSettings }: EngineSet,
  measure?: Measure,
): Candidate[] {
  return offers.map(({ engine, when }) => {
    const known = engines.get(engine);
    if (known === undefined) {
      const setting = engineSettings[engine];
      const needs = setting === undefined ? '' : `, and needs ${setting}`;
      return { engine, problem: `is not set up here${needs}` };
    }
    if (!known.operations.includes(operation)) return { engine, problem: `cannot do ${operation}` };
    const isServed = when === undefined || measure === undefined || holds(when, measure);
    return { engine, problem: isServed ? undefined : `serves it only with ${describeCondition(when)}` };
  });
}

/** Whether a task of the model would run here, and the sentence that tells by what, or what is missing. */
export type Availability = { readonly isAvailable: boolean; readonly reason: string };

export function availabilityOf(model: Model, set: EngineSet): Availability {
  const candidates = candidatesFor(model, set);
  const able = candidates.find(({ problem }) => problem === undefined);
  if (able !== undefined) return { isAvailable: true, reason: `${able.engine} engine` };
  // What is not set up can be mended by the owner; what cannot do it at all is told only where nothing else is.
  const missing = candidates.filter(({ engine }) => !set.engines.has(engine));
  const names = (missing.length > 0 ? missing : candidates).map(({ engine }) => {
    const setting = set.engineSettings[engine];
    return setting === undefined || missing.length === 0 ? engine : `${engine} (${setting})`;
  });
  if (missing.length === 0 && candidates.length > 0) {
    return { isAvailable: false, reason: `the engine ${names.join(' or ')} cannot do ${model.operation}` };
  }
  if (candidates.length === 0) return { isAvailable: false, reason: 'no engine is known to serve it' };
  return { isAvailable: false, reason: `needs the engine ${names.join(' or ')}, which is not set up here` };
}

/** The first engine that offers the model and can do what is asked. Throws GatewayError `engine_unavailable`. */
export function requireEngine(model: Model, set: EngineSet, measure: Measure): string {
  const candidates = candidatesFor(model, set, measure);
  const able = candidates.find(({ problem }) => problem === undefined);
  if (able !== undefined) return able.engine;
  const { isAvailable, reason } = availabilityOf(model, set);
  const problems = candidates.map(({ engine, problem }) => `${engine} ${problem}`).join('; ');
  throw new GatewayError('engine_unavailable', `${model.id}: ${isAvailable ? problems : reason}.`);
}
