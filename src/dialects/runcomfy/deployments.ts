/**
 * Which of RunComfy's names are models and which are deployments. A model of the catalogue that is named
 * `deployments/<id>` here is the deployment of that id: what a workflow becomes once an engine runs workflows.
 */
import type { Catalog } from '../../core/catalog.ts';
import { GatewayError } from '../../core/errors.ts';
import type { ModelView } from '../../core/view.ts';

export const dialectName = 'runcomfy';
const prefix = 'deployments/';

const isDeployment = ({ name }: Pick<ModelView, 'name'>) => name.startsWith(prefix);

export function modelViews(catalog: Catalog): readonly ModelView[] {
  return catalog.views(dialectName).filter((view) => !isDeployment(view));
}

/** Throws GatewayError `model_not_found`. */
export function modelNamed(catalog: Catalog, name: string): ModelView {
  if (isDeployment({ name })) {
    throw new GatewayError('model_not_found', 'A deployment is asked for by its own routes, under /prod/v2.');
  }
  return catalog.view(dialectName, name);
}

export type Deployment = { readonly id: string; readonly view: ModelView };

export function listDeployments(catalog: Catalog): readonly Deployment[] {
  return catalog
    .views(dialectName)
    .filter(isDeployment)
    .map((view) => ({ id: view.name.slice(prefix.length), view }));
}

/** Throws GatewayError `not_found`. */
export function findDeployment(catalog: Catalog, id: string): Deployment {
  try {
    return { id, view: catalog.view(dialectName, prefix + id) };
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'model_not_found') throw error;
    const message =
      'There is no deployment of this id here. Deployments are ComfyUI workflows, which need a ComfyUI engine.';
    throw new GatewayError('not_found', message);
  }
}

/** The deployment whose model it is, which has no other name here; undefined of a task of the Model API. */
export function deploymentIdOf(catalog: Catalog, { model }: { readonly model: string }): string | undefined {
  const name = catalog.model(model)?.names.find((one) => one.dialect === dialectName && isDeployment(one))?.name;
  return name?.slice(prefix.length);
}
