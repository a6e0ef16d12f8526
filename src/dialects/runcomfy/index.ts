/** RunComfy's Model API, under /v1/models and /v1/requests, and its serverless API, under /prod. */
import { type Dialect, type DialectServices, jsonResponse, readAuthorization } from '../dialect.ts';
import type { DocumentedRoute } from '../openapi.ts';
import { dialectName } from './deployments.ts';
import { describeRuncomfy } from './describe.ts';
import { encodeModelApiError } from './errors.ts';
import { requestRoutes } from './model-api.ts';
import { modelRoutes } from './models.ts';
import { type RuncomfySettings, readOptions } from './options.ts';
import { serverlessRoutes } from './serverless.ts';
import { createRuncomfyWebhooks } from './webhooks.ts';

export function createRuncomfyDialect(
  { gateway, links, randomBytes, version }: DialectServices,
  settings: RuncomfySettings,
): Dialect {
  const options = readOptions(settings);
  const services = { gateway, randomBytes, options };
  const routes: DocumentedRoute[] = [
    ...modelRoutes(gateway, links),
    ...requestRoutes(services, links),
    ...serverlessRoutes(services, links),
  ];
  return {
    name: dialectName,
    routes: [
      ...routes,
      {
        method: 'GET',
        path: `/${dialectName}/openapi.json`,
        access: 'public',
        handle: async () => jsonResponse(describeRuncomfy({ version, server: links.to(''), routes })),
      },
    ],
    territory: ['/v1/models', '/v1/requests', '/prod/'],
    readKey: ({ request }) => readAuthorization(request, 'Bearer'),
    encodeError: (error, requestId) => encodeModelApiError(error, requestId, options),
    writeSubmit: ({ name }, body) => ({ operation: 'submitRequest', path: `/v1/models/${name}`, body }),
    webhooks: createRuncomfyWebhooks(gateway, links, options),
  };
}
