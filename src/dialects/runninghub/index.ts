/** RunningHub's API: the Standard Model API of v2 under /openapi/v2, and the legacy calls under /task, /api and /uc. */
import { type Dialect, type DialectServices, jsonResponse } from '../dialect.ts';
import { comfyuiRoutes } from './comfyui-routes.ts';
import { describeRunninghub } from './describe.ts';
import { createEncoder } from './encode.ts';
import { encodeFailure } from './errors.ts';
import { modelRoutes, queryRoute } from './model-routes.ts';
import type { RunninghubOptions } from './options.ts';
import { readKey } from './read.ts';
import { dialectName, type Parts } from './route.ts';
import { taskRoutes } from './task-routes.ts';
import { uploadRoutes } from './upload-routes.ts';
import { utilityRoutes } from './utility-routes.ts';
import { createRunninghubWebhooks } from './webhooks.ts';

export function createRunninghubDialect(services: DialectServices, options: RunninghubOptions): Dialect {
  const encoder = createEncoder(services, options);
  const parts: Parts = { ...services, encoder, options };
  const routes = [
    queryRoute(parts),
    ...taskRoutes(parts),
    ...uploadRoutes(parts),
    ...utilityRoutes(parts),
    ...comfyuiRoutes(parts),
    // Their paths take whatever is left.
    ...modelRoutes(parts),
  ];
  return {
    name: dialectName,
    routes: [
      {
        method: 'GET',
        path: `/${dialectName}/openapi.json`,
        access: 'public',
        handle: async () =>
          jsonResponse(describeRunninghub(routes, { version: services.version, server: services.links.to('') })),
      },
      ...routes,
    ],
    territory: ['/openapi/v2/', '/task/openapi/', '/api/openapi/', '/api/webapp/', '/api/fast/', '/uc/openapi/'],
    readKey,
    encodeError: (error) => encodeFailure('path', error, options),
    writeSubmit: ({ name }, body) => ({ operation: 'submitModel', path: `/openapi/v2/${name}`, body }),
    webhooks: createRunninghubWebhooks(encoder, options),
  };
}
