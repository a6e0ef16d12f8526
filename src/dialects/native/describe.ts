/** The native API's own description. */
import { type ErrorCode, errorTable } from '../../core/errors.ts';
import { type ApiDescription, createOpenApi, type DocumentedRoute } from '../openapi.ts';
import { engineSchema, entrySchema, keySchema, tenantSchema } from './admin-wire.ts';
import { deliverySchema } from './webhooks-wire.ts';
import {
  artifactSchema,
  errorSchema,
  estimateReportSchema,
  estimateSchema,
  listedModelSchema,
  modelSchema,
  taskErrorSchema,
  taskSchema,
  translationSchema,
  uploadSchema,
} from './wire.ts';

export function describeNative(
  routes: readonly DocumentedRoute[],
  server: Required<Pick<ApiDescription, 'version' | 'server' | 'inputs'>>,
): unknown {
  return createOpenApi({
    ...server,
    title: 'Framegate',
    description: 'Image and video generation as durable tasks, on your own machine.',
    routes,
    components: {
      Task: taskSchema,
      Artifact: artifactSchema,
      Upload: uploadSchema,
      Model: modelSchema,
      ListedModel: listedModelSchema,
      Estimate: estimateSchema,
      EstimateReport: estimateReportSchema,
      Translation: translationSchema,
      Delivery: deliverySchema,
      Tenant: tenantSchema,
      Key: keySchema,
      LedgerEntry: entrySchema,
      Engine: engineSchema,
      TaskError: taskErrorSchema,
      Error: errorSchema,
    },
    error: errorSchema,
    securitySchemes: {
      key: { type: 'http', scheme: 'bearer', description: "A tenant's key." },
      admin_key: { type: 'http', scheme: 'bearer', description: "The owner's key; opens /v1/admin and nothing else." },
    },
    securityOf: { tenant: 'key', admin: 'admin_key' },
    errors: (Object.keys(errorTable) as ErrorCode[]).map((code) => ({
      code,
      status: errorTable[code].status,
      says: code,
    })),
  });
}
