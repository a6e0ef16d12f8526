/** A dry run: what a request would become, on which engine, at what price. Nothing is stored, fetched or reserved. */
import { type CheckedInput, measureOf } from './input.ts';
import type { Quote } from './price.ts';
import { type Candidate, candidatesFor } from './serving.ts';
import { checkRequest, isChargeable, priceRequest, type SubmitRequest } from './submit.ts';
import type { World } from './world.ts';

export type Estimate = {
  readonly checked: CheckedInput;
  /** In the order they would be asked, each with its own price. */
  readonly engines: readonly (Candidate & { readonly price: Quote; readonly isChargeable: boolean })[];
};

/** Throws GatewayError `invalid_input` as a submit does; media are counted, not looked at. */
export async function estimateTask(world: World, request: SubmitRequest): Promise<Estimate> {
  const checked = checkRequest(request);
  const set = { engines: world.engines, engineSettings: world.catalog.engineSettings };
  const engines = await Promise.all(
    candidatesFor(request.view.model, set, measureOf(request.view.model.parameters, checked)).map(async (candidate) => {
      const price = await priceRequest(world, request, checked, candidate.engine);
      return { ...candidate, price, isChargeable: isChargeable(world, candidate.engine, price) };
    }),
  );
  return { checked, engines };
}
