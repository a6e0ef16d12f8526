/** Vtrix's API as we speak it, in OpenAPI. */

import { modelSummarySchema, parameterSchema } from '../../wires/vtrix/models.ts';
import { queueOutputSchema, queueStatusSchema } from '../../wires/vtrix/queue.ts';
import { contentSchema, errorSchema, taskSchema } from '../../wires/vtrix/task.ts';
import { type ApiDescription, createOpenApi, type DocumentedRoute } from '../openapi.ts';
import { errorRows } from './errors.ts';

export function describeVtrix(
  routes: readonly DocumentedRoute[],
  server: Pick<ApiDescription, 'version' | 'server'>,
): unknown {
  return createOpenApi({
    ...server,
    title: 'Vtrix on Framegate',
    description: 'The generation API of the Vtrix model gateway and the queue variant of its sister brand.',
    routes,
    components: {
      Task: taskSchema,
      Content: contentSchema,
      Error: errorSchema,
      Model: modelSummarySchema,
      Parameter: parameterSchema,
      QueueStatus: queueStatusSchema,
      QueueOutput: queueOutputSchema,
    },
    error: errorSchema,
    securitySchemes: { key: { type: 'http', scheme: 'bearer', description: "A tenant's key." } },
    securityOf: { tenant: 'key', admin: 'key' },
    errors: errorRows.map(({ code, status, vendorCode }) => ({ code, status, says: String(vendorCode) })),
  });
}
